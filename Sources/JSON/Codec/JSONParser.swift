/// A recursive-descent parser over bytes in memory.
///
/// `position` only moves forward and every read is preceded by a look at `end`. Elements of containers that
/// are still open wait on two stacks, from which each container takes its own at once: one allocation per
/// container.
struct JSONParser: ~Copyable {
  private let start: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  private var position: UnsafePointer<UInt8>
  private let depthLimit: Int
  private var elements = PendingStack<JSONValue>()
  private var members = PendingStack<JSONObject.Element>()
  private var unescaped: [UInt8] = []

  /// A parser of the `count` bytes at `start`, which must outlive it.
  init(_ start: UnsafePointer<UInt8>, count: Int, depthLimit: Int) {
    self.start = start
    end = start + count
    position = start
    self.depthLimit = depthLimit
  }

  /// The one value of the text.
  mutating func parse() throws(ParseFault) -> JSONValue {
    if end - position >= 3 && position[0] == 0xEF && position[1] == 0xBB && position[2] == 0xBF {
      throw fault(.byteOrderMark)
    }
    let value = try value(depth: 0)
    skipWhitespace()
    guard position == end else { throw fault(.end) }
    return value
  }

  private func fault(_ reason: ParseFault.Reason) -> ParseFault {
    ParseFault(reason: reason, offset: position - start)
  }

  private func fault(_ reason: ParseFault.Reason, at place: UnsafePointer<UInt8>) -> ParseFault {
    ParseFault(reason: reason, offset: place - start)
  }

  @inline(__always)
  private mutating func skipWhitespace() {
    // Compact documents have none.
    while position < end && position.pointee <= .space {
      switch position.pointee {
      case .space, .lineFeed, .carriageReturn, .tab: position += 1
      default: return
      }
    }
  }

  /// Skips whitespace and then `byte`, if that is what follows.
  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    skipWhitespace()
    guard position < end && position.pointee == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(ParseFault) -> JSONValue {
    skipWhitespace()
    guard position < end else { throw fault(.value) }
    switch position.pointee {
    case .quote:
      position += 1
      return .string(try string())
    case .openBrace:
      guard depth < depthLimit else { throw fault(.depth) }
      position += 1
      return .object(try object(depth: depth + 1))
    case .openBracket:
      guard depth < depthLimit else { throw fault(.depth) }
      position += 1
      return .array(try array(depth: depth + 1))
    case .minus, .zero ... .nine: return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw fault(.value)
    }
  }

  @inline(__always)
  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(ParseFault) -> JSONValue {
    let length = word.utf8CodeUnitCount
    guard end - position >= length else { throw fault(.value) }
    for offset in 0..<length where position[offset] != word.utf8Start[offset] { throw fault(.value) }
    position += length
    return value
  }

  private mutating func array(depth: Int) throws(ParseFault) -> [JSONValue] {
    if take(.closeBracket) { return [] }
    let first = elements.count
    while true {
      elements.push(try value(depth: depth))
      if take(.comma) { continue }
      guard take(.closeBracket) else { throw fault(.commaOrBracket) }
      return elements.take(from: first)
    }
  }

  private mutating func object(depth: Int) throws(ParseFault) -> JSONObject {
    if take(.closeBrace) { return JSONObject() }
    guard take(.quote) else { throw fault(.firstKey) }
    let first = members.count
    var keys = KeysSeen()
    while true {
      let keyStart = position - 1
      let key = try string()
      guard keys.insert(key, among: members.entries(from: first)) else {
        throw fault(.duplicateKey, at: keyStart)
      }
      guard take(.colon) else { throw fault(.colon) }
      members.push((key, try value(depth: depth)))
      if take(.comma) {
        guard take(.quote) else { throw fault(.key) }
        continue
      }
      guard take(.closeBrace) else { throw fault(.commaOrBrace) }
      keys.finish(members.entries(from: first))
      return JSONObject(distinct: members.take(from: first), index: keys.index)
    }
  }
}

// MARK: Strings

extension JSONParser {
  /// The string whose opening quote was just read.
  private mutating func string() throws(ParseFault) -> String {
    let opening = position
    var plain = true
    while true {
      skipPlainASCII()
      guard position < end else { throw fault(.unterminatedString) }
      let byte = position.pointee
      if byte == .quote { break }
      if byte == .backslash {
        return try escapedString(from: opening)
      }
      guard byte >= 0x80 else { throw fault(.controlCharacter) }
      plain = false
      try skipMultibyte()
    }
    let bytes = UnsafeBufferPointer(start: opening, count: position - opening)
    position += 1
    return String(checked: bytes, isASCII: plain)
  }

  /// The string that began at `opening`, from its first backslash on, which is the current byte.
  private mutating func escapedString(from opening: UnsafePointer<UInt8>) throws(ParseFault) -> String {
    unescaped.removeAll(keepingCapacity: true)
    var run = opening
    while true {
      skipPlainASCII()
      guard position < end else { throw fault(.unterminatedString) }
      switch position.pointee {
      case .quote:
        unescaped.append(contentsOf: UnsafeBufferPointer(start: run, count: position - run))
        position += 1
        return unescaped.withUnsafeBufferPointer { String(checked: $0, isASCII: false) }
      case .backslash:
        unescaped.append(contentsOf: UnsafeBufferPointer(start: run, count: position - run))
        position += 1
        try escape()
        run = position
      case 0x80...: try skipMultibyte()
      default: throw fault(.controlCharacter)
      }
    }
  }

  /// Moves over ASCII that needs no attention: to a quote, backslash, control character, byte from 0x80 or
  /// the end.
  @inline(__always)
  private mutating func skipPlainASCII() {
    while end - position >= 8 {
      let special = EightBytes(position).specialOrNotASCII
      if special != 0 {
        position += special.trailingZeroBitCount / 8
        return
      }
      position += 8
    }
    while position < end {
      let byte = position.pointee
      if byte < 0x20 || byte >= 0x80 || byte == .quote || byte == .backslash { return }
      position += 1
    }
  }

  /// Moves over one code point of two to four bytes, by table 3-7 of the Unicode standard.
  private mutating func skipMultibyte() throws(ParseFault) {
    let left = end - position
    let lead = position[0]
    let second = left > 1 ? position[1] : 0
    let length: Int
    switch lead {
    case 0xC2...0xDF: length = second & 0xC0 == 0x80 ? 2 : 0
    case 0xE0: length = 0xA0 <= second && second <= 0xBF ? 3 : 0
    case 0xED: length = 0x80 <= second && second <= 0x9F ? 3 : 0
    case 0xE1...0xEF: length = second & 0xC0 == 0x80 ? 3 : 0
    case 0xF0: length = 0x90 <= second && second <= 0xBF ? 4 : 0
    case 0xF1...0xF3: length = second & 0xC0 == 0x80 ? 4 : 0
    case 0xF4: length = 0x80 <= second && second <= 0x8F ? 4 : 0
    default: length = 0
    }
    guard length > 0 && length <= left else { throw fault(.utf8) }
    if length > 2 && position[2] & 0xC0 != 0x80 { throw fault(.utf8) }
    if length > 3 && position[3] & 0xC0 != 0x80 { throw fault(.utf8) }
    position += length
  }

  /// Appends what the escape after a backslash stands for.
  private mutating func escape() throws(ParseFault) {
    guard position < end else { throw fault(.escape) }
    let byte = position.pointee
    switch byte {
    case .quote, .backslash, UInt8(ascii: "/"): unescaped.append(byte)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(.lineFeed)
    case UInt8(ascii: "r"): unescaped.append(.carriageReturn)
    case UInt8(ascii: "t"): unescaped.append(.tab)
    case UInt8(ascii: "u"): return try unicodeEscape(backslash: position - 1)
    default: throw fault(.escape)
    }
    position += 1
  }

  private mutating func unicodeEscape(backslash: UnsafePointer<UInt8>) throws(ParseFault) {
    position += 1
    var code = try fourHexadecimals()
    switch code {
    case 0xD800...0xDBFF:
      guard end - position >= 2 && position[0] == .backslash && position[1] == UInt8(ascii: "u") else {
        throw fault(.loneSurrogate, at: backslash)
      }
      position += 2
      let low = try fourHexadecimals()
      guard 0xDC00 <= low && low <= 0xDFFF else { throw fault(.loneSurrogate, at: backslash) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    case 0xDC00...0xDFFF: throw fault(.loneSurrogate, at: backslash)
    default: break
    }
    switch code {
    case ..<0x80: unescaped.append(UInt8(code))
    case ..<0x800:
      unescaped.append(UInt8(0xC0 | code >> 6))
      unescaped.append(UInt8(0x80 | code & 0x3F))
    case ..<0x10000:
      unescaped.append(UInt8(0xE0 | code >> 12))
      unescaped.append(UInt8(0x80 | code >> 6 & 0x3F))
      unescaped.append(UInt8(0x80 | code & 0x3F))
    default:
      unescaped.append(UInt8(0xF0 | code >> 18))
      unescaped.append(UInt8(0x80 | code >> 12 & 0x3F))
      unescaped.append(UInt8(0x80 | code >> 6 & 0x3F))
      unescaped.append(UInt8(0x80 | code & 0x3F))
    }
  }

  private mutating func fourHexadecimals() throws(ParseFault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard position < end else { throw fault(.hexadecimal) }
      let digit: UInt8
      switch position.pointee {
      case let byte where .zero <= byte && byte <= .nine: digit = byte - .zero
      case let byte where 0x61 <= byte && byte <= 0x66: digit = byte - 0x61 + 10
      case let byte where 0x41 <= byte && byte <= 0x46: digit = byte - 0x41 + 10
      default: throw fault(.hexadecimal)
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}

// MARK: Numbers

extension JSONParser {
  private mutating func number() throws(ParseFault) -> JSONValue {
    let first = position
    let negative = position.pointee == .minus
    if negative { position += 1 }
    var decimal = Decimal()
    guard digits(into: &decimal) > 0 else { throw fault(.digit) }
    let leading = first + (negative ? 1 : 0)
    if leading.pointee == .zero && position - leading > 1 {
      position = leading + 1
      throw fault(.leadingZero)
    }
    var integral = true
    if position < end && position.pointee == .point {
      integral = false
      position += 1
      let fraction = digits(into: &decimal)
      guard fraction > 0 else { throw fault(.fractionDigit) }
      decimal.exponent -= fraction
    }
    if position < end && position.pointee | 0x20 == UInt8(ascii: "e") {
      integral = false
      position += 1
      decimal.exponent += try exponent()
    }
    if integral, let integer = decimal.integer(negative: negative) { return .integer(integer) }
    if let double = decimal.exactDouble { return .double(negative ? -double : double) }
    let text = UnsafeBufferPointer(start: first, count: position - first)
    let double = Double(String(checked: text, isASCII: true)) ?? .infinity
    guard double.isFinite else { throw fault(.numberTooLarge, at: first) }
    return .double(double)
  }

  /// Moves over digits, adds them to `decimal`, and returns how many there were.
  @inline(__always)
  private mutating func digits(into decimal: inout Decimal) -> Int {
    let first = position
    while position < end {
      let digit = position.pointee &- .zero
      guard digit <= 9 else { break }
      decimal.append(digit)
      position += 1
    }
    return position - first
  }

  private mutating func exponent() throws(ParseFault) -> Int {
    var negative = false
    if position < end && (position.pointee == .minus || position.pointee == .plus) {
      negative = position.pointee == .minus
      position += 1
    }
    var exponent = 0
    let first = position
    while position < end {
      let digit = position.pointee &- .zero
      guard digit <= 9 else { break }
      // Beyond this every number is zero or too large, however many digits it has.
      if exponent < 1_000_000_000 { exponent = exponent * 10 + Int(digit) }
      position += 1
    }
    guard position > first else { throw fault(.exponentDigit) }
    return negative ? -exponent : exponent
  }
}
