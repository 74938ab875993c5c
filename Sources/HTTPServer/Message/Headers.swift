/// The fields of a message, in order. Names are compared without regard to case.
///
/// A field that is added cannot break out of its line: control characters in a value become spaces, and a name that is
/// not a token is refused.
public struct Headers: Sendable {
  // One block for all fields, each as [length of name, 4 bytes][length of value, 4 bytes][name][value]. A request's
  // headers are the tail of the block that its parser filled, so that reading a request makes no string at all.
  private(set) var block: [UInt8]
  let start: Int

  /// No fields.
  public init() {
    block = []
    start = 0
  }

  /// The fields packed in `block` from `start`, as a parser left them.
  init(block: [UInt8], start: Int) {
    self.block = block
    self.start = start
  }

  /// The value of the first field called `name`. Setting it replaces all fields of that name; `nil` removes them.
  public subscript(name: String) -> String? {
    get {
      var name = name
      return name.withUTF8 { name in
        var field = firstField
        while let found = field {
          if matches(found, name) { return value(found) }
          field = self.field(after: found)
        }
        return nil
      }
    }
    set {
      if let newValue { set(name, newValue) } else { remove(name) }
    }
  }

  /// The values of all fields called `name`, in order.
  public func values(for name: String) -> [String] {
    var values: [String] = []
    forEachField { field in
      var name = name
      if name.withUTF8({ matches(field, $0) }) { values.append(value(field)) }
    }
    return values
  }

  /// Adds a field, keeping others of the same name. Returns false, and adds nothing, if `name` is not a token.
  @discardableResult
  public mutating func add(_ name: String, _ value: String) -> Bool {
    var name = name
    var value = value
    let isToken = name.withUTF8 { name in !name.isEmpty && name.allSatisfy(Byte.isToken) }
    guard isToken else { return false }
    let fieldStart = block.count
    Self.open(&block)
    name.withUTF8 { block.append(contentsOf: $0) }
    let nameEnd = block.count
    value.withUTF8 { value in
      for byte in value { block.append(Byte.isFieldText(byte) ? byte : Byte.space) }
    }
    Self.close(&block, start: fieldStart, nameEnd: nameEnd)
    return true
  }

  /// Replaces all fields called `name` by one.
  @discardableResult
  public mutating func set(_ name: String, _ value: String) -> Bool {
    remove(name)
    return add(name, value)
  }

  /// Removes all fields called `name`.
  public mutating func remove(_ name: String) {
    var name = name
    name.withUTF8 { name in
      var field = firstField
      while let found = field {
        if matches(found, name) {
          block.removeSubrange(found.start..<found.value.upperBound)
          field = found.start < block.count ? self.field(at: found.start) : nil
        } else {
          field = self.field(after: found)
        }
      }
    }
  }

  /// Whether there are no fields.
  public var isEmpty: Bool { block.count == start }
}

// MARK: - The packed form

extension Headers {
  /// Where a field lies in the block.
  struct Field {
    let start: Int
    let name: Range<Int>
    let value: Range<Int>
  }

  static let prefixSize = 8

  /// Makes room for the lengths of a field whose bytes follow.
  static func open(_ block: inout [UInt8]) {
    block.append(contentsOf: repeatElement(0, count: prefixSize))
  }

  /// Writes the lengths of the field that `open` began at `start`, and that the end of the block ends.
  static func close(_ block: inout [UInt8], start: Int, nameEnd: Int) {
    let lengths = (nameEnd - start - prefixSize, block.count - nameEnd)
    for byte in 0..<4 {
      block[start + byte] = UInt8(truncatingIfNeeded: lengths.0 >> (8 * byte))
      block[start + 4 + byte] = UInt8(truncatingIfNeeded: lengths.1 >> (8 * byte))
    }
  }

  func field(at start: Int) -> Field {
    let lengths = block.span.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self).littleEndian
    let name = start + Self.prefixSize..<start + Self.prefixSize + Int(lengths & 0xFFFF_FFFF)
    return Field(start: start, name: name, value: name.upperBound..<name.upperBound + Int(lengths >> 32))
  }

  var firstField: Field? { start < block.count ? field(at: start) : nil }

  func field(after field: Field) -> Field? {
    field.value.upperBound < block.count ? self.field(at: field.value.upperBound) : nil
  }

  func forEachField(_ body: (Field) -> Void) {
    var field = firstField
    while let found = field {
      body(found)
      field = self.field(after: found)
    }
  }

  func matches(_ field: Field, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard field.name.count == name.count else { return false }
    for offset in 0..<name.count
    where Byte.lowercase(block[field.name.lowerBound + offset]) != Byte.lowercase(name[offset]) {
      return false
    }
    return true
  }

  func value(_ field: Field) -> String { String(decoding: block[field.value], as: UTF8.self) }
}

extension Headers: Sequence {
  public struct Iterator: IteratorProtocol {
    fileprivate let headers: Headers
    fileprivate var field: Field?

    public mutating func next() -> (name: String, value: String)? {
      guard let current = field else { return nil }
      field = headers.field(after: current)
      return (String(decoding: headers.block[current.name], as: UTF8.self), headers.value(current))
    }
  }

  public func makeIterator() -> Iterator { Iterator(headers: self, field: firstField) }
}

extension Headers: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init()
    for (name, value) in elements { add(name, value) }
  }
}

extension Headers: CustomStringConvertible {
  public var description: String { map { "\($0.name): \($0.value)" }.joined(separator: "\n") }
}
