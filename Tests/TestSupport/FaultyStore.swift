public import Storage
internal import Threads

/// A store whose n-th call fails, and whose others reach the store behind it.
///
/// With n = 1, 2, 3, … until nothing fails any more, every place where a caller may be interrupted is tried.
public final class FaultyStore: Store {
  /// What the caller's write had done when it failed.
  public enum Moment: Sendable, CaseIterable {
    /// The call never reached the store.
    case before
    /// The store did it, and only the answer was lost.
    case after
  }

  private let store: any Store
  private let moment: Moment
  private let failing: Int
  private let calls = Lock(0)

  /// Wraps `store`, so that its call with the number `failing`, from 1, throws `unavailable`.
  public init(_ store: any Store, failing: Int, _ moment: Moment) {
    self.store = store
    self.failing = failing
    self.moment = moment
  }

  /// Whether the failing call was made.
  public var hasFailed: Bool { calls.withLock { $0 } >= failing }

  func call<Value: Sendable>(
    _ body: (any Store) async throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    let isFailing = calls.withLock { calls in
      calls += 1
      return calls == failing
    }
    if isFailing && moment == .before { throw Self.failure }
    let answer = try await body(store)
    if isFailing { throw Self.failure }
    return answer
  }

  private static var failure: StorageError { StorageError(.unavailable, "made to fail by a test") }
}
