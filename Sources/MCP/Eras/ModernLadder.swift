internal import JSON

/// What a modern request must pass before anything is done for it; the first rung that breaks is what the client hears.
///
/// A pure function of the headers and the body. The order is that of the official server, so that clients which were
/// tested with it find the same answers here.
enum ModernLadder {
  enum Verdict: Sendable {
    case serve(RPCRequest, Envelope)
    /// A notification: taken note of, never answered.
    case acknowledge(RPCNotification)
  }

  /// Judges a message over HTTP.
  static func judge(
    _ body: Result<JSONValue, JSONSyntaxError>, headers: RoutingHeaders
  ) throws(Refusal) -> Verdict {
    let json: JSONValue
    do { json = try body.get() } catch {
      throw Refusal(.parse, "The body is not JSON: \(error.description)")
    }
    return try judge(json, headers: headers)
  }

  /// Judges a message that came with headers, or over a transport that has none.
  static func judge(_ json: JSONValue, headers: RoutingHeaders?) throws(Refusal) -> Verdict {
    switch try Message(json) {
    case .response:
      throw Refusal(
        .invalidRequest, "Nothing was asked of the client: a body is one request or notification.")
    case .notification(let notification):
      if let sent = headers?.revision.first { _ = try revision(sent, id: nil) }
      return .acknowledge(notification)
    case .request(let request):
      if let name = headers?.duplicate {
        throw Refusal(request.id, .headerMismatch, "The header \(name) was sent more than once.")
      }
      let meta = try meta(of: request)
      if let headers { try compare(request, meta, with: headers) }
      guard let named = meta[Envelope.Key.revision]?.stringValue else {
        throw Refusal(request.id, .invalidParameters, "\(Envelope.Key.revision) is a string.")
      }
      let envelope = Envelope(
        revision: try revision(named, id: request.id),
        capabilities: meta[Envelope.Key.capabilities]?.objectValue ?? [:],
        client: clientName(meta[Envelope.Key.client]))
      return .serve(request, envelope)
    }
  }

  private static func meta(of request: RPCRequest) throws(Refusal) -> JSONObject {
    let needed = [Envelope.Key.revision, Envelope.Key.capabilities]
    let meta = request.meta ?? [:]
    let missing = needed.filter { meta[$0] == nil }
    if !missing.isEmpty {
      throw Refusal(
        request.id, .invalidParameters, "params._meta is missing \(missing.joined(separator: " and ")).")
    }
    guard meta[Envelope.Key.capabilities]?.objectValue != nil else {
      throw Refusal(request.id, .invalidParameters, "\(Envelope.Key.capabilities) is an object.")
    }
    return meta
  }

  private static func compare(
    _ request: RPCRequest, _ meta: JSONObject, with headers: RoutingHeaders
  ) throws(Refusal) {
    guard let revision = headers.revision.first else {
      throw Refusal(request.id, .headerMismatch, "The header \(RoutingHeaders.revisionName) is missing.")
    }
    if meta[Envelope.Key.revision] != .string(revision) {
      let message = "The header \(RoutingHeaders.revisionName) does not match the body's protocol version."
      throw Refusal(request.id, .headerMismatch, message)
    }
    if headers.method.first != request.method {
      let problem = headers.method.isEmpty ? "is missing" : "does not match the body's method"
      throw Refusal(request.id, .headerMismatch, "The header \(RoutingHeaders.methodName) \(problem).")
    }
    guard let key = ClientMethod(rawValue: request.method)?.routingParameter,
      let value = request.params[key]?.stringValue
    else { return }
    if headers.name.first.flatMap(RoutingHeaders.decoded) != value {
      let problem = headers.name.isEmpty ? "is missing" : "does not match the body's params.\(key)"
      throw Refusal(request.id, .headerMismatch, "The header \(RoutingHeaders.nameName) \(problem).")
    }
  }

  private static func revision(_ text: String, id: RequestID?) throws(Refusal) -> Revision {
    guard let revision = Revision(rawValue: text), revision.era == .modern else {
      throw Refusal(id, .unsupportedRevision(text))
    }
    return revision
  }
}
