/// Conversion to IEEE half precision, in software: Swift's `Float16` does not exist on every platform.
package enum HalfPrecision {
  /// The half nearest to `value`, ties to even. Beyond the range, infinity.
  package static func bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7fff_ffff
    if magnitude >= 0x4780_0000 { return sign | (magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00) }
    if magnitude < 0x3880_0000 {
      // A subnormal half, a multiple of 2^-24: adding 0.5 aligns it with the bottom of a float, rounded.
      let aligned = Float(bitPattern: magnitude) + 0.5
      return sign | UInt16(truncatingIfNeeded: aligned.bitPattern &- 0x3f00_0000)
    }
    let odd = magnitude >> 13 & 1
    let rounded = magnitude &- 0x3800_0000 &+ 0x0fff &+ odd
    return sign | UInt16(truncatingIfNeeded: rounded >> 13)
  }

  /// The value of a half.
  package static func value(_ bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7fff)
    let sign = UInt32(bits & 0x8000) << 16
    if magnitude >= 0x7c00 {
      return Float(bitPattern: sign | 0x7f80_0000 | (magnitude & 0x3ff) << 13)
    }
    let scaled = Float(bitPattern: magnitude << 13) * Float(sign: .plus, exponent: 112, significand: 1)
    return Float(bitPattern: scaled.bitPattern | sign)
  }

  /// A matrix of `height` rows of `width`, packed `[height / 32][width][32]` as `CKernels_HalfMatrix` wants it.
  package static func panels(_ weights: [Float], width: Int, height: Int) -> [UInt16] {
    var packed = [UInt16](repeating: 0, count: width * height)
    weights.withUnsafeBufferPointer { weights in
      packed.withUnsafeMutableBufferPointer { packed in
        for n in 0..<height {
          let panel = n / 32 * 32 * width + n % 32
          for k in 0..<width { packed[panel + k * 32] = bits(weights[n * width + k]) }
        }
      }
    }
    return packed
  }
}
