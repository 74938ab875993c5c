/// Notices a key that occurs twice in the object being read.
struct KeysSeen {
  private(set) var index: KeyIndex?
  // One bit per fingerprint. A key whose bit is not set is new, so most small objects need no comparison at
  // all.
  private var fingerprints: UInt64 = 0

  /// Whether `key` differs from those of `members`, which are all the members read so far.
  @inline(__always)
  mutating func insert(_ key: String, among members: UnsafeBufferPointer<JSONObject.Element>) -> Bool {
    if members.count > KeyIndex.threshold { return insertIntoIndex(key, among: members) }
    let bit = Self.fingerprint(of: key)
    defer { fingerprints |= bit }
    return fingerprints & bit == 0 || !members.contains { $0.key.hasSameBytes(as: key) }
  }

  private mutating func insertIntoIndex(
    _ key: String, among members: UnsafeBufferPointer<JSONObject.Element>
  ) -> Bool {
    finish(members)
    return index?.find(key, in: members) == nil
  }

  /// Brings the index up to date with the last of `members`, if there are enough of them to have one.
  mutating func finish(_ members: UnsafeBufferPointer<JSONObject.Element>) {
    guard members.count > KeyIndex.threshold else { return }
    if index == nil {
      index = KeyIndex(of: members)
    } else {
      index?.add(members.count - 1, of: members)
    }
  }

  private static func fingerprint(of key: String) -> UInt64 {
    key.withBytes { bytes in
      guard let first = bytes.first, let last = bytes.last else { return 1 }
      let mixed = Int(first) &* 7 &+ Int(last) &* 13 &+ Int(bytes[bytes.count / 2]) &* 31 &+ bytes.count
      return 1 << UInt64(mixed & 63)
    }
  }
}
