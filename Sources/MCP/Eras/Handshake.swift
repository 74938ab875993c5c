internal import JSON

/// What the opening of a legacy session settles.
struct Handshake: Sendable {
  let revision: Revision
  /// The client program, if it said its name.
  let client: String?
  /// Whether the client can put a question of ours to a person.
  let canAsk: Bool

  init(_ params: JSONObject) throws(RPCError) {
    guard let proposed = params["protocolVersion"]?.stringValue else {
      throw RPCError(.invalidParameters, "params.protocolVersion is the revision that the client speaks.")
    }
    revision = Revision.negotiated(proposed)
    client = clientName(params["clientInfo"])
    canAsk = revision.hasElicitation && canElicit(params["capabilities"]?.objectValue ?? [:])
  }
}

/// Whether a client with these capabilities shows forms to people. One that names no mode means forms.
func canElicit(_ capabilities: JSONObject) -> Bool {
  guard let elicitation = capabilities["elicitation"]?.objectValue else { return false }
  return elicitation.isEmpty || elicitation["form"] != nil
}
