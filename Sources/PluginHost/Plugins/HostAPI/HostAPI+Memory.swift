internal import Engine
internal import Identity
internal import JSON
internal import LuaRuntime
internal import Model
internal import Storage

extension HostAPI {
  static let memory: [HostDeclaration] = [
    HostDeclaration(
      "mneme.memory.get", .memoryRead, [.init("id", "string", "The memory's id."), contextParameter],
      returns: "Memory?", "A memory with its content; nil when there is none of that id.",
      .waits { (run, arguments) async throws(HostError) in
        do throws(EngineError) {
          let access = try await run.reading(arguments[1])
          return MemoryValue.full(
            try await run.engine.memory(arguments[0].stringValue ?? "", in: access))
        } catch {
          if case .memoryNotFound = error { return .null }
          throw HostError(error)
        }
      }),
    HostDeclaration(
      "mneme.memory.recall", .memoryRead,
      [.init("query", "string", "What to look for."), .init("options", "RecallOptions?", "How.")],
      returns: "Found[]",
      "The memories that answer a question, best first. No plugin is called for it.",
      .waits { (run, arguments) async throws(HostError) in
        var request = RecallRequest(try run.query(arguments[0]))
        let options = arguments[1].objectValue ?? [:]
        request.limit = min(max(options["limit"]?.intValue ?? 5, 1), 50)
        if let tags = options["tags"]?.arrayValue?.compactMap(\.stringValue), !tags.isEmpty {
          request.filter.tags = tags.map { [$0] }
        }
        if let type = options["type"]?.stringValue { request.filter.types = [type] }
        request.runsHooks = false
        let asked = request
        do throws(EngineError) {
          let found = try await run.engine.recall(asked, in: [try await run.reading(options["context"])])
          return .array(found.items.map { MemoryValue.found($0) })
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.memory.by_source", .memoryRead,
      [.init("uri", "string", "The source_uri."), contextParameter], returns: "Memory[]",
      "The memories from a source, at most 20, the newest first.",
      .waits { (run, arguments) async throws(HostError) in
        var listing = MemoryListing()
        listing.filter.sourceURIPrefix = arguments[0].stringValue
        listing.limit = 20
        let asked = listing
        do throws(EngineError) {
          let page = try await run.engine.list(asked, in: try await run.reading(arguments[1]))
          return .array(
            page.memories.filter { $0.sourceURI == arguments[0].stringValue }.map(MemoryValue.full))
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.memory.list", .memoryRead,
      [.init("options", "RecallOptions?", "Which; the limit is 20 without one.")], returns: "Memory[]",
      "The newest memories.",
      .waits { (run, arguments) async throws(HostError) in
        let options = arguments[0].objectValue ?? [:]
        var listing = MemoryListing()
        listing.limit = min(max(options["limit"]?.intValue ?? 20, 1), 100)
        if let tags = options["tags"]?.arrayValue?.compactMap(\.stringValue) {
          listing.filter.tags = tags.map { [$0] }
        }
        if let type = options["type"]?.stringValue { listing.filter.types = [type] }
        let asked = listing
        do throws(EngineError) {
          let page = try await run.engine.list(asked, in: try await run.reading(options["context"]))
          return .array(page.memories.map(MemoryValue.full))
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.memory.remember", .memoryWrite, in: HostDeclaration.unhurried,
      [.init("memory", "NewMemory", "What to store.")], returns: "string",
      "Stores a memory and returns its id. A repetition by a later attempt of the same run stores nothing: set `key` when a run stores several.",
      .waits { (run, arguments) async throws(HostError) in
        let given = arguments[0]
        var draft = try MemoryValue.newDraft(given)
        let key = given["key"]?.stringValue ?? "only"
        draft.idempotencyKey = "plugin:\(run.plugin.name):\(run.id):\(key.prefix(100))"
        let ready = draft
        do throws(EngineError) {
          let access = try await run.writing(given["context"])
          return .string(try await run.engine.remember(ready, in: access).memory.id.description)
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.memory.update", .memoryWrite, in: HostDeclaration.unhurried,
      [
        .init("id", "string", "The memory's id."), .init("changes", "MemoryChanges", "What changes."),
        contextParameter,
      ], returns: "Memory", "Changes a memory.",
      .waits { (run, arguments) async throws(HostError) in
        let revision = try MemoryValue.revision(arguments[1])
        do throws(EngineError) {
          let access = try await run.writing(arguments[2])
          let updated = try await run.engine.update(
            arguments[0].stringValue ?? "", with: revision, in: access)
          return MemoryValue.full(updated.memory)
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.memory.add_tags", .memoryWrite, in: HostDeclaration.unhurried,
      [
        .init("id", "string", "The memory's id."),
        .init("tags", "string[]", "Tags that it shall carry, too."),
        contextParameter,
      ], returns: "string[]", "Adds tags and returns all that the memory has then.",
      .waits { (run, arguments) async throws(HostError) in
        do throws(EngineError) {
          let access = try await run.writing(arguments[2])
          let name = arguments[0].stringValue ?? ""
          let memory = try await run.engine.memory(name, in: access.reading)
          let new = (arguments[1].arrayValue ?? []).compactMap(\.stringValue).filter {
            !memory.tags.contains($0)
          }
          guard !new.isEmpty else { return .array(memory.tags.map { .string($0) }) }
          let changes: JSONValue = ["tags": .array((memory.tags + new).map { .string($0) })]
          let revision: MemoryRevision
          do throws(HostError) { revision = try MemoryValue.revision(changes) } catch {
            throw EngineError.invalid("tags", error.message)
          }
          let updated = try await run.engine.update(name, with: revision, in: access)
          return .array(updated.memory.tags.map { .string($0) })
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.memory.forget", .memoryWrite, in: HostDeclaration.unhurried,
      [.init("id", "string", "The memory's id."), contextParameter], returns: "boolean",
      "Forgets a memory, so that it can be restored for 30 days. Returns whether there was one.",
      .waits { (run, arguments) async throws(HostError) in
        do throws(EngineError) {
          let access = try await run.writing(arguments[1])
          let gone = try await run.engine.forget([arguments[0].stringValue ?? ""], in: access)
          return .bool(!gone.isEmpty)
        } catch { throw HostError(error) }
      }),
  ]

  static let graph: [HostDeclaration] = [
    HostDeclaration(
      "mneme.graph.edges", .graphRead, [.init("id", "string", "The memory's id."), contextParameter],
      returns: "Edge[]", "The links that begin or end at a memory.",
      .waits { (run, arguments) async throws(HostError) in
        do throws(EngineError) {
          let access = try await run.reading(arguments[1])
          let edges = try await run.engine.edges(of: arguments[0].stringValue ?? "", in: access)
          return .array(
            edges.map { edge in
              [
                "source": .string(edge.source.description), "target": .string(edge.target.description),
                "type": .string(edge.type), "weight": .double(edge.weight),
              ]
            })
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.graph.link", .graphWrite, in: HostDeclaration.unhurried,
      [
        .init("source", "string", "The id where the link begins."),
        .init("target", "string", "The id where it ends."),
        .init("type", "string?", "What it says: related_to without it."), contextParameter,
      ], "Links two memories. A link that is there stays as it is.",
      .waits { (run, arguments) async throws(HostError) in
        let type = arguments[2].stringValue ?? Edge.KnownType.relatedTo
        guard (1...50).contains(type.unicodeScalars.count) else {
          throw HostError("mneme.graph.link: a type has 1 to 50 characters")
        }
        do throws(EngineError) {
          let access = try await run.writing(arguments[3])
          try await run.engine.link(
            arguments[0].stringValue ?? "", to: arguments[1].stringValue ?? "", as: type, in: access)
          return .null
        } catch { throw HostError(error) }
      }),
    HostDeclaration(
      "mneme.graph.unlink", .graphWrite, in: HostDeclaration.unhurried,
      [
        .init("source", "string", "The id where the link begins."),
        .init("target", "string", "The id where it ends."),
        .init("type", "string?", "What it says: related_to without it."), contextParameter,
      ], "Removes a link, if it is there.",
      .waits { (run, arguments) async throws(HostError) in
        do throws(EngineError) {
          let access = try await run.writing(arguments[3])
          try await run.engine.unlink(
            arguments[0].stringValue ?? "", from: arguments[1].stringValue ?? "",
            as: arguments[2].stringValue ?? Edge.KnownType.relatedTo, in: access)
          return .null
        } catch { throw HostError(error) }
      }),
  ]

  private static let contextParameter = HostDeclaration.Value(
    "context", "string?", "The context, by id or name; the hook's own without it.")

  static let edgeTable = HostTable(
    name: "Edge", about: "A link between two memories.",
    fields: [
      .init("source", "string", "The id where it begins."),
      .init("target", "string", "The id where it ends."),
      .init("type", "string", "What it says."), .init("weight", "number", "0 to 3."),
    ])

  static let recallOptions = HostTable(
    name: "RecallOptions", about: "Which memories to look for.",
    fields: [
      .init("limit", "integer?", "How many."), .init("tags", "string[]?", "All of which they carry."),
      .init("type", "string?", "Their type."),
      .init("context", "string?", "Where; the hook's own without it."),
    ])
}

extension PluginRun {
  func reading(_ context: JSONValue?) async throws(EngineError) -> ReadAccess {
    try await engine.reading(try named(context), as: caller)
  }

  func writing(_ context: JSONValue?) async throws(EngineError) -> WriteAccess {
    try await engine.writing(try named(context), as: caller)
  }

  private func named(_ context: JSONValue?) throws(EngineError) -> String {
    do throws(HostError) { return try contextName(context) } catch {
      throw .invalid("context", error.message)
    }
  }

  func query(_ value: JSONValue) throws(HostError) -> String {
    let text = value.stringValue ?? ""
    guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      throw HostError("the query is blank")
    }
    // A plugin passes what it has, a whole memory perhaps; what matters most stands first.
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(Limits.queryLength.upperBound)))
  }
}

extension HostError {
  /// What a plugin is told when the engine does not do what it asks.
  init(_ error: EngineError) { self.init(error.message) }
}
