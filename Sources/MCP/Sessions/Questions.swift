internal import JSON
internal import Threads

/// The requests that this server has sent to a legacy client, and that wait for its answer.
final class Questions: Sendable {
  private struct State {
    var waiting: [RequestID: CheckedContinuation<JSONObject?, Never>] = [:]
    var serial: Int64 = 0
    var isClosed = false
  }

  private let state = Lock(State())

  /// Sends a request by `send`, and waits for the result: nil when the client could not answer, or when the task is
  /// cancelled or the session ends first.
  func ask(
    _ method: String, _ params: JSONObject, by send: @Sendable (JSONObject) -> Void
  ) async -> JSONObject? {
    let id = state.withLock { state in
      state.serial += 1
      return RequestID("mneme-\(state.serial)")
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOpen = state.withLock { state in
          guard !state.isClosed, !Task.isCancelled else { return false }
          state.waiting[id] = continuation
          return true
        }
        guard isOpen else { return continuation.resume(returning: nil) }
        send(["jsonrpc": "2.0", "id": id.json, "method": .string(method), "params": .object(params)])
      }
    } onCancel: {
      answer(id, nil)
    }
  }

  /// Takes in an answer. One that nobody waits for is passed over.
  func answer(_ id: RequestID, _ result: JSONObject?) {
    state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: result)
  }

  /// Lets everybody go who waits, and whoever asks from now on.
  func close() {
    let waiting = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume(returning: nil) }
  }
}
