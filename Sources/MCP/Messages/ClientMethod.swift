/// What a client may ask for: the one list that routing, capabilities and dispatch follow.
enum ClientMethod: String, Sendable, CaseIterable {
  case discover = "server/discover"
  case initialize
  case ping
  case listTools = "tools/list"
  case callTool = "tools/call"
  case listResources = "resources/list"
  case listResourceTemplates = "resources/templates/list"
  case readResource = "resources/read"
  case subscribe = "resources/subscribe"
  case unsubscribe = "resources/unsubscribe"
  case listPrompts = "prompts/list"
  case getPrompt = "prompts/get"
  case complete = "completion/complete"
  case listen = "subscriptions/listen"

  /// Whether the method exists in that era.
  func exists(in era: Revision.Era) -> Bool {
    switch self {
    case .discover, .listen: era == .modern
    case .initialize, .ping, .subscribe, .unsubscribe: era == .legacy
    case .listTools, .callTool, .listResources, .listResourceTemplates, .readResource, .listPrompts,
      .getPrompt,
      .complete:
      true
    }
  }

  /// The parameter that the header `Mcp-Name` repeats.
  var routingParameter: String? {
    switch self {
    case .callTool, .getPrompt: "name"
    case .readResource: "uri"
    default: nil
    }
  }

  /// How long a modern client may keep the answer; nil where the protocol has no such field.
  var freshness: Freshness? {
    switch self {
    // Tools depend on the caller's role, instructions on the context that is theirs.
    case .discover, .listTools: Freshness(milliseconds: 3_600_000, scope: .private)
    case .listPrompts, .listResourceTemplates: Freshness(milliseconds: 3_600_000, scope: .public)
    case .listResources, .readResource: Freshness(milliseconds: 0, scope: .private)
    default: nil
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
