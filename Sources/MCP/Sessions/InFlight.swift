internal import JSON
internal import Threads

/// The requests that are being answered, so that a client can call one off.
final class InFlight: Sendable {
  private struct Entry: Sendable {
    let serial: UInt64
    var isCancelled = false
    /// Nil until the work has begun.
    var stop: (@Sendable () -> Void)?
  }

  private struct State {
    var entries: [RequestID: Entry] = [:]
    var serial: UInt64 = 0
  }

  /// A request that was taken in.
  struct Ticket: Sendable {
    fileprivate let id: RequestID
    fileprivate let serial: UInt64
  }

  private let state = Lock(State())

  /// Takes a request in: from now on it can be called off. Each ticket is for one `run`.
  func begin(_ id: RequestID) -> Ticket {
    state.withLock { state in
      state.serial += 1
      // A client that uses an id twice at a time can call off the later one only.
      state.entries[id] = Entry(serial: state.serial)
      return Ticket(id: id, serial: state.serial)
    }
  }

  /// Does the work of a request. Returns nil when the client called it off: then nothing is to be sent.
  ///
  /// When the surrounding task is cancelled, so is the work, but its answer is returned.
  func run<Value: Sendable>(
    _ ticket: Ticket, _ work: @escaping @Sendable () async -> Value
  ) async -> Value? {
    let answer = Task { await work() }
    let wasCalledOff = state.withLock { state in
      guard state.entries[ticket.id]?.serial == ticket.serial else { return false }
      state.entries[ticket.id]?.stop = { answer.cancel() }
      return state.entries[ticket.id]?.isCancelled ?? false
    }
    if wasCalledOff { answer.cancel() }
    let value = await withTaskCancellationHandler {
      await answer.value
    } onCancel: {
      answer.cancel()
    }
    let isCancelled = state.withLock { state in
      guard let entry = state.entries[ticket.id], entry.serial == ticket.serial else { return false }
      state.entries[ticket.id] = nil
      return entry.isCancelled
    }
    return isCancelled ? nil : value
  }

  /// Does what a notification of the client asks for, if that is to call off a request. An id that is not known, or
  /// whose work is done, is passed over.
  func heed(_ notification: RPCNotification) {
    guard notification.method == "notifications/cancelled",
      let id = notification.params["requestId"].flatMap(RequestID.init)
    else { return }
    let stop = state.withLock { state in
      state.entries[id]?.isCancelled = true
      return state.entries[id]?.stop
    }
    stop?()
  }

  var count: Int { state.withLock { $0.entries.count } }
}
