/// The members of a JSON object, in the order in which they were added.
///
/// A key occurs once. The members of a small object are searched one by one; larger objects carry a hash index,
/// so looking up and adding stay constant-time however large a stranger's object is. Removing a member is
/// linear. Two objects are equal when they have the same keys with the same values, in whatever order.
public struct JSONObject: Sendable {
  /// A key with its value.
  public typealias Element = (key: String, value: JSONValue)

  private var entries: [Element]
  private var index: KeyIndex?

  /// An object without members.
  public init() {
    entries = []
  }

  /// The members of `elements` in order. A later value for the same key replaces the earlier one.
  public init(_ elements: some Sequence<(String, JSONValue)>) {
    entries = []
    entries.reserveCapacity(elements.underestimatedCount)
    for (key, value) in elements { self[key] = value }
  }

  /// Members whose keys the caller has checked to be distinct, with their index if there are enough of them.
  init(distinct entries: [Element], index: KeyIndex?) {
    self.entries = entries
    self.index = index
  }

  /// The value of `key`. Setting a new key adds it at the end; setting nil removes the member.
  public subscript(key: String) -> JSONValue? {
    get {
      position(of: key).map { entries[$0].value }
    }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): entries[position].value = value
      case (nil, let value?): append(key, value)
      case (let position?, nil): remove(at: position)
      case (nil, nil): break
      }
    }
  }

  /// Adds a member whose key is known not to be there yet; nothing checks that in release builds.
  package mutating func append(_ key: String, _ value: JSONValue) {
    assert(position(of: key) == nil, "the key \(key) is already there")
    entries.append((key, value))
    if index != nil {
      entries.withUnsafeBufferPointer { index?.add($0.count - 1, of: $0) }
    } else if entries.count > KeyIndex.threshold {
      index = entries.withUnsafeBufferPointer { KeyIndex(of: $0) }
    }
  }

  /// Makes room for `count` members.
  public mutating func reserveCapacity(_ count: Int) {
    entries.reserveCapacity(count)
  }

  /// Where `key` stands among the members.
  public func position(of key: String) -> Int? {
    if let index {
      return entries.withUnsafeBufferPointer { index.find(key, in: $0) }
    }
    for position in entries.indices where entries[position].key.hasSameBytes(as: key) { return position }
    return nil
  }

  /// The keys in order.
  public var keys: [String] { entries.map(\.key) }

  /// The values in order of their keys.
  public var values: [JSONValue] { entries.map(\.value) }

  private mutating func remove(at position: Int) {
    entries.remove(at: position)
    let large = entries.count > KeyIndex.threshold
    index = large ? entries.withUnsafeBufferPointer { KeyIndex(of: $0) } : nil
  }
}

extension JSONObject: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.count }
  public subscript(position: Int) -> Element { entries[position] }

  public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result? {
    try entries.withUnsafeBufferPointer(body)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements)
  }
}

extension JSONObject: Hashable {
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    for position in left.entries.indices {
      let (key, value) = left.entries[position]
      // Most objects that are compared were written by the same code, in the same order.
      if right.entries[position].key.hasSameBytes(as: key) {
        if right.entries[position].value != value { return false }
      } else if right[key] != value {
        return false
      }
    }
    return true
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    // Order must not matter, so the members are hashed apart and combined with an operation that commutes.
    var members = 0
    for (key, value) in entries {
      var member = Hasher()
      key.hashBytes(into: &member)
      member.combine(value)
      members ^= member.finalize()
    }
    hasher.combine(members)
  }
}

extension JSONObject: CustomStringConvertible {
  /// The object as compact JSON.
  public var description: String { JSONValue.object(self).text }
}
