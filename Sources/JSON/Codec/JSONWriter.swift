/// Writes values as UTF-8 into memory that grows.
struct JSONWriter: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var count = 0
  private let pretty: Bool

  init(style: JSONStyle) {
    capacity = 1024
    base = .allocate(capacity: capacity)
    pretty = style == .pretty
  }

  deinit { base.deallocate() }

  /// What was written; valid until the next change.
  var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  mutating func write(_ value: JSONValue, depth: Int = 0) {
    switch value {
    case .null: word("null")
    case .bool(true): word("true")
    case .bool(false): word("false")
    case .integer(let integer): write(integer)
    case .double(let double): write(double)
    case .string(let string): write(string)
    case .array(let elements): write(elements, depth: depth)
    case .object(let object): write(object, depth: depth)
    }
  }

  private mutating func write(_ elements: [JSONValue], depth: Int) {
    byte(.openBracket)
    for position in elements.indices {
      if position > 0 { byte(.comma) }
      if pretty { lineBreak(depth + 1) }
      write(elements[position], depth: depth + 1)
    }
    if pretty && !elements.isEmpty { lineBreak(depth) }
    byte(.closeBracket)
  }

  private mutating func write(_ object: JSONObject, depth: Int) {
    byte(.openBrace)
    for position in object.indices {
      if position > 0 { byte(.comma) }
      if pretty { lineBreak(depth + 1) }
      let (key, value) = object[position]
      write(key)
      byte(.colon)
      if pretty { byte(.space) }
      write(value, depth: depth + 1)
    }
    if pretty && !object.isEmpty { lineBreak(depth) }
    byte(.closeBrace)
  }

  private mutating func lineBreak(_ depth: Int) {
    reserve(1 + 2 * depth)
    base[count] = .lineFeed
    (base + count + 1).update(repeating: .space, count: 2 * depth)
    count += 1 + 2 * depth
  }

  @inline(__always)
  private mutating func reserve(_ room: Int) {
    if capacity - count < room { grow(room) }
  }

  @inline(never)
  private mutating func grow(_ room: Int) {
    capacity = max(capacity * 2, count + room)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
  }

  @inline(__always)
  private mutating func byte(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  private mutating func word(_ word: StaticString) {
    bytes(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  private mutating func bytes(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).update(from: source, count: bytes.count)
    count += bytes.count
  }
}

// MARK: Strings

extension JSONWriter {
  private mutating func write(_ string: String) {
    byte(.quote)
    string.withBytes { writeEscaped($0) }
    byte(.quote)
  }

  private mutating func writeEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    guard var source = text.baseAddress else { return }
    let end = source + text.count
    // Room for everything that needs no escape; each escape makes room for itself.
    reserve(text.count + 8)
    while end - source >= 8 {
      let bytes = EightBytes(source)
      bytes.store(to: base + count)
      let special = bytes.special
      if special == 0 {
        source += 8
        count += 8
      } else {
        let plain = special.trailingZeroBitCount / 8
        source += plain
        count += plain
        escape(source.pointee)
        source += 1
        reserve(end - source + 8)
      }
    }
    while source < end {
      let byte = source.pointee
      if byte >= 0x20 && byte != .quote && byte != .backslash {
        base[count] = byte
        count += 1
      } else {
        escape(byte)
        reserve(end - source + 8)
      }
      source += 1
    }
  }

  private mutating func escape(_ byte: UInt8) {
    reserve(6)
    let place = base + count
    place[0] = .backslash
    switch byte {
    case .quote, .backslash: place[1] = byte
    case 0x08: place[1] = UInt8(ascii: "b")
    case 0x0C: place[1] = UInt8(ascii: "f")
    case .lineFeed: place[1] = UInt8(ascii: "n")
    case .carriageReturn: place[1] = UInt8(ascii: "r")
    case .tab: place[1] = UInt8(ascii: "t")
    default:
      let low = byte & 0xF
      place[1] = UInt8(ascii: "u")
      place[2] = .zero
      place[3] = .zero
      place[4] = .zero + byte >> 4
      place[5] = low < 10 ? .zero + low : UInt8(ascii: "a") + low - 10
      count += 6
      return
    }
    count += 2
  }
}

// MARK: Numbers

extension JSONWriter {
  private mutating func write(_ integer: Int64) {
    if integer < 0 { byte(.minus) }
    write(integer.magnitude)
  }

  private mutating func write(_ integer: UInt64) {
    reserve(20)
    var length = 1
    var bound: UInt64 = 10
    while length < 20 && integer >= bound {
      length += 1
      bound = length < 20 ? bound * 10 : bound
    }
    digits(integer, length: length)
  }

  /// Writes the last `length` digits of `integer`; there is room for them.
  private mutating func digits(_ integer: UInt64, length: Int) {
    var rest = integer
    var place = count + length
    while place > count {
      place -= 1
      base[place] = .zero + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += length
  }

  private mutating func write(_ double: Double) {
    // JSON has no word for them.
    guard double.isFinite else { return word("null") }
    if writeShortFraction(double) { return }
    // The standard library prints the shortest text that reads back as the same double, always with a point
    // or an exponent, in JSON's notation.
    var text = double.description
    text.withUTF8 { bytes($0) }
  }

  /// Writes doubles with up to four places after the point, such as scores and weights. The text is the one
  /// that `description` would give: with at most 15 digits, only one decimal number reads back as a given
  /// double.
  private mutating func writeShortFraction(_ double: Double) -> Bool {
    let magnitude = double.magnitude
    guard magnitude < 1e9 && (magnitude >= 1e-4 || magnitude == 0) else { return false }
    var places = 1
    var scale: UInt64 = 10
    while places <= 4 {
      let scaled = (magnitude * Double(scale)).rounded()
      if scaled / Double(scale) == magnitude {
        if double.sign == .minus { byte(.minus) }
        let (whole, fraction) = UInt64(scaled).quotientAndRemainder(dividingBy: scale)
        write(whole)
        reserve(1 + places)
        base[count] = .point
        count += 1
        digits(fraction, length: places)
        return true
      }
      places += 1
      scale *= 10
    }
    return false
  }
}
