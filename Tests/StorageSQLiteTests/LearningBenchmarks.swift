import Foundation
import Model
import Storage
import StorageContract
import StorageSQLite
import TestSupport
import Testing

/// Figures, printed and not judged: `MNEME_BENCH=1 swift test --filter LearningBenchmarks`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MNEME_BENCH"] != nil), .serialized)
struct LearningBenchmarks {
  @Test func `pairs learned in a second`() async throws {
    let folder = try TemporaryFolder()
    let store = try await SQLiteStore.open(.file(folder.file("mneme.sqlite")))
    let house = try await House.found(in: store)
    var memories: [Memory] = []
    for number in 0..<1_000 { memories.append(try await house.remember("memory \(number)")) }
    let ids = IdentifierSource(clock: TestClock())
    for (name, forms) in [("noted", false), ("made", true), ("strengthened", true)] {
      var pairs = 0
      var spent = Duration.zero
      // The same pairs each time, so that the last round finds what the one before made.
      var draw = SeededRandom(seed: 7)
      for round in 0..<40 {
        var strands: [MemoryPair: Lesson.Strand] = [:]
        while strands.count < 500 {
          let (one, other) = (
            memories.randomElement(using: &draw)!.id, memories.randomElement(using: &draw)!.id
          )
          guard one != other else { continue }
          let pair = MemoryPair(one, other)
          strands[pair] = Lesson.Strand(pair, edge: ids.make(), gain: 0.1, confidence: 1, forms: forms)
        }
        let lesson = Lesson(
          key: "\(name)-\(round)", strands: Array(strands.values), leak: 0.05,
          fading: EdgeFading(halfLifeDays: 14), at: house.now)
        let start = ContinuousClock.now
        _ = try await store.learn(lesson, in: house.scope)
        spent += ContinuousClock.now - start
        pairs += strands.count
      }
      print("\(name): \(Int(Double(pairs) / (spent / .seconds(1)))) pairs a second, in lessons of 500")
    }
    await store.close()
  }
}
