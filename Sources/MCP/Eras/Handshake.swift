internal import JSON

/// What `initialize` settles.
struct Handshake: Sendable {
  let revision: Revision
  /// The client program, if it said its name.
  let client: String?
  let result: JSONObject
}

extension Endpoint {
  /// Answers the opening of a legacy session.
  func handshake(_ params: JSONObject) throws(RPCError) -> Handshake {
    guard let proposed = params["protocolVersion"]?.stringValue else {
      throw RPCError(.invalidParameters, "params.protocolVersion is the revision that the client speaks.")
    }
    let revision = Revision.negotiated(proposed)
    var identity: JSONObject = ["name": .string(server.name)]
    if revision.hasStructuredContent { identity["title"] = .string(server.title) }
    identity["version"] = .string(server.version)
    return Handshake(
      revision: revision, client: clientName(params["clientInfo"]),
      result: [
        "protocolVersion": .string(revision.rawValue), "capabilities": .object(capabilities),
        "serverInfo": .object(identity), "instructions": .string(instructions),
      ])
  }
}
