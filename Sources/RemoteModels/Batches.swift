/// How the texts of a call are spread over requests.
package struct Batches: Sendable, Hashable {
  package let textLimit: Int
  package let byteLimit: Int

  package init(textLimit: Int, byteLimit: Int) {
    self.textLimit = textLimit
    self.byteLimit = byteLimit
  }

  /// Ranges of `texts`, in order and without gaps, each within both limits. A text beyond the limit goes alone.
  package func ranges(of texts: [String]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var (start, bytes) = (0, 0)
    for (index, text) in texts.enumerated() {
      let size = text.utf8.count
      if index > start, index - start >= textLimit || bytes + size > byteLimit {
        ranges.append(start..<index)
        (start, bytes) = (index, 0)
      }
      bytes += size
    }
    if start < texts.count { ranges.append(start..<texts.count) }
    return ranges
  }
}

extension String {
  /// The beginning of the text, of at most `limit` bytes in UTF-8 and never half a character.
  package func cut(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: limit)
    while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
