internal import Model
internal import Retrieval

/// Candidates of many kinds, on which a script is tried before it is accepted: with and without each signal.
enum PolicySample {
  private static let now = Timestamp(microseconds: 1_767_258_000_000_000)

  static func question(in scope: Scope) -> Question {
    let text = "what did Alice decide about getUserById"
    return Question(
      text: text, traits: QueryTraits(of: text, askedAt: now), askedAt: now, scope: scope)
  }

  static let memories: [JudgedMemory] = (0..<12).map { index in
    var signals = Signals()
    let part = Double(index) / 11
    signals.relevance = 1 - part
    signals.fused = 1 - part
    signals.keyword = index % 2 == 0 ? part : nil
    signals.semantic = index % 3 == 0 ? nil : 1 - part
    signals.graph = index % 4 == 0 ? part : nil
    signals.moment = index % 5 == 0 ? part : nil
    signals.entities = index % 6 == 0 ? part : nil
    signals.usage = index % 3 == 1 ? part : nil
    signals.feedback = index % 4 == 1 ? part : nil
    signals.recency = part
    signals.trust = index % 5 == 2 ? 0.5 : 1
    signals.importance = part
    signals.length = 1 - part / 2
    let memory = Memory(
      id: MemoryID(high: 1, low: UInt64(index)), context: ContextID(high: 0, low: 0),
      summary: "Sample \(index)",
      content: "", type: "note", provenance: Provenance(author: UserID(high: 0, low: 0), door: "sample"),
      createdAt: now - .days(index * 20))
    return JudgedMemory(memory: memory, signals: signals)
  }
}
