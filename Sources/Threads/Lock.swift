import Glibc

/// A value that one thread at a time may touch.
///
/// `Synchronization.Mutex` would do, but the thread sanitizer does not see its futex on Linux and reports races
/// that are none. A pthread mutex is visible to it, and as fast when nobody waits.
public final class Lock<State>: @unchecked Sendable {
  // Sendable: `state` is read and written only while `mutex` is held.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var state: State

  /// A lock around `state`.
  public init(_ state: sending State) {
    pthread_mutex_init(mutex, nil)
    self.state = state
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` with the only access to the value. Never wait for anything inside.
  @inlinable
  public func withLock<Result, Failure: Error>(
    _ body: (inout sending State) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    acquire()
    defer { release() }
    return try body(&value)
  }

  @usableFromInline
  var value: State {
    get { state }
    _modify { yield &state }
  }

  @usableFromInline
  func acquire() { pthread_mutex_lock(mutex) }

  @usableFromInline
  func release() { pthread_mutex_unlock(mutex) }
}
