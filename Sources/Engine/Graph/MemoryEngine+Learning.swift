internal import Graph
internal import Identity
internal import Model

extension MemoryEngine {
  /// What a session did with memories, and how much that says about their belonging together.
  enum Use {
    /// They answered a question, the best first.
    case recall
    /// Somebody opened it.
    case reference
    /// Somebody walked from the first to the others.
    case exploration

    func level(at rank: Int) -> Double {
      switch self {
      case .recall: 0.6 / Double(1 + rank).squareRoot()
      case .reference: 1
      case .exploration: rank == 0 ? 1 : 0.4
      }
    }
  }

  /// How many of a recall's results teach: those after them are there by chance.
  static let teachingResults = 10

  /// Lets what a session used together teach the graph, after the answer has gone. A locked context learns nothing.
  func learn(from use: Use, _ memories: [Memory], in access: ReadAccess) {
    let caller = access.caller
    // Who may not write does not shape what others find either.
    guard access.context.search.usesGraph, !access.context.isLocked, caller.role >= .member, !memories.isEmpty
    else { return }
    let session = "\(caller.user)/\(caller.client ?? caller.door.rawValue)/\(access.context.id)"
    let activations = memories.prefix(Self.teachingResults).enumerated().map { rank, memory in
      Activation(
        memory.id, level: use.level(at: rank),
        confidence: memory.provenance.trust.learningConfidence)
    }
    learner.note(
      Learner.Lecture(
        session: session, scope: access.scope, fading: access.context.edgeFading,
        model: access.context.embeddingModel ?? standardModel, activations: Array(activations),
        at: clock.now()))
  }
}
