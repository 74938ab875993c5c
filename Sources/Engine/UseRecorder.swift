internal import Model
internal import Storage
internal import Threads

/// Notes what was used, out of the caller's way: an answer never waits for it, and a crash may lose the last moments.
///
/// Uses are gathered while the previous batch is being written, so a busy server writes few, large batches.
final class UseRecorder: Sendable {
  private struct Batch {
    var counts: [Scope: [MemoryID: Int]] = [:]
    var keys: [KeyID: Timestamp] = [:]
    var at = Timestamp(microseconds: 0)
    /// Work that follows from answers.
    var tasks: [QueuedTask] = []
    var isEmpty: Bool { counts.isEmpty && keys.isEmpty && tasks.isEmpty }
  }

  private struct State {
    var pending = Batch()
    /// Writes until nothing is pending; nil when nothing is.
    var writer: Task<Void, Never>?
  }

  private let store: any Store
  private let state = Lock(State())

  private let bell: TaskBell

  init(store: any Store, bell: TaskBell) {
    self.store = store
    self.bell = bell
  }

  func note(_ memories: [MemoryID], in scope: Scope, at instant: Timestamp) {
    guard !memories.isEmpty else { return }
    add { batch in
      for memory in memories { batch.counts[scope, default: [:]][memory, default: 0] += 1 }
      batch.at = max(batch.at, instant)
    }
  }

  func note(key: KeyID, at instant: Timestamp) {
    add { batch in batch.keys[key] = max(instant, batch.keys[key] ?? instant) }
  }

  func note(_ tasks: [QueuedTask]) {
    guard !tasks.isEmpty else { return }
    add { batch in batch.tasks += tasks }
  }

  /// Returns when everything that was noted before this call is written.
  func settle() async {
    while let writer = state.withLock({ $0.writer }) { await writer.value }
  }

  // Under a lock rather than on an actor: what was noted is pending before the caller goes on, so `settle` misses none.
  private func add(_ change: (inout Batch) -> Void) {
    state.withLock { state in
      change(&state.pending)
      if state.writer == nil { state.writer = Task { await self.writeAll() } }
    }
  }

  private func writeAll() async {
    while let batch = next() { await write(batch) }
  }

  private func next() -> Batch? {
    state.withLock { state in
      guard !state.pending.isEmpty else {
        state.writer = nil
        return nil
      }
      defer { state.pending = Batch() }
      return state.pending
    }
  }

  private func write(_ batch: Batch) async {
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
    if !batch.tasks.isEmpty {
      _ = try? await store.enqueue(batch.tasks)
      bell.ring()
    }
  }
}
