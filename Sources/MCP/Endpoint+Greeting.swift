internal import Engine
internal import JSON
internal import Model
internal import Operations

/// How the endpoint introduces itself.
extension Endpoint {
  /// What a client is told of working with memories is cut by some clients beyond this many bytes.
  static let instructionsLimit = 2_048

  /// What is offered: exactly the families that ``ClientMethod`` has. Tools and prompts never change while it runs.
  func capabilities(in revision: Revision) -> JSONObject {
    var capabilities: JSONObject = [
      "tools": [:], "resources": ["subscribe": true, "listChanged": true], "prompts": [:],
    ]
    if revision.hasCompletions { capabilities["completions"] = [:] }
    return capabilities
  }

  func discovery(in exchange: Exchange) async throws(RPCError) -> JSONObject {
    let revisions = Revision.all(of: .modern).map { JSONValue.string($0.rawValue) }
    return [
      "supportedVersions": .array(revisions), "capabilities": .object(capabilities(in: exchange.revision)),
      "instructions": .string(try await instructions(in: exchange)),
    ]
  }

  /// Answers the opening of a legacy session.
  func greeting(_ handshake: Handshake, in exchange: Exchange) async throws(RPCError) -> JSONObject {
    let revision = handshake.revision
    var identity: JSONObject = ["name": .string(server.name)]
    if revision.hasStructuredContent { identity["title"] = .string(server.title) }
    identity["version"] = .string(server.version)
    return [
      "protocolVersion": .string(revision.rawValue), "capabilities": .object(capabilities(in: revision)),
      "serverInfo": .object(identity), "instructions": .string(try await instructions(in: exchange)),
    ]
  }

  /// How to work with memories, and with the context that the client selected.
  private func instructions(in exchange: Exchange) async throws(RPCError) -> String {
    guard let name = exchange.offer.context else { return instructions }
    let context = try await asked("instructions") { () async throws(EngineError) in
      let call = try await exchange.call()
      return try await call.engine.reading(name, as: call.caller).context
    }
    var text = instructions
    text += "\n\nYou work in the context “\(context.name)”; tools take it when you name none."
    for words in [context.summary, context.usageGuide].compactMap(\.self) { text += "\n\n" + words }
    return text.cut(toBytes: Self.instructionsLimit)
  }
}

extension String {
  /// The beginning of the text, at most so many bytes, with no character in two.
  func cut(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    let mark = "…"
    var end = startIndex
    var bytes = mark.utf8.count
    while end < endIndex {
      let next = index(after: end)
      bytes += self[end..<next].utf8.count
      if bytes > limit { break }
      end = next
    }
    return self[..<end] + mark
  }
}
