internal import Inference
public import Model
internal import Threads

/// What the job that embeds has to know between its passes: whether there may be work, and which models do not answer.
///
/// A pass looks at every memory of the store, so it is made when something calls for it, and now and then in case another
/// process wrote without its model.
final class EmbeddingBacklog: Sendable {
  private struct State {
    var isDue = true
    var nextPass = Timestamp(microseconds: 0)
    var problems: [String: ModelProblem] = [:]
  }

  private let state = Lock(State())
  private static let longestWait = Duration.seconds(30)

  /// There may be something to embed.
  func call() { state.withLock { $0.isDue = true } }

  /// Whether a pass should be made at `instant`; if so, it is taken to be made now.
  func take(at instant: Timestamp) -> Bool {
    state.withLock { state in
      guard state.isDue || instant >= state.nextPass else { return false }
      state.isDue = false
      state.nextPass = instant + Self.longestWait
      return true
    }
  }

  /// The model did not answer; nil when it did.
  func note(_ problem: ModelProblem?, of model: ModelIdentity) {
    state.withLock { $0.problems[model.description] = problem }
  }

  func problem(of model: ModelIdentity) -> ModelProblem? {
    state.withLock { $0.problems[model.description] }
  }
}

/// Why a model did not answer the last time that it was asked.
public struct ModelProblem: Sendable, Hashable {
  public var reason: String
  public var at: Timestamp
}
