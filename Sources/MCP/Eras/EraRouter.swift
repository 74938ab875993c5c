internal import JSON

/// Decides which protocol a message is written in.
///
/// A client that speaks both may probe with one and go on with the other, over the same URL or in the same process; so
/// nothing is remembered from one message to the next.
enum EraRouter {
  /// Over HTTP the header decides. A value that is not known is modern: that era can say what is supported. Without the
  /// header, a body that names a revision for itself is modern, too, so that its client hears what it forgot.
  static func era(headers: RoutingHeaders, body: JSONValue?) -> Revision.Era {
    if headers.revision.isEmpty { return namesModernRevision(body) ? .modern : .legacy }
    let areLegacy = headers.revision.allSatisfy { Revision(rawValue: $0)?.era == .legacy }
    return areLegacy ? .legacy : .modern
  }

  /// Over stdio each request says it itself.
  static func era(of message: JSONValue) -> Revision.Era {
    guard message["method"] != "initialize", let meta = message["params"]?["_meta"] else { return .legacy }
    return meta[Envelope.Key.revision] == nil ? .legacy : .modern
  }

  private static func namesModernRevision(_ body: JSONValue?) -> Bool {
    guard let body, era(of: body) == .modern else { return false }
    let named = body["params"]?["_meta"]?[Envelope.Key.revision]?.stringValue.flatMap(Revision.init)
    return named?.era != .legacy
  }
}
