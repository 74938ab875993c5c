extension String {
  /// Whether both strings are the same code points. Names, tags and keys are compared this way everywhere, since
  /// databases do; Swift's `==` would also match canonically equivalent ones.
  package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Whether this string sorts before `other` by code points.
  package func precedesByBytes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension Sequence<String> {
  /// The strings without repetition, each where it came first.
  package var distinctByBytes: [String] {
    var seen: Set<[UInt8]> = []
    return filter { seen.insert(Array($0.utf8)).inserted }
  }

  /// Whether one of the strings is the same code points as `text`.
  package func containsBytes(of text: String) -> Bool { contains { $0.hasSameBytes(as: text) } }
}
