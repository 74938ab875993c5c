extension String {
  /// The first `count` characters, with an ellipsis if there are more: faults repeat what they were sent, but
  /// not a megabyte of it.
  func shortened(to count: Int) -> String {
    let scalars = unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: count, limitedBy: scalars.endIndex),
      end != scalars.endIndex
    else { return self }
    return String(scalars[..<end]) + "…"
  }

  /// The text in quotation marks, shortened and on one line.
  var quoted: String { "“\(shortened(to: 40).onOneLine)”" }

  /// The text with its control characters escaped, so that it cannot pass for another line of a report.
  var onOneLine: String {
    let breaks: (Unicode.Scalar) -> Bool = { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    guard unicodeScalars.contains(where: breaks) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      text += breaks(scalar) ? scalar.escaped(asASCII: true) : String(scalar)
    }
  }

  /// The candidate that was probably meant, if one is near enough whatever its case.
  func nearest(among candidates: some Sequence<String>) -> String? {
    let mine = Array(shortened(to: 64).lowercased().unicodeScalars)
    guard mine.count <= 64 else { return nil }
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      let theirs = Array(candidate.lowercased().unicodeScalars)
      let shorter = Swift.min(mine.count, theirs.count)
      let allowance = shorter < 3 ? 0 : Swift.max(1, shorter / 3)
      let distance = Self.editDistance(mine, theirs)
      if distance <= allowance && distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.candidate
  }

  /// Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other.
  private static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for column in right.indices {
        let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
        var distance = Swift.min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column] {
          distance = Swift.min(distance, beforeLast[column - 1] + 1)
        }
        current.append(distance)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}

extension JSONValue {
  /// What kind of value this is, in words.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .integer, .double: "a number"
    case .string: "text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

extension ClosedRange<Int> {
  /// “3 to 5”, “3 or more”, “up to 5” or “3”; nil if nothing is excluded. Nothing is below `floor`.
  func words(floor: Int) -> String? {
    switch (lowerBound <= floor, upperBound == .max) {
    case (true, true): nil
    case (true, false): "up to \(upperBound)"
    case (false, true): "\(lowerBound) or more"
    case (false, false): lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)"
    }
  }
}
