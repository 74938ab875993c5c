/// Why a model did not answer. The cases say what a caller can do about it.
public enum InferenceError: Error, Sendable, Hashable {
  /// The model is not there: not installed, not reachable, shutting down. Trying again later may help; until then,
  /// writes are kept as pending and searches go by keyword.
  case unavailable(String)
  /// The model asks for fewer requests. `retryAfter` is its own wish, if it stated one.
  case overloaded(retryAfter: Duration?)
  /// The model refuses the credentials. Only a change of configuration helps.
  case unauthorised(String)
  /// The model refuses this input. The same input will be refused again.
  case refused(String)
  /// The answer makes no sense: a wrong count, wrong dimensions, not a number.
  case malformedAnswer(String)
  /// The task was cancelled while it waited.
  case cancelled
}

extension InferenceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unavailable(let reason): "the embedding model is unavailable: \(reason)"
    case .overloaded(nil): "the embedding model is overloaded; try again later"
    case .overloaded(let wait?): "the embedding model is overloaded; try again after \(wait)"
    case .unauthorised(let reason): "the embedding model refused the credentials: \(reason)"
    case .refused(let reason): "the embedding model refused the text: \(reason)"
    case .malformedAnswer(let reason): "the embedding model's answer makes no sense: \(reason)"
    case .cancelled: "embedding was cancelled"
    }
  }

  /// Whether the same call may succeed later without anybody changing anything.
  public var isTransient: Bool {
    switch self {
    case .unavailable, .overloaded: true
    case .unauthorised, .refused, .malformedAnswer, .cancelled: false
    }
  }
}
