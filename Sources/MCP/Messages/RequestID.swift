internal import JSON

/// What names a request: a string or an integer, echoed exactly as it came. `"1"` and `1` are two requests.
struct RequestID: Hashable, Sendable {
  let json: JSONValue

  /// Nil when `json` cannot be an id: null, a fraction, anything but text and integers.
  init?(_ json: JSONValue) {
    switch json {
    case .string, .integer: self.json = json
    default: return nil
    }
  }

  /// An id of ours.
  init(_ name: String) { json = .string(name) }
}
