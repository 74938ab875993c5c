internal import Glibc
internal import LuaRuntime
internal import Threads

/// Waits, on a thread that may be blocked, for what is done elsewhere.
enum Blocking {
  /// The result of `body`, which runs on the concurrent pool. When `deadline` passes first, `body` is cancelled and what
  /// becomes of it is nobody's business any more.
  static func wait<Value: Sendable>(
    until deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws(HostError) -> Value
  ) throws(HostError) -> Value {
    let box = Box<Result<Value, HostError>>()
    let task = Task.detached {
      do throws(HostError) { box.put(.success(try await body())) } catch { box.put(.failure(error)) }
    }
    guard let result = box.take(until: deadline) else {
      task.cancel()
      throw HostError("the time that this run has for calls of the host is over")
    }
    return try result.get()
  }
}

/// A place that somebody fills once, and that one thread waits for.
private final class Box<Value: Sendable>: @unchecked Sendable {
  // Sendable: the semaphore may be used from any thread, and is destroyed with its last user.
  private let value = Lock<Value?>(nil)
  private let filled = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(filled, 0, 0) }

  deinit {
    sem_destroy(filled)
    filled.deallocate()
  }

  func put(_ new: Value) {
    value.withLock { $0 = new }
    sem_post(filled)
  }

  func take(until deadline: ContinuousClock.Instant) -> Value? {
    while true {
      let left = max(.zero, deadline - .now)
      var moment = timespec()
      clock_gettime(CLOCK_REALTIME, &moment)
      let nanoseconds = Int(left / .nanoseconds(1)) + moment.tv_nsec
      moment.tv_sec += nanoseconds / 1_000_000_000
      moment.tv_nsec = nanoseconds % 1_000_000_000
      if sem_timedwait(filled, &moment) == 0 { return value.withLock { $0 } }
      // Interrupted, or the wall clock was set: look again.
      if errno == ETIMEDOUT, deadline <= .now { return nil }
    }
  }
}
