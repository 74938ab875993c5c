import Glibc

extension String {
  /// Runs `body` over the UTF-8 of this string, which stays where it is.
  @inline(__always)
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
    // Only strings bridged from Objective-C lack contiguous storage.
    return Array(utf8).withUnsafeBufferPointer(body)
  }

  /// Whether both strings are the same code points. `==` would also match canonically equivalent ones.
  @inline(__always)
  func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    return withBytes { mine in
      other.withBytes { theirs in
        guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
        return memcmp(left, right, mine.count) == 0
      }
    }
  }

  /// Feeds the code points to `hasher`; agrees with ``hasSameBytes(as:)``.
  func hashBytes(into hasher: inout Hasher) {
    hasher.combine(utf8.count)
    withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// A string of bytes that the caller has checked to be UTF-8.
  @inline(__always)
  init(checked bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool) {
    self = String(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: isASCII))
  }
}
