internal import JSON
internal import LuaRuntime
internal import Model
internal import Retrieval

/// One program's judgement: what it says, checked, or what it did wrong.
struct PolicyScript: Sendable {
  let name: String
  let program: LuaProgram

  init(name: String, source: String) {
    self.name = name
    program = LuaProgram(name: name, source: PolicyPrelude.source + source)
  }

  static let limits = LuaLimits(memoryBytes: 8 << 20, stringBytes: 64 << 10, sourceBytes: 128 << 10)
  static let budget = LuaBudget(
    steps: 5_000_000, time: .milliseconds(100), resultBytes: 256 << 10, logLines: 20, hostCalls: 0)

  /// What went wrong, said for whoever wrote the script.
  struct Fault: Error, Sendable {
    var message: String
    var log: [String] = []

    init(_ message: String, log: [String] = []) {
      self.message = message
      self.log = log
    }

    init(_ error: LuaError) {
      message = error.description
      log = error.log
    }
  }

  /// A finite score for each candidate.
  func scores(
    of candidates: [JudgedMemory], for question: Question, in pool: LuaPool, owner: String
  ) throws(Fault) -> (scores: [Double], log: [String]) {
    var arguments = LuaArguments()
    arguments.append(CandidateTable.records(candidates, askedAt: question.askedAt))
    arguments.append(question.value)
    let reply: LuaReply<[Double]>
    do throws(LuaError) {
      reply = try pool.numbers(from: program, for: owner, with: arguments, budget: Self.budget)
    } catch { throw Fault(error) }
    guard reply.values.count == candidates.count else {
      throw Fault(
        "\(name): returned \(reply.values.count) scores for \(candidates.count) memories; return one for each, in their order",
        log: reply.log)
    }
    if let wrong = reply.values.firstIndex(where: { !$0.isFinite }) {
      throw Fault(
        "\(name): the score of memory \(wrong + 1) is \(reply.values[wrong]); a score is a finite number (divided by zero?)",
        log: reply.log)
    }
    // Scores are shown between 0 and 1. A scale changes no order.
    let most = reply.values.max() ?? 0
    return (most > 1 ? reply.values.map { $0 / most } : reply.values, reply.log)
  }

  /// The plan with what the script wants different.
  func plan(
    _ proposed: SearchPlan, for question: Question, in pool: LuaPool, owner: String
  ) throws(Fault) -> (plan: SearchPlan, log: [String]) {
    let reply: LuaReply<[JSONValue]>
    do throws(LuaError) {
      reply = try pool.call(
        program, for: owner, with: LuaArguments([question.value, proposed.value]), budget: Self.budget)
    } catch { throw Fault(error) }
    guard let wish = reply.values.first, wish != .null else { return (proposed, reply.log) }
    guard let members = wish.objectValue else {
      throw Fault("\(name): returned \(wish.text.prefix(60)); return a table, or nil", log: reply.log)
    }
    var plan = proposed
    for (key, value) in members {
      guard plan.set(key, value) else {
        throw Fault(
          "\(name): the plan has no “\(key)” that can be \(value.text.prefix(40)); allowed are \(SearchPlan.members)",
          log: reply.log)
      }
    }
    return (plan, reply.log)
  }
}

/// How candidates look to a script.
private enum CandidateTable {
  static func records(_ candidates: [JudgedMemory], askedAt: Timestamp) -> LuaRecords {
    var records = LuaRecords(
      numbers: [
        "semantic", "keyword", "fused", "participant", "entities", "neighbourhood", "interaction",
        "relevance",
        "graph", "moment", "recency", "trust", "importance", "usage", "feedback", "length", "age_days",
      ], others: ["type"])
    records.reserveCapacity(candidates.count)
    for candidate in candidates {
      let s = candidate.signals
      let age = max(0, (askedAt - candidate.memory.createdAt) / .seconds(86_400))
      var numbers: [Double] = []
      numbers.reserveCapacity(17)
      numbers += optional(s.semantic, s.keyword, s.fused, s.participant, s.entities)
      numbers += optional(s.neighbourhood, s.interaction, s.relevance, s.graph, s.moment)
      numbers += optional(s.recency, s.trust, s.importance, s.usage, s.feedback)
      numbers += optional(s.length, age)
      records.append(numbers, [.string(candidate.memory.type)])
    }
    return records
  }

  /// Not a number is no value.
  private static func optional(_ values: Double?...) -> [Double] { values.map { $0 ?? .nan } }
}

extension Question {
  fileprivate var value: JSONValue {
    [
      "text": .string(text), "is_identifier": .bool(traits.isIdentifierLike),
      "is_quoted": .bool(traits.isQuoted),
      "is_short": .bool(traits.isVeryShort),
    ]
  }
}

extension SearchPlan {
  static let members =
    "semantic_weight, keyword_weight and diversity (0 to 1), fetch_factor (1 to 10), use_second_look and use_graph"

  var value: JSONValue {
    [
      "semantic_weight": .double(semanticWeight), "keyword_weight": .double(keywordWeight),
      "fetch_factor": .integer(Int64(fetchFactor)), "use_second_look": .bool(usesSecondLook),
      "use_graph": .bool(usesGraph), "diversity": .double(diversity),
    ]
  }

  /// Returns whether there is such a member that can be so.
  mutating func set(_ key: String, _ value: JSONValue) -> Bool {
    let part = value.doubleValue.flatMap { (0...1).contains($0) ? $0 : nil }
    switch (key, value) {
    case ("semantic_weight", _):
      guard let part else { return false }
      semanticWeight = part
    case ("keyword_weight", _):
      guard let part else { return false }
      keywordWeight = part
    case ("diversity", _):
      guard let part else { return false }
      diversity = part
    case ("fetch_factor", _):
      guard let factor = value.doubleValue, (1...10).contains(factor) else { return false }
      fetchFactor = Int(factor)
    case ("use_second_look", .bool(let flag)): usesSecondLook = flag
    case ("use_graph", .bool(let flag)): usesGraph = flag
    default: return false
    }
    return true
  }
}
