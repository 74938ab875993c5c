import Testing

@testable import MCP

@Suite struct AcceptanceTests {
  @Test(
    arguments: [
      (nil, true, true), ("", true, true), ("*/*", true, true), ("application/json", true, false),
      ("application/*", true, false), ("text/event-stream", false, true),
      ("Application/JSON; charset=utf-8, text/event-stream;q=0.5", true, true),
      ("application/json;q=0, text/event-stream", false, true), ("text/html", false, false),
      ("application/jsonl", false, false),
    ] as [(String?, Bool, Bool)])
  func `Accept says what a client can read`(header: String?, json: Bool, events: Bool) {
    let acceptance = Acceptance(header)
    #expect(acceptance.json == json)
    #expect(acceptance.events == events)
  }
}
