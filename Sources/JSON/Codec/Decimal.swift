/// Decimal digits as they are read: `digits × 10^exponent`, if they fit.
struct Decimal {
  private var digits: UInt64 = 0
  private var overflows = false
  var exponent = 0

  @inline(__always)
  mutating func append(_ digit: UInt8) {
    // 10^19 - 1 still fits; one more digit may not.
    if digits < 1_000_000_000_000_000_000 {
      digits = digits * 10 + UInt64(digit)
    } else {
      appendNearOverflow(digit)
    }
  }

  private mutating func appendNearOverflow(_ digit: UInt8) {
    let (tens, overflow) = digits.multipliedReportingOverflow(by: 10)
    let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
    if overflow || carry { overflows = true } else { digits = sum }
  }

  /// The number as an integer, if it is one that fits. Negative zero is not.
  @inline(__always)
  func integer(negative: Bool) -> Int64? {
    if overflows { return nil }
    if !negative { return Int64(exactly: digits) }
    if digits == 0 { return nil }
    return digits <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- digits) : nil
  }

  /// The nearest double, if one operation on two exact doubles gives it: such an operation rounds only once.
  @inline(__always)
  var exactDouble: Double? {
    guard !overflows && digits <= 1 << 53 else { return nil }
    if exponent == 0 { return Double(digits) }
    if exponent < 0 && exponent >= -22 { return Double(digits) / Self.powersOfTen[-exponent] }
    if exponent > 0 && exponent <= 22 { return Double(digits) * Self.powersOfTen[exponent] }
    return digits == 0 ? 0 : nil
  }

  /// The powers of ten that a double holds exactly.
  static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20,
    1e21, 1e22,
  ]
}
