/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Line of the fault, from 1. Lines end with LF, CR or both.
  public let line: Int
  /// Column of the fault in code points, from 1.
  public let column: Int
  /// Bytes before the fault.
  public let offset: Int
  /// What was expected or what is wrong, for people.
  public let message: String

  public var description: String { "line \(line), column \(column): \(message)" }
}

/// What the parser throws: cheap to pass up through the recursion, made into words at the top.
struct ParseFault: Error {
  enum Reason: UInt8 {
    case value, end, colon, key, firstKey, commaOrBracket, commaOrBrace, byteOrderMark
    case depth, duplicateKey
    case leadingZero, digit, fractionDigit, exponentDigit, numberTooLarge
    case unterminatedString, controlCharacter, escape, hexadecimal, loneSurrogate, utf8
  }

  let reason: Reason
  let offset: Int
}

extension JSONSyntaxError {
  init(_ fault: ParseFault, in bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
    var line = 1
    var lineStart = 0
    var position = 0
    while position < fault.offset {
      let byte = bytes[position]
      position += 1
      // CR LF counts once, at its LF.
      let followedByLF = position < bytes.count && bytes[position] == .lineFeed
      if byte == .lineFeed || (byte == .carriageReturn && !followedByLF) {
        line += 1
        lineStart = position
      }
    }
    let continuations = bytes[lineStart..<fault.offset].count { $0 & 0xC0 == 0x80 }
    self.line = line
    self.column = fault.offset - lineStart - continuations + 1
    self.offset = fault.offset
    self.message = Self.message(for: fault, in: bytes, depthLimit: depthLimit)
  }

  private static func message(
    for fault: ParseFault, in bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int
  ) -> String {
    let found = found(at: fault.offset, in: bytes)
    return switch fault.reason {
    case .value: "expected a value, found \(found)"
    case .end: "expected the end of the text after the value, found \(found)"
    case .colon: "expected “:” after the key, found \(found)"
    case .key: "expected a key in double quotes after “,”, found \(found)"
    case .firstKey: "expected a key in double quotes or “}”, found \(found)"
    case .commaOrBracket: "expected “,” or “]” after the element, found \(found)"
    case .commaOrBrace: "expected “,” or “}” after the member, found \(found)"
    case .byteOrderMark: "expected a value, found a byte order mark"
    case .depth: "nested deeper than \(depthLimit) levels"
    case .duplicateKey: "this key was already used in the same object"
    case .leadingZero:
      "expected “.”, an exponent or the end of the number after its leading zero, found \(found)"
    case .digit: "expected a digit after “-”, found \(found)"
    case .fractionDigit: "expected a digit after the decimal point, found \(found)"
    case .exponentDigit: "expected a digit in the exponent, found \(found)"
    case .numberTooLarge: "the number is too large: a double ends at about 1.8e308"
    case .unterminatedString: "expected “\"” to end the string, found the end of the text"
    case .controlCharacter: "expected control characters in a string to be escaped, found \(found)"
    case .escape: "expected one of \" \\ / b f n r t u after “\\”, found \(found)"
    case .hexadecimal: "expected four hexadecimal digits after “\\u”, found \(found)"
    case .loneSurrogate: "expected surrogates in a pair, high before low; this one is alone"
    case .utf8: "expected UTF-8, found \(found)"
    }
  }

  /// Names what stands at `offset`.
  private static func found(at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let byte = bytes[offset]
    if byte.isLetter {
      return "“\(String(decoding: bytes[offset...].prefix(20).prefix { $0.isLetter }, as: UTF8.self))”"
    }
    if byte > 0x20 && byte < 0x7F { return "“\(Unicode.Scalar(byte))”" }
    switch byte {
    case .space: return "a space"
    case .tab: return "a tab"
    case .lineFeed, .carriageReturn: return "a line break"
    default: break
    }
    var decoder = UTF8()
    var following = bytes[offset...].prefix(4).makeIterator()
    if byte >= 0x80, case .scalarValue(let scalar) = decoder.decode(&following),
      scalar.properties.isAlphabetic
    {
      return "“\(scalar)”"
    }
    let digits = String(byte, radix: 16, uppercase: true)
    return "byte 0x\(digits.utf8.count < 2 ? "0" : "")\(digits)"
  }
}

extension UInt8 {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let plus: UInt8 = 0x2B
  static let comma: UInt8 = 0x2C
  static let minus: UInt8 = 0x2D
  static let point: UInt8 = 0x2E
  static let zero: UInt8 = 0x30
  static let nine: UInt8 = 0x39
  static let colon: UInt8 = 0x3A
  static let openBracket: UInt8 = 0x5B
  static let backslash: UInt8 = 0x5C
  static let closeBracket: UInt8 = 0x5D
  static let openBrace: UInt8 = 0x7B
  static let closeBrace: UInt8 = 0x7D
}
