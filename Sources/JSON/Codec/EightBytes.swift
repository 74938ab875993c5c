/// Eight bytes in one register, so that plain text is looked at eight characters at a time.
struct EightBytes {
  private let word: UInt64

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  @inline(__always)
  init(_ pointer: UnsafePointer<UInt8>) {
    word = UInt64(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self))
  }

  // Subtracting 1 from a byte that is zero, or 0x20 from one that is less, sets its high bit. A borrow can
  // disturb only the bytes above such a byte, so the lowest bit that is set always tells the truth.
  @inline(__always)
  private var borrows: UInt64 {
    let quotes = (word ^ (UInt64(UInt8.quote) &* Self.ones)) &- Self.ones
    let backslashes = (word ^ (UInt64(UInt8.backslash) &* Self.ones)) &- Self.ones
    let controls = word &- 0x20 &* Self.ones
    return quotes | backslashes | controls
  }

  /// The lowest set bit is the high bit of the first quote, backslash, control character or byte from 0x80.
  @inline(__always)
  var specialOrNotASCII: UInt64 { (borrows | word) & Self.highBits }

  /// The lowest set bit is the high bit of the first quote, backslash or control character.
  @inline(__always)
  var special: UInt64 { borrows & ~word & Self.highBits }

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: word.littleEndian, as: UInt64.self)
  }
}
