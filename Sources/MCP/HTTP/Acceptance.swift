/// What a client can read, from its `Accept`.
struct Acceptance: Sendable, Hashable {
  let json: Bool
  let events: Bool

  /// Clients of old send no `Accept`, or a wildcard; both mean anything.
  init(_ header: String?) {
    guard let header, !header.allSatisfy(\.isWhitespace) else {
      json = true
      events = true
      return
    }
    let types = header.split(separator: ",").map(mediaType)
    let isAnything = types.contains("*/*")
    json = isAnything || types.contains("application/json") || types.contains("application/*")
    events = isAnything || types.contains("text/event-stream") || types.contains("text/*")
  }
}

/// The type in a header like `application/json; charset=utf-8`, in lower case. A type with `q=0` is none.
func mediaType(_ text: some StringProtocol) -> String {
  let parts = text.split(separator: ";").map { part -> String in
    String(part.filter { !$0.isWhitespace }).lowercased()
  }
  let isRefused = parts.dropFirst().contains { part in
    part.hasPrefix("q=") && Double(part.dropFirst(2)) == 0
  }
  return isRefused ? "" : parts.first ?? ""
}
