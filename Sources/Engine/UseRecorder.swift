internal import Model
internal import Storage

/// Notes what was used, out of the caller's way: an answer never waits for it, and a crash may lose the last moments.
///
/// Uses are gathered while the previous batch is being written, so a busy server writes few, large batches.
actor UseRecorder {
  private struct Batch {
    var counts: [Scope: [MemoryID: Int]] = [:]
    var keys: [KeyID: Timestamp] = [:]
    var at = Timestamp(microseconds: 0)
    var isEmpty: Bool { counts.isEmpty && keys.isEmpty }
  }

  private let store: any Store
  private var pending = Batch()
  private var writer: Task<Void, Never>?

  init(store: any Store) { self.store = store }

  nonisolated func note(_ memories: [MemoryID], in scope: Scope, at instant: Timestamp) {
    guard !memories.isEmpty else { return }
    Task { await add(memories, in: scope, at: instant) }
  }

  nonisolated func note(key: KeyID, at instant: Timestamp) {
    Task { await add(key, at: instant) }
  }

  func settle() async {
    while let writer { await writer.value }
  }

  private func add(_ memories: [MemoryID], in scope: Scope, at instant: Timestamp) {
    for memory in memories { pending.counts[scope, default: [:]][memory, default: 0] += 1 }
    pending.at = max(pending.at, instant)
    start()
  }

  private func add(_ key: KeyID, at instant: Timestamp) {
    pending.keys[key] = max(instant, pending.keys[key] ?? instant)
    start()
  }

  private func start() {
    guard writer == nil else { return }
    writer = Task {
      while !pending.isEmpty { await write() }
      writer = nil
    }
  }

  private func write() async {
    let batch = pending
    pending = Batch()
    for (scope, counts) in batch.counts {
      // A memory that was used several times since the last batch is noted that many times.
      var round = 1
      while true {
        let used = counts.filter { $0.value >= round }.map(\.key).sorted()
        guard !used.isEmpty else { break }
        try? await store.noteUse(of: used, at: batch.at, in: scope)
        round += 1
      }
      let workspace = WorkspaceScope(of: scope)
      try? await store.noteUse(of: [scope.context], at: batch.at, in: workspace)
    }
    for (key, instant) in batch.keys { try? await store.noteUse(of: key, at: instant) }
  }
}
