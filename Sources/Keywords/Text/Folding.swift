/// What characters become when case, accents and width do not matter: `É` → `e`, `ß` → `ss`, `Ａ` → `a`, `ｶ` → `カ`.
///
/// Letters of an alphabet stay apart even where Unicode writes one as another with a mark: `й` is no `и`.
struct Folding: Sendable {
  static let shared = Folding()

  /// Per block of 256 characters of the basic plane, where its values begin; 0 for a block in which nothing changes.
  private var blocks = [UInt16](repeating: 0, count: 256)
  /// The character that it becomes; 0 if it stays; `expansionFlag`, place and count if it becomes several.
  private var values = [UInt32](repeating: 0, count: 256)
  private var expansions: [UInt32] = []

  private static let expansionFlag: UInt32 = 0x8000_0000

  private init() {
    for entry in Self.table.unicodeScalars.split(separator: " ") {
      guard let source = entry.first else { continue }
      let target = entry.dropFirst().map(\.value)
      set(source.value, to: target)
    }
    for ascii in UInt32(0x41)...0x5A { set(ascii, to: [ascii + 32]) }
  }

  private mutating func set(_ source: UInt32, to target: [UInt32]) {
    let block = Int(source >> 8)
    if blocks[block] == 0 {
      blocks[block] = UInt16(values.count >> 8)
      values.append(contentsOf: repeatElement(0, count: 256))
    }
    let place = Int(blocks[block]) << 8 | Int(source & 255)
    if target.count == 1 {
      values[place] = target[0]
    } else {
      values[place] = Self.expansionFlag | UInt32(expansions.count) << 8 | UInt32(target.count)
      expansions.append(contentsOf: target)
    }
  }

  /// Appends what `scalar` becomes, as UTF-8.
  func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    if scalar < 0x10000 {
      let value = values[Int(blocks[Int(scalar >> 8)]) << 8 | Int(scalar & 255)]
      if value != 0 {
        if value & Self.expansionFlag == 0 {
          bytes.appendUTF8(value)
        } else {
          let start = Int((value & ~Self.expansionFlag) >> 8)
          for place in start..<start + Int(value & 255) { bytes.appendUTF8(expansions[place]) }
        }
        return
      }
    }
    bytes.appendUTF8(scalar)
  }

  /// `text`, folded, as UTF-8; accents that stand alone are dropped.
  func fold(_ text: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for scalar in String(decoding: Array(text), as: UTF8.self).unicodeScalars
    where CharacterTable.shared.kind(of: scalar.value) != .accent {
      append(scalar.value, to: &result)
    }
    return result
  }
}

extension [UInt8] {
  /// Appends a scalar value as UTF-8.
  @inline(__always)
  mutating func appendUTF8(_ scalar: UInt32) {
    if scalar < 0x80 {
      append(UInt8(truncatingIfNeeded: scalar))
    } else if scalar < 0x800 {
      append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 63))
    } else if scalar < 0x10000 {
      append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 63))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 63))
    } else {
      append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 63))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 63))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 63))
    }
  }
}
