import CKernels
import Testing

@testable import Vectors

/// The sets that this processor runs.
private let sets = InstructionSet.allCases.filter(\.isSupported)

@Suite struct KernelTests {
  static let dimensions = [4, 12, 64, 100, 256, 384, 768, 1_024, 1_536, 4_096]

  @Test(arguments: sets, dimensions)
  func `codes are scored as plain arithmetic scores them`(_ set: InstructionSet, _ dimension: Int) throws {
    let kernels = try #require(Kernels(set))
    var random = SplitMix(seed: UInt64(dimension))
    let space = VectorSpace(dimension: dimension)
    let blocks = 5
    let signs = (0..<(32 * blocks)).map { _ in
      (0..<space.groups).map { $0 < dimension / 4 ? UInt8(random.next() & 15) : 0 }
    }
    var codes = [UInt8](repeating: 0, count: blocks * space.blockWidth)
    for block in 0..<blocks {
      let flat = signs[(32 * block)..<(32 * block + 32)].flatMap { $0 }
      codes.withUnsafeMutableBufferPointer { codes in
        guard let start = codes.baseAddress else { return }
        CKernels_packBlock(flat, 32, space.groups, start + block * space.blockWidth)
      }
    }
    let factors = (0..<(32 * blocks)).map { _ in Float.random(in: 0.5...1.5, using: &random) }
    let query = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
    let excluded = (0..<blocks).map { _ in UInt32(truncatingIfNeeded: random.next()) }

    var sums = [UInt8](repeating: 0, count: space.blockWidth)
    var form = CKernels_CodeQuery()
    CKernels_codeQuery(query, dimension, space.groups, &sums, &form)

    // What codes say is the query's sum with the signs of the vector, and eight bits say it to within half a step each.
    let step = form.slope / 2
    var expected: [(place: Int, score: Float)] = []
    for (place, signs) in signs.enumerated() {
      var total = 0
      for (group, bits) in signs.enumerated() { total += Int(sums[16 * group + Int(bits)]) }
      #expect(total < 65_536)
      let score = form.slope * Float(total) + form.offset
      let truth = (0..<dimension).reduce(Float(0)) { sum, index in
        sum + (signs[index / 4] >> UInt8(index % 4) & 1 != 0 ? query[index] : -query[index])
      }
      #expect(abs(score - truth) <= step * Float(dimension / 4) + 1e-3)
      expected.append((place, score * factors[place]))
    }

    for (threshold, mask) in [(-Float.infinity, nil), (0, nil), (0, excluded), (-Float.infinity, excluded)] {
      let wanted = expected.filter { place, score in
        score > threshold && (mask.map { $0[place / 32] >> UInt32(place % 32) & 1 == 0 } ?? true)
      }
      // Room for two blocks: the kernel has to stop and go on.
      let found = scan(codes, factors, mask, blocks, sums, form, threshold, kernels, room: 64, first: 1_000)
      #expect(found.map(\.place) == wanted.map { UInt32($0.place + 1_000) })
      #expect(found.map(\.score) == wanted.map(\.score))
    }
  }

  private func scan(
    _ codes: [UInt8], _ factors: [Float], _ excluded: [UInt32]?, _ blocks: Int, _ sums: [UInt8],
    _ query: CKernels_CodeQuery, _ threshold: Float, _ kernels: Kernels, room: Int, first: UInt32
  ) -> [(place: UInt32, score: Float)] {
    var all: [UInt64] = []
    var done = 0
    while done < blocks {
      var keys = [UInt64](repeating: 0, count: room)
      let (step, count) = keys.withUnsafeMutableBufferPointer { keys -> (Int, Int) in
        var found = CKernels_Candidates(keys: keys.baseAddress, count: 0, room: room, threshold: threshold)
        let step = codes.withUnsafeBufferPointer { codes in
          factors.withUnsafeBufferPointer { factors in
            sums.withUnsafeBufferPointer { sums in
              (excluded ?? []).withUnsafeBufferPointer { words in
                var query = query
                query.sums = sums.baseAddress
                var run = CKernels_Codes(
                  blocks: codes.baseAddress.map { $0 + done * 16 * query.groups },
                  factors: factors.baseAddress.map { $0 + 32 * done },
                  excluded: excluded == nil ? nil : words.baseAddress.map { $0 + done },
                  count: blocks - done, first: first + UInt32(32 * done))
                return kernels.scanCodes(&run, &query, &found)
              }
            }
          }
        }
        return (step, found.count)
      }
      all += keys.prefix(count)
      done += step
    }
    return all.map { (~UInt32(truncatingIfNeeded: $0), CKernels_candidateScore($0)) }
  }

  @Test(arguments: sets, dimensions)
  func `rows are summed as plain arithmetic sums them`(_ set: InstructionSet, _ dimension: Int) throws {
    let kernels = try #require(Kernels(set))
    var random = SplitMix(seed: UInt64(dimension) + 1)
    let width = VectorSpace(dimension: dimension).rowWidth
    let count = 77
    // Also the extremes: 0 and 255 against -128 and 127.
    let rows = (0..<(count * width)).map { _ in
      random.next() % 8 == 0 ? UInt8(255) : UInt8(random.next() & 255)
    }
    let query = (0..<width).map { _ in
      random.next() % 8 == 0 ? Int8(-128) : Int8(truncatingIfNeeded: random.next())
    }
    let scales = (0..<count).map { _ in Float.random(in: 0.001...0.01, using: &random) }
    let excluded = (0..<3).map { _ in UInt32(truncatingIfNeeded: random.next()) }
    let expected = (0..<count).map { row in
      (0..<width).reduce(Int32(0)) { $0 + (Int32(rows[row * width + $1]) - 128) * Int32(query[$1]) }
    }
    let correction = 128 * query.reduce(Int32(0)) { $0 + Int32($1) }

    rows.withUnsafeBufferPointer { rows in
      query.withUnsafeBufferPointer { query in
        scales.withUnsafeBufferPointer { scales in
          excluded.withUnsafeBufferPointer { excluded in
            guard let start = rows.baseAddress else { return }
            var form = CKernels_RowQuery(bytes: query.baseAddress, correction: correction, scale: 0.5)
            let order = (0..<count).map { ($0 * 31) % count }
            var sums = [Int32](repeating: 0, count: count)
            kernels.sumRows(order.map { start + $0 * width }, count, width, &form, &sums)
            #expect(sums == order.map { expected[$0] })

            var keys = [UInt64](repeating: 0, count: 128)
            keys.withUnsafeMutableBufferPointer { keys in
              var found = CKernels_Candidates(keys: keys.baseAddress, count: 0, room: 128, threshold: 0)
              var run = CKernels_Rows(
                bytes: start, scales: scales.baseAddress, excluded: excluded.baseAddress, count: count,
                width: width,
                first: 64)
              #expect(kernels.scanRows(&run, &form, &found) == count)
              let wanted = (0..<count).filter {
                excluded[$0 / 32] >> UInt32($0 % 32) & 1 == 0 && expected[$0] > 0
              }
              let places = keys.prefix(found.count).map { ~UInt32(truncatingIfNeeded: $0) }
              #expect(places == wanted.map { UInt32($0 + 64) })
              for (key, row) in zip(keys, wanted) {
                #expect(CKernels_candidateScore(key) == Float(expected[row]) * (scales[row] * 0.5))
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: sets, dimensions)
  func `a product of floats is right to a few bits`(_ set: InstructionSet, _ dimension: Int) throws {
    let kernels = try #require(Kernels(set))
    var random = SplitMix(seed: UInt64(dimension) + 2)
    let left = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
    let right = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
    let exact = zip(left, right).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(Double(kernels.dot(left, right, dimension)) - exact) < 1e-6 * Double(dimension))
  }

  @Test(arguments: dimensions)
  func `a row is within half a step of its vector`(_ dimension: Int) {
    var random = SplitMix(seed: UInt64(dimension) + 3)
    let vector = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
    let width = VectorSpace(dimension: dimension).rowWidth
    var row = [UInt8](repeating: 7, count: width)
    let scale = CKernels_quantiseRow(vector, dimension, width, &row)
    for index in 0..<dimension {
      #expect(abs(Float(Int(row[index]) - 128) * scale - vector[index]) <= 0.501 * scale)
    }
    #expect(row[dimension...].allSatisfy { $0 == 128 })
    #expect(row.prefix(dimension).contains { $0 == 255 || $0 == 1 })

    let nothing = [Float](repeating: 0, count: dimension)
    #expect(CKernels_quantiseRow(nothing, dimension, width, &row) == 0)
    #expect(row.allSatisfy { $0 == 128 })
  }

  @Test(arguments: dimensions)
  func `a code has the signs around the mean, and comes out of its block as it went in`(_ dimension: Int) {
    var random = SplitMix(seed: UInt64(dimension) + 4)
    let space = VectorSpace(dimension: dimension)
    let mean = (0..<dimension).map { _ in Float.random(in: -0.3...0.3, using: &random) }
    var codes: [UInt8] = []
    for _ in 0..<19 {
      let vector = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
      var signs = [UInt8](repeating: 9, count: space.groups)
      let factor = CKernels_signs(vector, mean, dimension, space.groups, &signs)
      let centred = zip(vector, mean).map { $0 - $1 }
      for (index, value) in centred.enumerated() {
        #expect((signs[index / 4] >> UInt8(index % 4) & 1 != 0) == (value > 0))
      }
      #expect(signs[(dimension / 4)...].allSatisfy { $0 == 0 })
      let expected = centred.reduce(0) { $0 + $1 * $1 } / centred.reduce(0) { $0 + abs($1) }
      #expect(abs(factor - expected) < 1e-4 * expected)
      codes += signs
    }
    var block = [UInt8](repeating: 255, count: space.blockWidth)
    CKernels_packBlock(codes, 19, space.groups, &block)
    for index in 0..<32 {
      var signs = [UInt8](repeating: 9, count: space.groups)
      CKernels_unpackCode(block, index, space.groups, &signs)
      let start = index * space.groups
      #expect(signs == (index < 19 ? Array(codes[start..<(start + space.groups)]) : signs.map { _ in 0 }))
    }
  }

  @Test func `the greatest keys are selected, however they lie`() {
    var random = SplitMix(seed: 5)
    for round in 0..<300 {
      let count = Int(random.next() % 200) + 1
      var keys = Set((0..<count).map { _ in round % 2 == 0 ? random.next() : random.next() % 1_000 }).sorted()
      if round % 3 == 0 { keys.shuffle(using: &random) }
      if round % 3 == 1 { keys.reverse() }
      let wanted = Int(random.next() % UInt64(keys.count + 1))
      let expected = keys.sorted(by: >).prefix(wanted)
      CKernels_selectGreatest(&keys, keys.count, wanted)
      #expect(keys.prefix(wanted).sorted(by: >) == Array(expected))
    }
  }

  @Test func `keys sort as scores do, and the first place wins a tie`() {
    let scores: [Float] = [-.infinity, -2, -1e-30, 0, 1e-30, 0.25, 0.5, 1, .infinity]
    for (low, high) in zip(scores, scores.dropFirst()) {
      #expect(CKernels_candidateKey(low, 0) < CKernels_candidateKey(high, .max - 1))
      #expect(CKernels_candidateScore(CKernels_candidateKey(low, 3)) == low)
    }
    #expect(CKernels_candidateKey(0.5, 1) > CKernels_candidateKey(0.5, 2))
  }

  @Test(
    arguments: [
      ("", 0xef46_db37_51d8_e999), ("abc", 0x44bc_2cf5_ad77_0999),
      ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
    ] as [(String, UInt64)])
  func `checksums are those of the published algorithm`(_ text: String, _ sum: UInt64) {
    let bytes = Array(text.utf8)
    #expect(CKernels_xxh64(bytes, bytes.count, 0) == sum)
  }
}
