/// Which documents a search may return. It is applied while postings are added up, never after the best were chosen.
public struct DocumentFilter: Sendable {
  enum Kind: Sendable {
    case set(NumberSet)
    case predicate(@Sendable (UInt32) -> Bool)
  }

  let kind: Kind

  /// The documents whose numbers are in `set`.
  public static func among(_ set: NumberSet) -> Self { Self(kind: .set(set)) }

  /// The documents that `predicate` admits. It is asked for the candidates only, from the searching thread.
  public static func `where`(_ predicate: @escaping @Sendable (UInt32) -> Bool) -> Self {
    Self(kind: .predicate(predicate))
  }
}

/// A set of document numbers, a bit each.
public struct NumberSet: Sendable, Hashable {
  var words: [UInt64] = []

  public init() {}

  public init(_ numbers: some Sequence<UInt32>) {
    for number in numbers { insert(number) }
  }

  public mutating func insert(_ number: UInt32) {
    let word = Int(number / 64)
    if word >= words.count {
      words.append(contentsOf: repeatElement(0, count: max(word + 1, words.count * 2) - words.count))
    }
    words[word] |= 1 << UInt64(number % 64)
  }

  public func contains(_ number: UInt32) -> Bool {
    let word = Int(number / 64)
    return word < words.count && words[word] >> UInt64(number % 64) & 1 != 0
  }

  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}
