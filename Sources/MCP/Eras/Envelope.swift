internal import JSON

/// What every modern request says about itself in `_meta`.
struct Envelope: Sendable {
  enum Key {
    static let revision = "io.modelcontextprotocol/protocolVersion"
    static let capabilities = "io.modelcontextprotocol/clientCapabilities"
    static let client = "io.modelcontextprotocol/clientInfo"
    static let server = "io.modelcontextprotocol/serverInfo"
  }

  let revision: Revision
  let capabilities: JSONObject
  /// The client program, if it says its name.
  let client: String?
}

/// The name in a `clientInfo`, cut to what is worth keeping.
func clientName(_ info: JSONValue?) -> String? {
  guard let name = info?["name"]?.stringValue else { return nil }
  let visible = name.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(100)
  return visible.isEmpty ? nil : String(String.UnicodeScalarView(visible))
}
