internal import Inference
internal import WebClient

/// A try that failed: the error for the caller, and what to make of it.
struct RemoteFailure: Error {
  /// What it says about the server.
  enum Verdict {
    /// The server is there, and did not like the question.
    case answered
    case failed
    /// Nothing: the task was cancelled, or nothing was sent.
    case abandoned
  }

  let error: InferenceError
  let verdict: Verdict
  let isWorthRepeating: Bool
  /// How long the server wants to be left alone.
  let wish: Duration?

  private init(_ error: InferenceError, _ verdict: Verdict, repeats: Bool = false, wish: Duration? = nil) {
    self.error = error
    self.verdict = verdict
    self.isWorthRepeating = repeats
    self.wish = wish
  }

  /// The circuit breaker let nothing through.
  static func paused(_ wait: Duration, place: String) -> RemoteFailure {
    let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
    return RemoteFailure(
      .unavailable("\(place) has failed repeatedly and is left in peace for \(seconds) s"), .abandoned)
  }

  /// An answer that makes no sense. The next one will not make more.
  static func nonsense(_ error: InferenceError) -> RemoteFailure { RemoteFailure(error, .failed) }

  /// There was no answer.
  init(_ error: WebError) {
    switch error.reason {
    case .cancelled: self.init(.cancelled, .abandoned)
    case .unreachable, .timedOut: self.init(.unavailable(error.description), .failed, repeats: true)
    case .tooLarge: self.init(.malformedAnswer(error.description), .failed)
    case .untrusted, .forbidden, .invalidRequest: self.init(.unavailable(error.description), .failed)
    }
  }

  /// The answer was no success.
  init(_ response: WebResponse, complaint: String?) {
    let status = response.status
    let reason = "status \(status)" + (complaint.map { ": " + $0.cut(toBytes: 300) } ?? "")
    switch status {
    case 401, 403: self.init(.unauthorised(reason), .answered)
    case 429:
      self.init(
        .overloaded(retryAfter: response.retryAfter), .failed, repeats: true, wish: response.retryAfter)
    case 408, 409, 425, 500...599:
      self.init(.unavailable(reason), .failed, repeats: true, wish: response.retryAfter)
    // The model, or the place: someone may yet provide it, but not in a moment.
    case 404: self.init(.unavailable(reason), .answered)
    case 300..<400: self.init(.unavailable("\(reason): redirects are not followed"), .answered)
    case 400..<500: self.init(.refused(reason), .answered)
    default: self.init(.malformedAnswer(reason), .failed)
    }
  }
}
