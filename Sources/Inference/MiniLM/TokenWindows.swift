/// How a text of many tokens is cut into passes of the model.
///
/// The model sees 254 tokens of a text and two special ones. A longer text is cut into windows of equal length,
/// spread evenly, each sharing at least ``overlap`` tokens with the one before so that a sentence at a border is seen
/// whole. Its embedding is the mean of the windows', each weighted by the tokens that it adds, scaled to unit length.
/// The cut depends on the number of tokens alone.
package struct TokenWindows: Sendable, Hashable {
  package static let length = MiniLMShape.window - 2
  package static let overlap = 32
  /// A mean over more windows would say nothing any more, and a megabyte would cost seconds: of a longer text, as
  /// many windows are taken at even distances from its beginning to its end.
  package static let maximum = 64

  package struct Window: Sendable, Hashable {
    package let tokens: Range<Int>
    package let weight: Float
  }

  package let windows: [Window]

  /// The windows of a text of `count` tokens.
  package init(count: Int) {
    guard count > Self.length else {
      windows = [Window(tokens: 0..<count, weight: 1)]
      return
    }
    let step = Self.length - Self.overlap
    let needed = min(Self.maximum, (count - Self.overlap + step - 1) / step)
    let last = count - Self.length
    var windows: [Window] = []
    var covered = 0
    for index in 0..<needed {
      let start = last * index / (needed - 1)
      let end = start + Self.length
      windows.append(Window(tokens: start..<end, weight: Float(end - max(covered, start))))
      covered = end
    }
    self.windows = windows
  }
}
