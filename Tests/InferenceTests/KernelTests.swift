import CKernels
import Glibc
import Inference
import Testing

/// Every variant that this processor runs, whatever would be chosen.
let variants: [CKernels_Instructions] = [.portable, .neon, .neonDot, .avx2, .avxVNNI, .avx512VNNI]
  .filter { CKernels_supports($0) }

@Suite struct KernelTests {
  private func kernels(_ set: CKernels_Instructions) throws -> CKernels_Encoder {
    try #require(CKernels_encoder(set)).pointee
  }

  /// Runs `body` with rows quantised by `kernels`.
  private func withQuantised<R>(
    _ kernels: CKernels_Encoder, _ input: [Float], factors: [Float]? = nil, rows: Int, width: Int,
    _ body: (CKernels_Int8Rows) throws -> R
  ) rethrows -> R {
    var values = [UInt8](repeating: 0, count: rows * width)
    var scales = [Float](repeating: 0, count: rows)
    var zeros = [Int32](repeating: 0, count: rows)
    return try values.withUnsafeMutableBufferPointer { values in
      try scales.withUnsafeMutableBufferPointer { scales in
        try zeros.withUnsafeMutableBufferPointer { zeros in
          let quantised = CKernels_Int8Rows(
            values: values.baseAddress, scales: scales.baseAddress, zeros: zeros.baseAddress)
          kernels.quantise(input, factors, rows, width, quantised)
          return try body(quantised)
        }
      }
    }
  }

  @Test func `the best set is a supported one, and unsupported sets have no kernels`() {
    #expect(CKernels_supports(CKernels_best()))
    #expect(CKernels_supports(.portable))
    for set in [CKernels_Instructions.portable, .neon, .neonDot, .avx2, .avxVNNI, .avx512VNNI] {
      #expect((CKernels_encoder(set) != nil) == CKernels_supports(set))
    }
  }

  @Test(arguments: variants)
  func `a quantised row is within half a step of the row`(_ set: CKernels_Instructions) throws {
    let kernels = try kernels(set)
    var random = SeededRandom(seed: 1)
    for width in [16, 48, 384, 1536] {
      var input = random.floats(width, in: -3...5)
      input += random.floats(width, in: 0.5...2)  // Nothing below zero.
      input += [Float](repeating: 0, count: width)  // Nothing at all.
      let factors = random.floats(width, in: 0.25...4)
      withQuantised(kernels, input, factors: factors, rows: 3, width: width) { quantised in
        for row in 0..<3 {
          let scale = quantised.scales[row]
          for k in 0..<width {
            let wanted = input[row * width + k] * factors[k]
            let found = Float(Int32(quantised.values[row * width + k]) - quantised.zeros[row]) * scale
            #expect((wanted - found).magnitude <= scale * 0.5001 + 1e-6)
          }
        }
      }
    }
  }

  @Test(arguments: variants)
  func `an 8-bit product is the sum of products, to the last unit`(_ set: CKernels_Instructions) throws {
    let kernels = try kernels(set)
    var random = SeededRandom(seed: 2)
    for (rows, width, height) in [(1, 16, 32), (3, 384, 64), (15, 1536, 32), (29, 48, 96), (14, 384, 32)] {
      // Extremes included, since those are what saturating instructions get wrong.
      let weights = (0..<height * width).map { _ in
        [Float(-127), 127, 127, Float(Int8.random(in: -127...127, using: &random))].randomElement(
          using: &random) ?? 0
      }
      let matrix = QuantisedMatrix(weights, width: width, height: height)
      let bias = random.floats(height)
      let input = (0..<rows * width).map { _ in
        [Float(0), 255, 255, .random(in: 0...255, using: &random)]
          .randomElement(using: &random) ?? 0
      }
      for activation in [CKernels_Activation.linear, .gelu] {
        var out = [Float](repeating: .nan, count: rows * height)
        withQuantised(kernels, input, rows: rows, width: width) { quantised in
          matrix.packed.withUnsafeBufferPointer { packed in
            matrix.scales.withUnsafeBufferPointer { scales in
              matrix.sums.withUnsafeBufferPointer { sums in
                bias.withUnsafeBufferPointer { bias in
                  out.withUnsafeMutableBufferPointer { out in
                    kernels.multiplyInt8(
                      quantised,
                      CKernels_Int8Matrix(
                        values: packed.baseAddress, scales: scales.baseAddress, sums: sums.baseAddress,
                        bias: bias.baseAddress, width: width, height: height),
                      rows, activation,
                      CKernels_Output(values: out.baseAddress, rowStride: height, panelStride: 32))
                  }
                }
              }
            }
          }
          for row in 0..<rows {
            for n in 0..<height {
              var sum: Int64 = 0
              for k in 0..<width {
                let weight = Int64(matrix.packed[n / 32 * 32 * width + n % 32 * 4 + k / 4 * 128 + k % 4])
                sum += (Int64(quantised.values[row * width + k]) - Int64(quantised.zeros[row])) * weight
              }
              let linear = Double(sum) * Double(matrix.scales[n] * quantised.scales[row]) + Double(bias[n])
              let wanted = activation == .gelu ? reference(gelu: linear) : linear
              let found = Double(out[row * height + n])
              // Eight bits are kept of what follows from GELU; so many of it are right.
              let tolerance = activation == .gelu ? 1e-3 : 1e-5
              #expect(
                (wanted - found).magnitude <= max(tolerance, linear.magnitude * 3e-6),
                "row \(row), output \(n)")
            }
          }
        }
      }
    }
  }

  @Test(arguments: variants)
  func `a product with halves is the sum of products`(_ set: CKernels_Instructions) throws {
    let kernels = try kernels(set)
    var random = SeededRandom(seed: 3)
    for (rows, width, height) in [(1, 16, 32), (13, 384, 64), (17, 1536, 32)] {
      let weights = random.floats(width * height)
      let halves = HalfPrecision.panels(weights, width: width, height: height)
      let bias = random.floats(height)
      let input = random.floats(rows * width)
      // Panel after panel, as attention takes it.
      var out = [Float](repeating: .nan, count: rows * height)
      halves.withUnsafeBufferPointer { halves in
        bias.withUnsafeBufferPointer { bias in
          out.withUnsafeMutableBufferPointer { out in
            kernels.multiplyHalf(
              input,
              CKernels_HalfMatrix(
                values: halves.baseAddress, bias: bias.baseAddress, width: width, height: height),
              rows, .linear, CKernels_Output(values: out.baseAddress, rowStride: 32, panelStride: rows * 32))
          }
        }
      }
      for row in 0..<rows {
        for n in 0..<height {
          var wanted = Double(bias[n])
          for k in 0..<width {
            let weight = HalfPrecision.value(HalfPrecision.bits(weights[n * width + k]))
            wanted += Double(weight) * Double(input[row * width + k])
          }
          let found = Double(out[n / 32 * rows * 32 + row * 32 + n % 32])
          #expect((wanted - found).magnitude < 2e-4)
        }
      }
    }
  }

  @Test(arguments: variants)
  func `attention weighs values by the softmax of scores`(_ set: CKernels_Instructions) throws {
    let kernels = try kernels(set)
    var random = SeededRandom(seed: 4)
    let heads = 2
    for rows in [1, 2, 7, 8, 9, 16, 17, 33, 100] {
      let stride = (rows + 3) * 32  // Another text lies behind this one.
      let input = random.floats(stride * 3 * heads, in: -3...3)
      var scratch = [Float](repeating: .nan, count: CKernels_attentionScratch(rows))
      var out = [Float](repeating: .nan, count: rows * heads * 32)
      kernels.attend(input, stride, rows, heads, &scratch, &out)
      func at(_ panel: Int, _ row: Int, _ d: Int) -> Double { Double(input[panel * stride + row * 32 + d]) }
      for head in 0..<heads {
        for row in 0..<rows {
          var weights = (0..<rows).map { key in
            exp((0..<32).reduce(0) { $0 + at(head, row, $1) * at(heads + head, key, $1) } / 32.0.squareRoot())
          }
          let total = weights.reduce(0, +)
          weights = weights.map { $0 / total }
          for d in 0..<32 {
            let wanted = (0..<rows).reduce(0) { $0 + weights[$1] * at(2 * heads + head, $1, d) }
            #expect((wanted - Double(out[(row * heads + head) * 32 + d])).magnitude < 2e-5)
          }
        }
      }
    }
  }

  @Test(arguments: variants)
  func `attention in integers is within half a hundredth of the largest value`(_ set: CKernels_Instructions)
    throws
  {
    let kernels = try kernels(set)
    var random = SeededRandom(seed: 6)
    let heads = 3
    for rows in [1, 2, 7, 8, 15, 16, 17, 33, 100, 255, 256] {
      let stride = (rows + 3) * 32  // Another text lies behind this one, with larger numbers.
      var input = random.floats(stride * 3 * heads, in: -3...3)
      for panel in 0..<3 * heads {
        for place in rows * 32..<stride { input[panel * stride + place] = 1000 }
        // The last head is of nothing but one extreme, where sums are largest.
        if panel % heads == 2 { for place in 0..<rows * 32 { input[panel * stride + place] = -3 } }
      }
      var scratch = [Float](repeating: .nan, count: CKernels_attentionScratch(rows))
      var (exact, found) = ([Float](repeating: .nan, count: rows * heads * 32), [Float]())
      found = exact
      kernels.attend(input, stride, rows, heads, &scratch, &exact)
      kernels.attendInt16(input, stride, rows, heads, &scratch, &found)
      let error = zip(exact, found).map { ($0 - $1).magnitude }.max() ?? .infinity
      #expect(error < 0.005 * 3, "\(rows) rows")
    }
    var scratch = [Float](repeating: .nan, count: CKernels_attentionScratch(5))
    var nothing = [Float](repeating: .nan, count: 5 * 32)
    kernels.attendInt16([Float](repeating: 0, count: 3 * 5 * 32), 5 * 32, 5, 1, &scratch, &nothing)
    #expect(nothing.allSatisfy { $0 == 0 })
  }

  @Test(arguments: variants)
  func `layer norm, pooling and look-up follow their definitions`(_ set: CKernels_Instructions) throws {
    let kernels = try kernels(set)
    var random = SeededRandom(seed: 5)
    let (rows, width) = (5, 384)
    let hidden = random.floats(rows * width, in: -9...9)
    let added = random.floats(rows * width)
    let gamma = random.floats(width)
    let beta = random.floats(width)
    var normal = hidden
    kernels.addNorm(&normal, added, gamma, beta, rows, width)
    var pooled = [Float](repeating: .nan, count: width)
    kernels.pool(hidden, rows, width, &pooled)
    var means = [Double](repeating: 0, count: width)
    for row in 0..<rows {
      let x = (0..<width).map { Double(hidden[row * width + $0]) + Double(added[row * width + $0]) }
      let mean = x.reduce(0, +) / Double(width)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      for k in 0..<width {
        let wanted = (x[k] - mean) / (variance + 1e-12).squareRoot() * Double(gamma[k]) + Double(beta[k])
        #expect((wanted - Double(normal[row * width + k])).magnitude < 1e-5)
        means[k] += Double(hidden[row * width + k]) / Double(rows)
      }
    }
    let length = means.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for k in 0..<width { #expect((means[k] / length - Double(pooled[k])).magnitude < 1e-6) }

    let words = random.floats(4 * width).map { HalfPrecision.bits($0) }
    let positions = random.floats(3 * width)
    var gathered = [Float](repeating: .nan, count: 2 * width)
    kernels.gather(words, positions, [3, 0], [0, 2], 2, width, &gathered)
    var sum = [Float](repeating: 1, count: width)
    kernels.accumulate(words, 0.5, width, &sum)
    for k in 0..<width {
      #expect(gathered[k] == HalfPrecision.value(words[3 * width + k]) + positions[k])
      #expect(gathered[width + k] == HalfPrecision.value(words[k]) + positions[2 * width + k])
      #expect((sum[k] - 1 - HalfPrecision.value(words[k]) / 2).magnitude < 1e-6)
    }
  }

  @Test(arguments: variants)
  func `gelu is exact to five digits, from far below zero to far above`(_ set: CKernels_Instructions) throws {
    let kernels = try kernels(set)
    // A width of 16 with zero weights: what comes out is the activation of the bias.
    let bias = (0..<4096).map { Float($0 - 2048) / 200 }
    let halves = [UInt16](repeating: 0, count: 16 * bias.count)
    var out = [Float](repeating: .nan, count: bias.count)
    halves.withUnsafeBufferPointer { halves in
      bias.withUnsafeBufferPointer { bias in
        out.withUnsafeMutableBufferPointer { out in
          kernels.multiplyHalf(
            [Float](repeating: 0, count: 16),
            CKernels_HalfMatrix(
              values: halves.baseAddress, bias: bias.baseAddress, width: 16, height: bias.count),
            1, .gelu, CKernels_Output(values: out.baseAddress, rowStride: bias.count, panelStride: 32))
        }
      }
    }
    for (x, found) in zip(bias, out) {
      #expect((reference(gelu: Double(x)) - Double(found)).magnitude < 1e-5, "gelu(\(x))")
    }
  }

  private func reference(gelu x: Double) -> Double { x / 2 * (1 + erf(x / 2.0.squareRoot())) }

  @Test func `halves round to the nearest, ties to even, and come back`() {
    for bits in UInt16.min...UInt16.max where bits & 0x7c00 != 0x7c00 {
      #expect(HalfPrecision.bits(HalfPrecision.value(bits)) == bits)
    }
    #expect(HalfPrecision.bits(1 + 1 / 2048) == 0x3c00)
    #expect(HalfPrecision.bits(1 + 3 / 2048) == 0x3c02)
    #expect(HalfPrecision.bits(65520) == 0x7c00)
    #expect(HalfPrecision.bits(65519) == 0x7bff)
    #expect(HalfPrecision.bits(-1e-9) == 0x8000)
    #expect(HalfPrecision.bits(.infinity) == 0x7c00)
    #expect(HalfPrecision.value(HalfPrecision.bits(.nan)).isNaN)
  }
}
