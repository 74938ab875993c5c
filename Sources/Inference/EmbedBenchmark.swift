import Glibc

/// The workloads by which embedding is measured, and the measuring. `Benchmarks/embed_peers.py` runs peers on the same
/// texts.
package enum EmbedBenchmark {
  /// Texts that are embedded together or one after the other.
  package struct Workload: Sendable {
    package let name: String
    package let texts: [String]
    /// Whether the texts are one job; otherwise each is a call of its own.
    package let isBatch: Bool
  }

  /// What one run of a workload took.
  package struct Measurement: Sendable {
    package let workload: String
    package let calls: Int
    package let processorMilliseconds: Double
    package let wallMilliseconds: Double
  }

  /// 60 queries of about 10 tokens, 40 texts of about 100, and 256 summaries of 50 to 500 characters.
  package static let standard: [Workload] = {
    var writer = SampleText(seed: 20_250_607)
    return [
      Workload(name: "short", texts: (0..<60).map { _ in writer.words(6...8) }, isBatch: false),
      Workload(name: "medium", texts: (0..<40).map { _ in writer.words(78...86) }, isBatch: false),
      Workload(name: "batch", texts: (0..<256).map { _ in writer.characters(50...500) }, isBatch: true),
    ]
  }()

  /// Runs `workload` once with one encoder, on this thread.
  package static func run(_ workload: Workload, with encoder: Encoder) -> Measurement {
    let processor = milliseconds(CLOCK_PROCESS_CPUTIME_ID)
    let wall = milliseconds(CLOCK_MONOTONIC)
    if workload.isBatch {
      _ = encoder.embed(workload.texts)
    } else {
      for text in workload.texts { _ = encoder.embed([text]) }
    }
    return Measurement(
      workload: workload.name, calls: workload.isBatch ? 1 : workload.texts.count,
      processorMilliseconds: milliseconds(CLOCK_PROCESS_CPUTIME_ID) - processor,
      wallMilliseconds: milliseconds(CLOCK_MONOTONIC) - wall)
  }

  private static func milliseconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }
}

/// English-looking sentences about work, always the same for a seed.
package struct SampleText {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  private static let vocabulary = """
    the a of to in and we it that this after before because when with without on for from by into over until while \
    deploy release branch review customer invoice meeting budget server database index cache token session password \
    login error timeout retry queue worker memory vector graph edge query answer note plan decision deadline owner \
    garden kitchen train ticket doctor appointment birthday school lesson piano violin mountain river weather storm \
    failed succeeded expired changed moved renamed deleted restored agreed refused promised forgot remembered asked \
    quickly slowly again never always yesterday tomorrow Monday Tuesday January London Berlin Tokyo Maria Ahmed Chen \
    configuration authentication authorization synchronization refactoring benchmark latency throughput regression \
    blue green heavy light strange ordinary important urgent quiet cheap expensive broken missing duplicate stale
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  private mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  private mutating func word() -> String {
    switch next(20) {
    case 0: String(next(2000))
    case 1: Self.vocabulary[next(Self.vocabulary.count)] + ","
    case 2: Self.vocabulary[next(Self.vocabulary.count)] + "."
    default: Self.vocabulary[next(Self.vocabulary.count)]
    }
  }

  /// A text of so many words.
  package mutating func words(_ range: ClosedRange<Int>) -> String {
    (0..<range.lowerBound + next(range.count)).map { _ in word() }.joined(separator: " ")
  }

  /// A text of about so many characters.
  package mutating func characters(_ range: ClosedRange<Int>) -> String {
    let length = range.lowerBound + next(range.count)
    var text = word()
    while text.utf8.count < length { text += " " + word() }
    return String(text.prefix(range.upperBound))
  }
}
