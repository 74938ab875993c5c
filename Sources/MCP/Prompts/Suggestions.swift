internal import Engine
internal import JSON
internal import Model
internal import Storage

/// What is suggested while a person types an argument.
enum Suggestions: Sendable {
  case none, contexts, tags, types, memories

  static let limit = 100

  /// The values that begin like `text`, at most ``limit``, and whether there are more.
  func values(for text: String, in library: Library) async throws(EngineError) -> (
    values: [String], hasMore: Bool
  ) {
    var values: [String] = []
    switch self {
    case .none: break
    case .contexts:
      values = try await library.engine.everywhere(as: library.caller).map(\.context.name)
    case .tags:
      var listing = TagListing()
      listing.limit = Self.limit + 1
      listing.prefix = text
      for access in try await library.contexts() {
        values += try await library.engine.tags(listing, in: access).tags.map(\.name)
      }
    case .types:
      var counts: [String: Int64] = [:]
      for access in try await library.contexts() {
        counts.merge(try await library.engine.statistics(of: access).byType, uniquingKeysWith: +)
      }
      values = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    case .memories:
      let places = try await library.gather(try await library.contexts(), limit: 200) {
        $0.order = .recentlyUpdated
      }
      let sought = text.lowercased()
      return cut(
        places.map(\.memory).filter { memory in
          memory.id.description.hasPrefix(sought) || memory.summary.lowercased().contains(sought)
        }.map(\.id.description))
    }
    return cut(values.filter { $0.lowercased().hasPrefix(text.lowercased()) })
  }

  private func cut(_ values: [String]) -> (values: [String], hasMore: Bool) {
    var seen: Set<String> = []
    let different = values.filter { seen.insert($0).inserted }
    return (Array(different.prefix(Self.limit)), different.count > Self.limit)
  }

  /// What completes an argument of a prompt or of a template of URIs.
  static func of(_ reference: JSONValue?, argument: String) throws(RPCError) -> Suggestions {
    switch reference?["type"] {
    case "ref/prompt":
      let name = reference?["name"]?.stringValue ?? ""
      guard let prompt = Prompt.named(name) else { throw .unknownPrompt(name) }
      guard let found = prompt.arguments.first(where: { $0.name == argument }) else {
        throw RPCError(
          .invalidParameters,
          "The prompt “\(name)” has no argument “\(argument.prefix(40))”. Allowed are \(prompt.arguments.map(\.name).joined(separator: ", "))."
        )
      }
      return found.suggestions
    case "ref/resource":
      let kinds: [(String, String, Suggestions)] = [
        ("item/{id}", "id", .memories), ("context/{name}", "name", .contexts), ("tag/{tag}", "tag", .tags),
      ]
      let uri = reference?["uri"]?.stringValue ?? ""
      guard let kind = kinds.first(where: { ResourceAddress.scheme + $0.0 == uri && $0.1 == argument }) else {
        throw RPCError(
          .invalidParameters,
          "There is no template “\(uri.prefix(100))” with “\(argument.prefix(40))”. resources/templates/list shows them."
        )
      }
      return kind.2
    default:
      throw RPCError(.invalidParameters, "params.ref.type is ref/prompt or ref/resource.")
    }
  }
}

extension RPCError {
  static func unknownPrompt(_ name: String) -> RPCError {
    RPCError(
      .invalidParameters,
      "There is no prompt “\(name.prefix(100))”. prompts/list shows the prompts that there are.")
  }
}
