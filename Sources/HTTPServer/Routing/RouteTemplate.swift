/// The shape of a path: `/memories/{id}/edges`, split at its slashes.
struct RouteTemplate: Sendable {
  enum Kind: UInt8, Comparable, Sendable {
    case integer, uuid, text

    static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }

    func accepts(_ bytes: some Collection<UInt8>) -> Bool {
      switch self {
      case .text: return !bytes.isEmpty
      case .integer:
        let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
        return (1...18).contains(digits.count) && digits.allSatisfy(Byte.isDigit)
      case .uuid:
        guard bytes.count == 36 else { return false }
        for (offset, byte) in bytes.enumerated() {
          let isHyphen = offset == 8 || offset == 13 || offset == 18 || offset == 23
          guard isHyphen ? byte == UInt8(ascii: "-") : Byte.hexValue(byte) != nil else { return false }
        }
        return true
      }
    }
  }

  enum Segment: Equatable, Sendable {
    /// These bytes, once decoded.
    case literal([UInt8])
    /// One segment of a kind: `{name}`, `{name:integer}`, `{name:uuid}`.
    case parameter(Kind)
    /// All that is left of the path, slashes included: `{name...}`.
    case rest
  }

  let segments: [Segment]
  let names: [String]

  /// Reads a template; says in words what is wrong with it otherwise.
  init(_ text: String) throws(Malformed) {
    guard text.utf8.first == Byte.slash else { throw Malformed("it does not start with a slash") }
    var segments: [Segment] = []
    var names: [String] = []
    for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      if segments.last == .rest { throw Malformed("nothing can follow {…...}") }
      guard part.first == "{" else {
        if part.contains("{") || part.contains("}") { throw Malformed("a parameter is a whole segment") }
        segments.append(.literal(Array(part.utf8)))
        continue
      }
      guard part.last == "}" else { throw Malformed("a parameter is a whole segment") }
      var name = part.dropFirst().dropLast()
      if name.hasSuffix("...") {
        name = name.dropLast(3)
        segments.append(.rest)
      } else {
        let pieces = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch pieces.count == 2 ? pieces[1] : "text" {
        case "text": segments.append(.parameter(.text))
        case "integer": segments.append(.parameter(.integer))
        case "uuid": segments.append(.parameter(.uuid))
        case let kind: throw Malformed("'\(kind)' is no kind of parameter; there are integer, uuid and text")
        }
        name = pieces[0]
      }
      guard !name.isEmpty,
        name.utf8.allSatisfy({ Byte.isLetter($0) || Byte.isDigit($0) || $0 == UInt8(ascii: "_") })
      else { throw Malformed("a parameter's name consists of letters, digits and underscores") }
      guard !names.contains(String(name)) else { throw Malformed("the parameter '\(name)' appears twice") }
      names.append(String(name))
    }
    self.segments = segments
    self.names = names
  }

  struct Malformed: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }
}
