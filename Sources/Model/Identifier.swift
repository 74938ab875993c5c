/// A UUID that knows what it identifies, so that a memory's id cannot be passed where a context's is wanted.
///
/// New ones are UUIDv7: they sort by the time at which they were made, which keeps rows that are read together
/// together on disk.
public struct Identifier<Kind>: Hashable, Sendable {
  /// The first eight bytes, big-endian: milliseconds since 1970, the version, and a counter.
  public let high: UInt64
  /// The last eight bytes: the variant and random bits.
  public let low: UInt64

  /// The identifier with these 128 bits.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads the canonical form, `01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f`, in either case. Any UUID version is accepted.
  public init?(_ text: some StringProtocol) {
    var digits = 0
    var words: (UInt64, UInt64) = (0, 0)
    var position = 0
    for byte in text.utf8 {
      defer { position += 1 }
      if position == 8 || position == 13 || position == 18 || position == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = hexDigit(byte), digits < 32 else { return nil }
      if digits < 16 { words.0 = words.0 << 4 | digit } else { words.1 = words.1 << 4 | digit }
      digits += 1
    }
    guard digits == 32, position == 36 else { return nil }
    self.init(high: words.0, low: words.1)
  }

  /// The instant at which a UUIDv7 was made, to the millisecond.
  public var instant: Timestamp { Timestamp(microseconds: Int64(high >> 16) * 1_000) }
}

extension Identifier: CustomStringConvertible {
  /// The canonical form, in lower case.
  public var description: String {
    String(unsafeUninitializedCapacity: 36) { buffer in
      var index = 0
      for word in [high, low] {
        for nibble in stride(from: 60, through: 0, by: -4) {
          if index == 8 || index == 13 || index == 18 || index == 23 {
            buffer[index] = UInt8(ascii: "-")
            index += 1
          }
          let digit = UInt8(truncatingIfNeeded: word >> UInt64(nibble)) & 15
          buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
          index += 1
        }
      }
      return 36
    }
  }
}

extension Identifier: Comparable {
  public static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

private func hexDigit(_ byte: UInt8) -> UInt64? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
  default: nil
  }
}

/// Identifies a ``User``.
public typealias UserID = Identifier<User>
/// Identifies a ``Workspace``.
public typealias WorkspaceID = Identifier<Workspace>
/// Identifies a ``Context``.
public typealias ContextID = Identifier<Context>
/// Identifies a ``Memory``.
public typealias MemoryID = Identifier<Memory>
/// Identifies an ``Edge``.
public typealias EdgeID = Identifier<Edge>
/// Identifies a ``Grant``.
public typealias GrantID = Identifier<Grant>
/// Identifies an ``APIKey``.
public typealias KeyID = Identifier<APIKey>
