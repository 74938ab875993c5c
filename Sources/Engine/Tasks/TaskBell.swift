internal import Threads

/// Tells who runs tasks that there may be new ones, so that they need not look all the time.
public final class TaskBell: Sendable {
  private struct State {
    var isRung = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Lock(State())

  public init() {}

  /// Wakes who waits, or the next one who would.
  public func ring() {
    let waiter = state.withLock { state in
      state.isRung = state.waiter == nil
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Returns when the bell rings, the time is over or the task is cancelled. For one who waits at a time.
  func wait(atMost time: Duration) async {
    let alarm = Task { if (try? await Task.sleep(for: time)) != nil { self.ring() } }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isRung = state.withLock { state in
          defer { state.isRung = false }
          if !state.isRung { state.waiter = continuation }
          return state.isRung
        }
        if isRung { continuation.resume() }
      }
    } onCancel: {
      ring()
    }
    alarm.cancel()
  }
}
