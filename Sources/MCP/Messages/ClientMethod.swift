/// What a client may ask for: the one list that routing, capabilities and dispatch follow.
enum ClientMethod: String, Sendable, CaseIterable {
  case discover = "server/discover"
  case initialize
  case ping
  case listTools = "tools/list"
  case callTool = "tools/call"

  /// Whether the method exists in that era.
  func exists(in era: Revision.Era) -> Bool {
    switch self {
    case .discover: era == .modern
    case .initialize, .ping: era == .legacy
    case .listTools, .callTool: true
    }
  }

  /// The parameter that the header `Mcp-Name` repeats.
  var routingParameter: String? {
    switch self {
    case .callTool: "name"
    case .discover, .initialize, .ping, .listTools: nil
    }
  }

  /// How long a modern client may keep the answer; nil where the protocol has no such field.
  var freshness: Freshness? {
    switch self {
    case .discover: Freshness(milliseconds: 3_600_000, scope: .public)
    // What is listed depends on the caller's role.
    case .listTools: Freshness(milliseconds: 3_600_000, scope: .private)
    case .initialize, .ping, .callTool: nil
    }
  }
}

/// How long an answer stays true, and for whom.
struct Freshness: Sendable, Hashable {
  enum Scope: String, Sendable {
    case `public`, `private`
  }

  let milliseconds: Int64
  let scope: Scope
}
