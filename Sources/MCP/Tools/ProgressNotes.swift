internal import Engine
internal import JSON
internal import Threads

/// The notifications of progress of one request: each further than the one before, as the protocol has it.
final class ProgressNotes: Sendable {
  private let token: JSONValue
  private let revision: Revision
  private let furthest = Lock(-1)

  init(token: JSONValue, revision: Revision) {
    self.token = token
    self.revision = revision
  }

  /// The notification, or nil when the step goes no further.
  func note(of step: Progress.Step) -> JSONObject? {
    let isFurther = furthest.withLock { furthest in
      guard step.done > furthest else { return false }
      furthest = step.done
      return true
    }
    guard isFurther else { return nil }
    var params: JSONObject = ["progressToken": token, "progress": .integer(Int64(step.done))]
    if let total = step.total { params["total"] = .integer(Int64(total)) }
    if revision.hasAnnotations { params["message"] = .string(step.what) }
    return ["jsonrpc": "2.0", "method": "notifications/progress", "params": .object(params)]
  }
}
