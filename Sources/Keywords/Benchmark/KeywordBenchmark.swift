internal import CKernels
import Glibc
internal import Threads

/// Measures the keyword index on made-up documents: what `mneme bench index` prints. Times are of the thread's processor.
package enum KeywordBenchmark {
  package struct Figures: Sendable {
    package var documents = 0
    /// Seconds for reading the texts and adding them, and for making one segment of them.
    package var applySeconds = 0.0
    package var upkeepSeconds = 0.0
    package var bytesPerDocument = 0.0
    package var saveSeconds = 0.0
    package var openMilliseconds = 0.0
    package var verifyMilliseconds = 0.0
    /// By what was measured, in the order in which it was.
    package var searches: [(name: String, median: Double, p99: Double)] = []
    /// Microseconds of adding one document to a tail: reading its text, and the rest.
    package var readMicroseconds = 0.0
    package var addMicroseconds = 0.0
  }

  /// `folder` is written to.
  package static func run(
    documents: [String], questions: [String], folder: String
  ) throws(KeywordIndexError) -> Figures {
    var figures = Figures()
    figures.documents = documents.count
    var configuration = KeywordConfiguration()
    configuration.languages = [.none]
    configuration.fieldWeights = [1]
    let index = KeywordIndex(configuration)

    var start = cpuSeconds()
    var upkeep = 0.0
    var next = 0
    while next < documents.count {
      let batch = documents[next..<min(next + 256, documents.count)]
      let changes = batch.enumerated().map { KeywordChange.upsert(UInt32(next + $0), fields: [$1]) }
      next += batch.count
      if index.apply(changes, sequence: UInt64(next)) {
        let began = cpuSeconds()
        while try index.upkeep() {}
        upkeep += cpuSeconds() - began
      }
    }
    figures.applySeconds = cpuSeconds() - start - upkeep
    let tiered = index.snapshot()
    if documents.count > 40_000 {
      figures.searches.append(
        measure("segments as upkeep left them (\(tiered.parts.count))", tiered, questions))
    }
    start = cpuSeconds()
    try index.compact()
    figures.upkeepSeconds = upkeep + cpuSeconds() - start
    start = cpuSeconds()
    try index.save(to: folder)
    figures.saveSeconds = cpuSeconds() - start

    start = wallSeconds()
    let opened = try KeywordIndex(opening: folder, configuration)
    figures.openMilliseconds = (wallSeconds() - start) * 1000
    start = cpuSeconds()
    try opened.verify()
    figures.verifyMilliseconds = (cpuSeconds() - start) * 1000
    figures.bytesPerDocument = Double(opened.memory.mapped) / Double(documents.count)

    let snapshot = opened.snapshot()
    figures.searches.append(measure("one segment", snapshot, questions))
    for percent in [50, 10, 1] as [UInt32] {
      let few = NumberSet((0..<UInt32(documents.count)).filter { $0 &* 2_654_435_761 >> 8 % 100 < percent })
      figures.searches.append(measure("filter keeps \(percent) %", snapshot, questions, filter: .among(few)))
    }
    for set in [CKernels_KeywordSet.keywordAVX2, .keywordPortable] where CKernels_keywords(set) != nil {
      let other = KeywordSnapshot(
        parts: snapshot.parts, tails: [], tools: SearchTools(configuration, kernelSet: set), sequence: 0,
        reference: snapshot.averageLength)
      figures.searches.append(
        measure("kernels: \(set == .keywordAVX2 ? "AVX2" : "portable")", other, questions))
    }
    measureTail(opened, documents, questions, &figures)
    return figures
  }

  private static func measureTail(
    _ index: KeywordIndex, _ documents: [String], _ questions: [String], _ figures: inout Figures
  ) {
    let count = min(KeywordIndex.tailCapacity, documents.count)
    var start = cpuSeconds()
    let read = index.tools.withReader { reader in
      documents[..<count].map { reader.read([$0]) }
    }
    figures.readMicroseconds = (cpuSeconds() - start) * 1e6 / Double(count)
    start = cpuSeconds()
    for (place, terms) in read.enumerated() {
      index.writer.withLock { writer in
        writer.apply(.upsert(UInt32(documents.count + place), terms))
        index.publish(writer)
      }
    }
    figures.addMicroseconds = (cpuSeconds() - start) * 1e6 / Double(count)
    figures.searches.append(measure("with a full tail", index.snapshot(), questions))
  }

  /// Milliseconds a search for the best 50, median and 99th percentile.
  private static func measure(
    _ name: String, _ snapshot: KeywordSnapshot, _ questions: [String], filter: DocumentFilter? = nil
  ) -> (name: String, median: Double, p99: Double) {
    for question in questions.prefix(50) { _ = snapshot.search(question, limit: 50, filter: filter) }
    var times: [Double] = []
    for question in questions {
      let start = cpuSeconds()
      _ = snapshot.search(question, limit: 50, filter: filter)
      times.append((cpuSeconds() - start) * 1000)
    }
    times.sort()
    return (name, times[times.count / 2], times[min(times.count - 1, times.count * 99 / 100)])
  }

  private static func cpuSeconds() -> Double { seconds(CLOCK_THREAD_CPUTIME_ID) }
  private static func wallSeconds() -> Double { seconds(CLOCK_MONOTONIC) }
  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
