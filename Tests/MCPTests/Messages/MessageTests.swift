import JSON
import Testing

@testable import MCP

@Suite struct MessageTests {
  @Test(arguments: ["1", "é", "", 1, 0, -7, 9_007_199_254_740_993] as [JSONValue])
  func `an id is echoed as it came`(id: JSONValue) throws {
    guard case .request(let request) = try Message(legacy("ping", id: id)) else {
      Issue.record("is no request")
      return
    }
    let reply = Reply.result([:], to: request.id).json(for: .november2025)
    #expect(reply["id"] == id)
  }

  @Test func `text and number are different ids`() {
    #expect(RequestID("1") != RequestID(1))
    #expect(RequestID(1.0) == nil)
  }

  @Test func `null for parameters means that there are none`() throws {
    guard case .request(let request) = try Message(["jsonrpc": "2.0", "id": 1, "method": "x", "params": nil])
    else {
      Issue.record("is no request")
      return
    }
    #expect(request.params.isEmpty)
  }

  @Test(
    arguments: [
      (nil, true), (.november2024, true), (.march2025, true), (.june2025, true), (.november2025, false),
      (.july2026, false),
    ] as [(Revision?, Bool)])
  func `an error that answers nothing has a null for its id where the revision wants one`(
    revision: Revision?, hasID: Bool
  ) {
    let message = Reply.refusal(Refusal(.parse, "?")).json(for: revision).objectValue ?? [:]
    #expect((message["id"] != nil) == hasID)
    #expect(message["error"]?["code"] == -32700)
  }
}
