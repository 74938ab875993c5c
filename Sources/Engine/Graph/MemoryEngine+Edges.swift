public import Model
public import Storage

/// A link that somebody declares.
public struct EdgeDraft: Sendable {
  public var source: String
  public var target: String
  public var type = Edge.KnownType.relatedTo
  public var weight = 1.0
  public var confidence = 1.0
  /// Whether it may replace a declared one that says something else.
  public var overwrites = false

  public init(from source: String, to target: String) {
    self.source = source
    self.target = target
  }
}

/// What became of a link that was declared.
public enum EdgeChange: Sendable, Hashable {
  case created(Edge)
  case updated(Edge, previous: Edge)
  case unchanged(Edge)

  public var edge: Edge {
    switch self {
    case .created(let edge), .updated(let edge, _), .unchanged(let edge): edge
    }
  }
}

extension MemoryEngine {
  /// The edges at a memory, the heaviest first, each as it has faded by now: at most `filter.limit` in each direction.
  public func edges(
    at name: String, matching filter: EdgeFilter, in access: ReadAccess
  ) async throws(EngineError) -> [Edge] {
    let memory = try await memory(name, in: access)
    let edges = try await stored { () async throws(StorageError) in
      try await store.edges(at: [memory.id], matching: filter, in: access.scope)
    }
    return faded(edges, in: access.context).filter { $0.weight >= filter.minimumWeight }
  }

  /// Declares a link. One that is there and says the same stays as it is; one that was declared to say something else is
  /// replaced only if the draft says so; one that was learned becomes a declared one. What follows from the texts stays known
  /// as that.
  public func link(_ draft: EdgeDraft, in access: WriteAccess) async throws(EngineError) -> EdgeChange {
    let (source, target) = try await ends(draft.source, draft.target, in: access.reading)
    let present = try await stored { () async throws(StorageError) in
      try await store.edge(from: source, to: target, type: draft.type, in: access.scope)
    }
    var edge = Edge(
      id: identifiers.make(), source: source, target: target, type: draft.type, weight: draft.weight,
      confidence: draft.confidence, createdAt: clock.now())
    guard let present else { return .created(try await save(edge, in: access)) }
    let isSame = present.weight == edge.weight && present.confidence == edge.confidence
    if present.origin != .hebbian {
      if isSame { return .unchanged(present) }
      if present.origin == .declared, !draft.overwrites { throw .edgeExists(present) }
      edge.origin = present.origin
    }
    edge.evidence = present.evidence
    return .updated(try await save(edge, in: access), previous: present)
  }

  /// Changes the weight, the confidence or the type of the link between two memories. Where there are several, `type` says
  /// which one.
  public func updateEdge(
    from source: String, to target: String, ofType type: String? = nil, weight: Double? = nil,
    confidence: Double? = nil, newType: String? = nil, in access: WriteAccess
  ) async throws(EngineError) -> (edge: Edge, previous: Edge) {
    let previous = try await edge(from: source, to: target, type: type, in: access.reading)
    var changed = faded([previous], in: access.context)[0]
    changed.weight = weight ?? changed.weight
    changed.confidence = confidence ?? changed.confidence
    changed.lastUsedAt = clock.now()
    changed.weighedAt = clock.now()
    if let newType, newType != previous.type {
      let ends = (previous.source, previous.target)
      let other = try await stored { () async throws(StorageError) in
        try await store.edge(from: ends.0, to: ends.1, type: newType, in: access.scope)
      }
      if let other { throw .edgeExists(other) }
      changed.type = newType
      changed.id = identifiers.make()
      // A person said what it is, so it is declared from now on.
      changed.origin = previous.origin == .hebbian ? .declared : previous.origin
      let edge = try await save(changed, in: access)
      _ = try await remove(previous, in: access)
      return (edge, previous)
    }
    return (try await save(changed, in: access), previous)
  }

  /// Removes the link between two memories. Where there are several and no type is given, all of that direction.
  /// Returns how many.
  public func unlink(
    from source: String, to target: String, ofType type: String? = nil, in access: WriteAccess
  ) async throws(EngineError) -> Int {
    let (from, to) = try await ends(source, target, in: access.reading)
    let edges = try await edges(from: from, to: to, in: access.reading)
      .filter { type == nil || $0.type == type }
    guard !edges.isEmpty else { throw .edgeNotFound(from: source, to: target) }
    var count = 0
    for edge in edges where try await remove(edge, in: access) { count += 1 }
    return count
  }

  /// Declares many links at once. Those whose ends are not here, or that link a memory to itself, are passed over.
  public func importEdges(
    _ drafts: [EdgeDraft], in access: WriteAccess
  ) async throws(EngineError) -> (saved: Int, skipped: Int) {
    let now = clock.now()
    let edges = drafts.compactMap { draft -> Edge? in
      guard let source = MemoryID(draft.source), let target = MemoryID(draft.target), source != target else {
        return nil
      }
      return Edge(
        id: identifiers.make(), source: source, target: target, type: draft.type, weight: draft.weight,
        confidence: draft.confidence, createdAt: now)
    }
    let saved = try await stored { () async throws(StorageError) in
      try await store.save(edges, in: access.scope)
    }
    return (saved.count, drafts.count - saved.count)
  }
}

extension MemoryEngine {
  /// Edges as they have faded by now.
  func faded(_ edges: [Edge], in context: Context) -> [Edge] {
    let (now, fading) = (clock.now(), context.edgeFading)
    return edges.map { $0.faded(at: now, by: fading) }
  }

  private func save(_ edge: Edge, in access: WriteAccess) async throws(EngineError) -> Edge {
    let saved = try await stored { () async throws(StorageError) in
      try await store.save([edge], in: access.scope)
    }
    // An end may have been forgotten since it was looked up.
    guard let saved = saved.first else { throw .memoryNotFound(edge.target.description) }
    return saved
  }

  private func remove(_ edge: Edge, in access: WriteAccess) async throws(EngineError) -> Bool {
    try await stored { () async throws(StorageError) in
      try await store.removeEdge(edge.id, in: access.scope)
    }
  }

  private func edge(
    from source: String, to target: String, type: String?, in access: ReadAccess
  ) async throws(EngineError) -> Edge {
    let (from, to) = try await ends(source, target, in: access)
    let edges = try await edges(from: from, to: to, in: access).filter { type == nil || $0.type == type }
    guard let edge = edges.first else { throw .edgeNotFound(from: source, to: target) }
    guard edges.count == 1 else {
      throw .invalid(
        "type", "there are \(edges.count) edges between these two",
        allowed: edges.map(\.type).sorted().joined(separator: ", "))
    }
    return edge
  }

  private func edges(
    from source: MemoryID, to target: MemoryID, in access: ReadAccess
  ) async throws(EngineError) -> [Edge] {
    try await stored { () async throws(StorageError) in
      try await store.edges(touching: [source], types: nil, in: access.scope)
    }.filter { $0.source == source && $0.target == target }
  }

  /// Two different memories of the context.
  private func ends(
    _ source: String, _ target: String, in access: ReadAccess
  ) async throws(EngineError) -> (MemoryID, MemoryID) {
    let from = try await memory(source, in: access).id
    let to = try await memory(target, in: access).id
    guard from != to else { throw .invalid("target_id", "is the source itself", allowed: "another memory") }
    return (from, to)
  }
}
