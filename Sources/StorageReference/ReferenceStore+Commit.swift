public import Model
public import Storage

extension ReferenceStore {
  public func commit(_ write: MemoryWrite, in scope: Scope) async throws(StorageError) -> WriteReceipt {
    try change { (world) throws(StorageError) in
      try world.requireContext(scope)
      if let key = write.idempotencyKey, let seen = world.receipts[scope.context]?[Name(key)] {
        var receipt = seen.receipt
        receipt.isReplay = true
        return receipt
      }
      var changed: [MemoryID] = []
      for change in write.changes {
        guard let id = try world.apply(change, at: write.at, in: scope) else { continue }
        if !changed.contains(id) { changed.append(id) }
      }
      for embedding in write.embeddings { _ = world.save(embedding, in: scope) }
      _ = try world.enqueue(write.tasks)
      let receipt = WriteReceipt(changed: changed, sequence: world.sequence(of: scope.context))
      if let key = write.idempotencyKey {
        world.receipts[scope.context, default: [:]][Name(key)] = (receipt, write.at)
      }
      return receipt
    }
  }

  public func receipt(forKey key: String, in scope: Scope) async throws(StorageError) -> WriteReceipt? {
    guard world.openContext(scope) != nil, let seen = world.receipts[scope.context]?[Name(key)] else {
      return nil
    }
    var receipt = seen.receipt
    receipt.isReplay = true
    return receipt
  }
}

extension World {
  func sequence(of context: ContextID) -> Int64 { feeds[context]?.last?.sequence ?? 0 }

  mutating func appendFeed(_ memory: MemoryID, isLiving: Bool, to context: ContextID) {
    let change = SequencedChange(sequence: sequence(of: context) + 1, memory: memory, isLiving: isLiving)
    feeds[context, default: []].append(change)
  }

  func hasExternalID(_ name: String, in context: ContextID, except memory: MemoryID? = nil) -> Bool {
    memories.values.contains {
      $0.context == context && $0.deletedAt == nil && $0.id != memory
        && $0.externalID?.hasSameBytes(as: name) ?? false
    }
  }

  /// Stores a memory as a change left it, one revision later, and appends to its history.
  mutating func record(_ kind: MemoryChange.Kind, _ memory: Memory, by author: UserID, at instant: Timestamp)
  {
    var changed = memory
    if kind == .created {
      changed.revision = 1
    } else {
      changed.revision += 1
      changed.updatedAt = instant
    }
    memories[memory.id] = changed
    histories[memory.id, default: []].append(
      MemoryChange(
        memory: memory.id, revision: changed.revision, kind: kind, author: author, at: instant,
        snapshot: changed.snapshot))
  }

  /// Applies one change. Returns the memory that it changed, if it changed one.
  mutating func apply(
    _ change: MemoryWrite.Change, at instant: Timestamp, in scope: Scope
  ) throws(StorageError) -> MemoryID? {
    let context = scope.context
    switch change {
    case .insert(let memory):
      guard memory.context == context else {
        throw StorageError(.notFound, "the memory is of another context")
      }
      guard memories[memory.id] == nil else { throw StorageError(.conflict, "the memory exists") }
      var fresh = memory
      fresh.deletedAt = nil
      fresh.tags = memory.tags.distinctByBytes
      try requireFreeExternalID(of: fresh)
      record(.created, fresh, by: scope.user, at: instant)
      appendFeed(memory.id, isLiving: true, to: context)
      return memory.id

    case .update(let memory):
      guard memory.context == context else {
        throw StorageError(.notFound, "the memory is of another context")
      }
      let present = try requireLiving(memory.id, in: scope)
      guard present.revision == memory.revision else {
        throw StorageError(.conflict, "the memory has changed")
      }
      var changed = memory
      changed.createdAt = present.createdAt
      changed.tags = memory.tags.distinctByBytes
      changed.accessCount = present.accessCount
      changed.lastUsedAt = present.lastUsedAt
      changed.deletedAt = nil
      try requireFreeExternalID(of: changed)
      if !changed.hasSameText(as: present) {
        embeddings[memory.id] = nil
        failures[memory.id] = nil
      }
      record(.updated, changed, by: scope.user, at: instant)
      appendFeed(memory.id, isLiving: true, to: context)
      return memory.id

    case .forget(let id):
      guard var memory = memory(id, in: scope), memory.deletedAt == nil else { return nil }
      memory.deletedAt = instant
      record(.forgotten, memory, by: scope.user, at: instant)
      appendFeed(id, isLiving: false, to: context)
      return id

    case .restore(let id):
      guard var memory = memory(id, in: scope), memory.deletedAt != nil else { return nil }
      memory.deletedAt = nil
      if let name = memory.externalID, hasExternalID(name, in: context) { memory.externalID = nil }
      record(.restored, memory, by: scope.user, at: instant)
      appendFeed(id, isLiving: true, to: context)
      return id

    case .link(let edge):
      _ = try requireLiving(edge.source, in: scope)
      _ = try requireLiving(edge.target, in: scope)
      if edges.values.contains(where: { $0.joins(edge.source, edge.target, edge.type) }) { return nil }
      guard edges[edge.id] == nil else { throw StorageError(.conflict, "the edge exists") }
      edges[edge.id] = edge
      return nil

    case .unlink(let source, let target, let type):
      guard memory(source, in: scope) != nil else { return nil }
      edges = edges.filter { !$0.value.joins(source, target, type) }
      return nil
    }
  }

  private func requireLiving(_ id: MemoryID, in scope: Scope) throws(StorageError) -> Memory {
    guard let memory = memory(id, in: scope), memory.deletedAt == nil else {
      throw StorageError(.notFound, "there is no such memory")
    }
    return memory
  }

  private func requireFreeExternalID(of memory: Memory) throws(StorageError) {
    if let name = memory.externalID, hasExternalID(name, in: memory.context, except: memory.id) {
      throw StorageError(.conflict, "the external id is taken")
    }
  }
}

extension Edge {
  func joins(_ source: MemoryID, _ target: MemoryID, _ type: String) -> Bool {
    self.source == source && self.target == target && self.type.hasSameBytes(as: type)
  }
}
