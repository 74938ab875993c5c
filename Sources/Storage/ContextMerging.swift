public import Model

/// Bringing what is in one context into another one of the same workspace, all of it or nothing.
///
/// Both throw `notFound` when one of the two is not there or they are not of the same workspace, and do nothing from a
/// context to itself.
public protocol ContextMerging: Sendable {
  /// Moves everything from `source` to `target` and deletes `source`, softly, in one step, so that nothing can be
  /// written to it in between.
  ///
  /// Memories, forgotten ones too, keep their ids, history, edges, feedback and vectors. Each move is a change there and
  /// a removal here, in the order of their ids. A living memory whose external id is taken there loses its own. State
  /// entries go along where the target has none of that key that has not expired by `instant`. Returns how many living
  /// memories moved.
  func absorb(_ source: Scope, into target: Scope, at instant: Timestamp) async throws(StorageError) -> Int

  /// Copies the living memories of `source`, in the order of their ids, with their tags, vectors and the edges among
  /// them, as new ones of `target` that are named by `identifiers`. A copy whose external id is taken there goes
  /// without one. Returns how many there are.
  func copyAll(
    from source: Scope, to target: Scope, at instant: Timestamp, identifiers: IdentifierSource
  ) async throws(StorageError) -> Int
}
