internal import HTTPServer
internal import JSON

/// What a POST is answered with, before it is known how the client wants to read it.
struct HTTPAnswer: Sendable {
  var status: Int
  /// Nil when there is nothing to say.
  var message: JSONValue?
  var sessionID: String?
  /// What is said instead of one message, as it comes.
  var events: (@Sendable (EventWriter) async throws -> Void)?

  init(status: Int, message: JSONValue? = nil) {
    self.status = status
    self.message = message
  }

  /// Several messages, the reply last.
  init(events: @escaping @Sendable (EventWriter) async throws -> Void) {
    status = 200
    self.events = events
  }

  /// Taken note of.
  static let accepted = HTTPAnswer(status: 202)

  /// A modern reply: its status tells how it went.
  static func modern(_ reply: Reply) -> HTTPAnswer {
    HTTPAnswer(status: reply.error?.code.modernStatus ?? 200, message: reply.json(for: .july2026))
  }

  /// A legacy reply, which travels with 200 unless the transport itself is at fault.
  static func legacy(_ reply: Reply, _ revision: Revision?, status: Int = 200) -> HTTPAnswer {
    HTTPAnswer(status: status, message: reply.json(for: revision))
  }

  /// A legacy message that could not be served.
  static func legacy(_ refusal: Refusal, _ revision: Revision?, status: Int) -> HTTPAnswer {
    legacy(.refusal(refusal), revision, status: status)
  }

  /// As one JSON document, or as a stream of one event for a client that reads nothing else.
  func response(_ accepts: Acceptance) -> Response {
    if let events { return .events(events) }
    guard let message else { return Response(status) }
    var headers: Headers = ["Cache-Control": "no-store"]
    if let sessionID { headers.set("Mcp-Session-Id", sessionID) }
    if accepts.json || status != 200 {
      headers.set("Content-Type", "application/json")
      return Response(status, headers: headers, body: .bytes(message.bytes))
    }
    return .events(headers: headers) { events in try await events.send(message) }
  }
}

extension EventWriter {
  func send(_ message: JSONValue) async throws(BodyWriter.Closed) {
    try await send(ServerSentEvent(name: "message", data: message.text))
  }

  /// Runs `body`, and shows that the stream is still there while it is silent.
  func keepingAlive(every interval: Duration, _ body: @escaping @Sendable () async throws -> Void)
    async throws
  {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await body() }
      group.addTask {
        while true {
          try await Task.sleep(for: interval)
          try await ping()
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }
}

extension Response {
  /// A request that does not get as far as the protocol. The body is in the form of an error of the protocol all the
  /// same, so that a client which reads it finds a message.
  static func refusal(_ status: Int, _ message: String, _ code: RPCError.Code = .invalidRequest) -> Response {
    let reply = Reply.refusal(Refusal(code, message))
    return Response(
      status, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
      body: .bytes(reply.json(for: .july2026).bytes))
  }
}
