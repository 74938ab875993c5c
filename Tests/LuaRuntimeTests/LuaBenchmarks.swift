import Foundation
import JSON
import LuaRuntime
import Testing

/// Figures, printed and not judged: `MNEME_BENCH=1 swift test -c release --filter LuaBenchmarks`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MNEME_BENCH"] != nil), .serialized)
struct LuaBenchmarks {
  static let scoring = LuaProgram(
    name: "scoring",
    source: """
      return function(candidates)
        local scores = {}
        for i = 1, #candidates do
          local c = candidates[i]
          scores[i] = 0.4 * c.semantic + 0.3 * c.graph + 0.2 * c.temporal + 0.1 * c.trust
        end
        return scores
      end
      """)

  /// The median and the best of several rounds, in microseconds per call: time of this thread on the processor, so
  /// that what else the machine does counts less.
  func measure(_ name: String, calls: Int, _ body: () throws -> Void) rethrows {
    var rounds: [Double] = []
    for _ in 0..<9 {
      let start = processorTime()
      for _ in 0..<calls { try body() }
      rounds.append((processorTime() - start) / 1_000 / Double(calls))
    }
    rounds.sort()
    print("\(name): \((rounds[4] * 100).rounded() / 100) µs (best \((rounds[0] * 100).rounded() / 100))")
  }

  @Test func `what calls cost`() throws {
    let empty = LuaProgram(name: "empty", source: "return function() end")
    let pool = LuaPool()
    let sandbox = try LuaSandbox(empty)
    try measure("empty call, sandbox", calls: 20_000) { _ = try sandbox.call() }
    try measure("empty call, pool", calls: 20_000) { _ = try pool.call(empty, for: "tenant") }

    var random = SystemRandomNumberGenerator()
    let fields = ["semantic", "keyword", "fused", "graph", "temporal", "trust", "importance", "usage"]
    let rows = (0..<200).map { _ in fields.map { _ in Double.random(in: 0...1, using: &random) } }
    try measure("200 candidates × 8 numbers, rows, encoding included", calls: 500) {
      var records = LuaRecords(numbers: fields)
      records.reserveCapacity(rows.count)
      for row in rows { records.append(row) }
      var arguments = LuaArguments()
      arguments.append(records)
      let reply = try pool.numbers(from: Self.scoring, for: "tenant", with: arguments)
      #expect(reply.values.count == 200)
    }
    let objects = rows.map { row in JSONValue.object(JSONObject(zip(fields, row.map(JSONValue.double)))) }
    try measure("200 candidates × 8 numbers, JSON values, encoding included", calls: 500) {
      _ = try pool.call(Self.scoring, for: "tenant", with: [.array(objects)])
    }
    measure("the same formula in Swift over the rows", calls: 5_000) {
      var scores: [Double] = []
      scores.reserveCapacity(200)
      for row in rows { scores.append(0.4 * row[0] + 0.3 * row[3] + 0.2 * row[4] + 0.1 * row[5]) }
      #expect(scores.count == 200)
    }
    try measure("cold sandbox: open, compile, first call, close", calls: 500) {
      _ = try LuaSandbox(empty).call()
    }
    try measure("cold sandbox with the scoring script", calls: 500) { _ = try LuaSandbox(Self.scoring) }
  }

  @Test func `what residents hold`() throws {
    func resident() throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return Int(status.split(separator: " ")[1]).map { $0 * 4096 } ?? 0
    }
    let pool = LuaPool()
    let before = try resident()
    for tenant in 0..<10_000 {
      _ = try pool.numbers(
        from: Self.scoring, for: "tenant-\(tenant)",
        with: [[["semantic": 1.0, "graph": 1.0, "temporal": 1.0, "trust": 1.0]]])
    }
    let idle = pool.idle
    print(
      "10,000 tenants: \(idle.sandboxes) sandboxes, \(idle.memoryBytes >> 20) MB counted, \((try resident() - before) >> 20) MB resident"
    )
  }
}

/// Nanoseconds that this thread has computed.
private func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}
