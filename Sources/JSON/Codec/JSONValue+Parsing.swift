extension JSONValue {
  /// The deepest nesting that can be asked for; it bounds the parser's use of the stack.
  public static let deepestNesting = 512

  /// Reads exactly one value from UTF-8 `bytes`, by RFC 8259 and nothing beyond.
  ///
  /// - Integers that fit become ``integer(_:)``. Larger ones, `-0`, and all numbers with a point or an
  ///   exponent become ``double(_:)``, rounded to the nearest; numbers too large for a double are rejected.
  /// - A key that occurs twice in an object, a lone surrogate, bytes that are not UTF-8, a byte order mark,
  ///   and anything but whitespace around the value are rejected.
  /// - Containers may nest `depthLimit` deep, ``deepestNesting`` at most.
  public init(parsing bytes: some Collection<UInt8>, depthLimit: Int = 64) throws(JSONSyntaxError) {
    let parsed = bytes.withContiguousStorageIfAvailable { Self.parse($0, depthLimit: depthLimit) }
    self = try (parsed ?? Array(bytes).withUnsafeBufferPointer { Self.parse($0, depthLimit: depthLimit) })
      .get()
  }

  /// Reads exactly one value from `text`; see ``init(parsing:depthLimit:)``.
  public init(parsing text: String, depthLimit: Int = 64) throws(JSONSyntaxError) {
    self = try text.withBytes { Self.parse($0, depthLimit: depthLimit) }.get()
  }

  private static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int
  ) -> Result<JSONValue, JSONSyntaxError> {
    let limit = min(depthLimit, deepestNesting)
    do throws(ParseFault) {
      guard let start = bytes.baseAddress else { throw ParseFault(reason: .value, offset: 0) }
      var parser = JSONParser(start, count: bytes.count, depthLimit: limit)
      return .success(try parser.parse())
    } catch {
      return .failure(JSONSyntaxError(error, in: bytes, depthLimit: limit))
    }
  }
}
