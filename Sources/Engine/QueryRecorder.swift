internal import Model
internal import Storage
internal import Threads

/// Writes down what was asked, out of the caller's way, where a context's settings say so. A crash may lose the last
/// moments; a store that is slower than the questions loses some of them rather than memory.
final class QueryRecorder: Sendable {
  private struct State {
    var pending: [(query: LoggedQuery, scope: Scope)] = []
    /// Writes until nothing is pending; nil when nothing is.
    var writer: Task<Void, Never>?
  }

  private static let limit = 1_000

  private let store: any Store
  private let state = Lock(State())

  init(store: any Store) { self.store = store }

  func note(_ query: LoggedQuery, in scope: Scope) {
    state.withLock { state in
      guard state.pending.count < Self.limit else { return }
      state.pending.append((query, scope))
      if state.writer == nil { state.writer = Task { await self.writeAll() } }
    }
  }

  /// Returns when everything that was noted before this call is written.
  func settle() async {
    while let writer = state.withLock({ $0.writer }) { await writer.value }
  }

  private func writeAll() async {
    while let batch = next() {
      for (query, scope) in batch { try? await store.log(query, in: scope) }
    }
  }

  private func next() -> [(query: LoggedQuery, scope: Scope)]? {
    state.withLock { state in
      guard !state.pending.isEmpty else {
        state.writer = nil
        return nil
      }
      defer { state.pending = [] }
      return state.pending
    }
  }
}
