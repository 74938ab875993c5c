internal import JSON
internal import Model
internal import Operations

/// Which tools a client is shown. It may call all the others as well, as far as its role allows.
public struct ToolListing: Sendable, Hashable {
  /// How much is said of each tool.
  enum Detail: Sendable, Hashable {
    /// ``BriefSchema`` and no output schema: what an agent reads at the beginning of every conversation. The keepers'
    /// list is as brief, since it is long.
    case brief
    /// The schema as it is enforced, and an outline of the result.
    case full
  }

  private enum Choice: Sendable, Hashable {
    case profile(String)
    case names([String])
  }

  private let choice: Choice

  private init(_ choice: Choice) { self.choice = choice }

  /// What every agent needs, in at most 12 KB.
  public static let core = ToolListing(.profile("core"))
  /// All that agents work with, in at most 40 KB.
  public static let full = ToolListing(.profile("full"))
  /// Everything, also what only keepers of the server need.
  public static let admin = ToolListing(.profile("admin"))
  /// The tools of these names.
  public static func tools(_ names: [String]) -> ToolListing { ToolListing(.names(names)) }

  /// What a URL or a command line asks for: `profile=core|full|admin`, or `tools=recall,remember`, which goes first.
  public init(profile: String?, tools: String?) {
    if let tools {
      self.init(.names(tools.split(separator: ",").map { String($0.trimmingPrefix(" ")) }))
    } else {
      self.init(.profile(profile ?? "core"))
    }
  }

  /// First one that only reads and takes no argument, which clients that probe a server rely on.
  static let coreNames = [
    "list_contexts", "get_context_info", "remember", "recall", "reference", "update_memory", "forget",
    "load_pinned", "explore",
  ]

  var detail: Detail {
    switch choice {
    case .names, .profile("full"): .full
    case .profile: .brief
    }
  }

  /// The tools to list for a caller of that role, in the order of the catalogue.
  func select(from tools: [Tool], for role: Role) throws(RPCError) -> [Tool] {
    let wanted: Set<String>?
    switch choice {
    case .profile("core"): wanted = Set(Self.coreNames)
    case .profile("full"): wanted = Set(tools.filter { $0.operation.audience == .agents }.map(\.name))
    case .profile("admin"): wanted = nil
    case .profile(let name):
      throw RPCError(
        .invalidParameters, "There is no profile “\(name.prefix(40))”; allowed are core, full and admin.")
    case .names(let names):
      if let unknown = names.first(where: { name in !tools.contains { $0.name == name } }) {
        throw .unknownTool(unknown)
      }
      wanted = Set(names)
    }
    return tools.filter { tool in
      tool.operation.access.role <= role && wanted?.contains(tool.name) ?? true
    }
  }
}

extension RPCError {
  static func unknownTool(_ name: String) -> RPCError {
    RPCError(
      .invalidParameters, "There is no tool “\(name.prefix(100))”. tools/list shows the tools that there are."
    )
  }
}
