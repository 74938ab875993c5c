import CKernels
import Inference
import Testing

@Suite struct MiniLMTests {
  private static let texts = [
    "", "a", "The deploy failed because the JWT had expired.", "why did login break after release",
    "今日は天気がいいですね", String(repeating: "memory of a long walk ", count: 30), "x = {1: 2}  # why?",
  ]

  @Test(arguments: MiniLM.Arithmetic.allCases)
  func `embeddings agree with sentence-transformers`(_ arithmetic: MiniLM.Arithmetic) throws {
    let texts = String(decoding: try fixture("Fixtures/parity.texts"), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { text(hexadecimal: $0) }
    let halves = try fixture("Fixtures/parity.f16")
    try #require(halves.count == texts.count * 384 * 2 && texts.count >= 300)
    let encoder = try TestModel.model().makeEncoder(arithmetic)
    var cosines = encoder.embed(texts).enumerated().map { index, embedding in
      let reference = (0..<384).map { k in
        let at = (index * 384 + k) * 2
        return HalfPrecision.value(UInt16(halves[at]) | UInt16(halves[at + 1]) << 8)
      }
      guard let unit = Embedding(normalizing: reference) else { return Float(0) }
      return embedding.similarity(to: unit)
    }
    cosines.sort()
    let (least, median) = (cosines[0], cosines[cosines.count / 2])
    switch arithmetic {
    case .exact: #expect(least >= 0.9999, "least \(least), median \(median)")
    case .int8: #expect(least >= 0.993 && median >= 0.998, "least \(least), median \(median)")
    }
  }

  @Test(arguments: MiniLM.Arithmetic.allCases)
  func `a text gets the same bits alone and among others`(_ arithmetic: MiniLM.Arithmetic) throws {
    let model = try TestModel.model()
    for set in variants where set != .portable {
      let encoder = model.makeEncoder(arithmetic, instructions: set)
      let together = encoder.embed(Self.texts)
      let backwards = Array(encoder.embed(Self.texts.reversed()).reversed())
      for (index, text) in Self.texts.enumerated() {
        let alone = encoder.embed([text])[0]
        #expect(alone == together[index])
        #expect(alone == backwards[index])
      }
    }
  }

  @Test(arguments: MiniLM.Arithmetic.allCases)
  func `all instruction sets give the same vectors`(_ arithmetic: MiniLM.Arithmetic) throws {
    let model = try TestModel.model()
    let best = model.makeEncoder(arithmetic).embed(Self.texts)
    for set in variants {
      // Portable code is slow where it is not optimised: two texts are enough for it.
      let count = set == .portable ? 2 : Self.texts.count
      let found = model.makeEncoder(arithmetic, instructions: set).embed(Array(Self.texts[..<count]))
      for (a, b) in zip(best, found) {
        if set == .portable && CKernels_best() != .portable {
          #expect(a.similarity(to: b) > 0.999, "without fused multiply-add, roundings differ")
        } else {
          #expect(a == b)
        }
      }
    }
  }

  @Test func `texts that mean the same are nearer than texts that do not`() throws {
    let encoder = try TestModel.model().makeEncoder(.int8)
    let found = encoder.embed([
      "why did login break after release", "The deploy failed because the JWT had expired",
      "My grandmother's recipe for plum cake",
    ])
    #expect(found[0].similarity(to: found[1]) > found[0].similarity(to: found[2]) + 0.1)
  }

  @Test func `a long text is the weighted mean of its windows`() throws {
    let encoder = try TestModel.model().makeEncoder(.int8)
    var writer = SampleText(seed: 3)
    let long = writer.words(900...900)
    let tokens = encoder.tokens(of: long)
    let windows = TokenWindows(count: tokens.count).windows
    #expect(windows.count > 3)
    var sum = [Float](repeating: 0, count: 384)
    for window in windows {
      encoder.encode([tokens[window.tokens]]) { _, vector in
        for k in 0..<384 { sum[k] += vector[k] * window.weight }
      }
    }
    let found = encoder.embed(["short", long, "other"])[1]
    #expect(found == Embedding(normalizing: sum))
  }
}

@Suite struct TokenWindowTests {
  @Test func `windows cover a text from end to end and count each token once`() {
    for count in Array(0...600) + [1000, 5000, 14000] {
      let windows = TokenWindows(count: count).windows
      #expect(windows.first?.tokens.lowerBound == 0 && windows.last?.tokens.upperBound == count)
      #expect(windows.allSatisfy { $0.tokens.count <= TokenWindows.length })
      if count > TokenWindows.length {
        #expect(windows.reduce(0) { $0 + $1.weight } == Float(count))
        for (a, b) in zip(windows, windows.dropFirst()) {
          #expect(a.tokens.upperBound - b.tokens.lowerBound >= TokenWindows.overlap)
        }
      }
    }
  }

  @Test func `a huge text is sampled from beginning to end`() {
    let windows = TokenWindows(count: 300_000).windows
    #expect(windows.count == TokenWindows.maximum)
    #expect(windows.first?.tokens.lowerBound == 0 && windows.last?.tokens.upperBound == 300_000)
    #expect(windows.allSatisfy { $0.weight == Float(TokenWindows.length) })
  }
}
