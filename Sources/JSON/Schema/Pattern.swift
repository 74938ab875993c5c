/// A rule for texts: published as a regular expression, checked by code that is as fast as the text is long.
public struct Pattern: Sendable {
  /// The regular expression that says the same (ECMA 262).
  public let source: String
  /// What is allowed, as a plural that follows “allowed are”.
  public let allowed: String
  let matches: @Sendable (String) -> Bool

  /// A pattern whose `source` accepts exactly what `matches` does.
  public init(_ source: String, allowed: String, matches: @escaping @Sendable (String) -> Bool) {
    self.source = source
    self.allowed = allowed
    self.matches = matches
  }

  /// `a-z`, `0-9`, `_` and `-`, at least one.
  public static let slug = Pattern("^[a-z0-9_-]+$", allowed: "lower-case letters, digits, “_” and “-”") {
    text in
    !text.isEmpty && text.utf8.allSatisfy { $0.isLowercase || $0.isDigit || $0 == 0x5F || $0 == .minus }
  }

  /// A name as programs have them: letters, digits and `_`, not first a digit.
  public static let identifier = Pattern(
    "^[A-Za-z_][A-Za-z0-9_]*$", allowed: "names of letters, digits and “_” that do not begin with a digit"
  ) { text in
    guard let first = text.utf8.first, !first.isDigit else { return false }
    return text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x5F }
  }

  /// Anything with at least one character that is not whitespace.
  public static let notBlank = Pattern("\\S", allowed: "texts that are not blank") { text in
    text.unicodeScalars.contains { !$0.properties.isWhitespace && $0 != "\u{FEFF}" }
  }
}

/// A standard notation that a text follows, published as `format`.
public struct TextFormat: Sendable {
  /// The name that JSON Schema gives it.
  public let name: String
  /// What is allowed, as a plural that follows “allowed are”.
  public let allowed: String
  let matches: @Sendable (String) -> Bool

  /// A format called `name`.
  public init(_ name: String, allowed: String, matches: @escaping @Sendable (String) -> Bool) {
    self.name = name
    self.allowed = allowed
    self.matches = matches
  }

  /// A UUID in its usual form of 36 characters.
  public static let uuid = TextFormat("uuid", allowed: "UUIDs") { text in
    text.withBytes { bytes in
      bytes.count == 36
        && bytes.indices.allSatisfy {
          [8, 13, 18, 23].contains($0) ? bytes[$0] == .minus : bytes[$0].isHexadecimal
        }
    }
  }

  /// A day, as in `2026-01-31`.
  public static let date = TextFormat("date", allowed: "dates such as 2026-01-31") { text in
    text.withBytes { bytes in
      var notation = Notation(bytes)
      return notation.date() && notation.isAtEnd
    }
  }

  /// A day and time with its zone by RFC 3339, as in `2026-01-31T12:00:00Z`.
  public static let dateTime = TextFormat("date-time", allowed: "times such as 2026-01-31T12:00:00Z") {
    text in
    text.withBytes { bytes in
      var notation = Notation(bytes)
      return notation.date() && notation.byte("Tt") && notation.time() && notation.isAtEnd
    }
  }

  /// An absolute URI: a scheme, a colon and something after it, without spaces.
  public static let uri = TextFormat("uri", allowed: "absolute URIs such as https://example.org/page") {
    text in
    text.withBytes { bytes in
      guard let colon = bytes.firstIndex(of: .colon), let first = bytes.first, first.isLetter else {
        return false
      }
      return colon < bytes.count - 1
        && bytes[..<colon].allSatisfy {
          $0.isLetter || $0.isDigit || $0 == .plus || $0 == .minus || $0 == .point
        }
        && bytes[colon...].allSatisfy { $0 > .space && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }
    }
  }

  /// A mail address: something, `@`, and a host name. That it exists only a mail can tell.
  public static let email = TextFormat("email", allowed: "mail addresses") { text in
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
    return parts[0].allSatisfy { $0 > .space && $0 != 0x7F && !"\"(),:;<>[\\]".utf8.contains($0) }
      && parts[1].allSatisfy { $0.isLetter || $0.isDigit || $0 == .minus || $0 == .point || $0 >= 0x80 }
  }
}

/// Reads dates and times piece by piece.
private struct Notation {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func byte(_ any: StaticString) -> Bool {
    let choices = UnsafeBufferPointer(start: any.utf8Start, count: any.utf8CodeUnitCount)
    guard position < bytes.count, choices.contains(bytes[position]) else { return false }
    position += 1
    return true
  }

  private mutating func number(digits: Int) -> Int? {
    guard bytes.count - position >= digits else { return nil }
    var number = 0
    for _ in 0..<digits {
      guard bytes[position].isDigit else { return nil }
      number = number * 10 + Int(bytes[position] - .zero)
      position += 1
    }
    return number
  }

  mutating func date() -> Bool {
    guard let year = number(digits: 4), byte("-"), let month = number(digits: 2), byte("-"),
      let day = number(digits: 2), 1 <= month && month <= 12
    else { return false }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    return 1 <= day && day <= days
  }

  mutating func time() -> Bool {
    guard let hour = number(digits: 2), hour < 24, byte(":"), let minute = number(digits: 2), minute < 60,
      byte(":"),
      // A leap second is the 61st.
      let second = number(digits: 2), second <= 60
    else { return false }
    if byte(".") {
      guard number(digits: 1) != nil else { return false }
      while number(digits: 1) != nil {}
    }
    if byte("Zz") { return true }
    guard byte("+-"), let hours = number(digits: 2), hours < 24, byte(":"), let minutes = number(digits: 2)
    else {
      return false
    }
    return minutes < 60
  }
}

extension UInt8 {
  var isDigit: Bool { .zero <= self && self <= .nine }
  var isLowercase: Bool { 0x61 <= self && self <= 0x7A }
  var isLetter: Bool { (self | 0x20).isLowercase }
  var isHexadecimal: Bool { isDigit || (0x61 <= self | 0x20 && self | 0x20 <= 0x66) }
}
