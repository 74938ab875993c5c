import JSON

/// Encodes values as `wire.h` of the bridge describes.
struct WireWriter: Sendable {
  static let mostValues = 200
  static let mostKeys = 64
  private static let mostShapes = 64
  private static let mostShapeKeys = 256

  private(set) var body: [UInt8] = []
  private(set) var shapes: [UInt8] = []
  private var shapeKeys: [[String]] = []
  private var shapeKeyCount = 0
  private let usesShapes: Bool

  /// `usesShapes` is false for a fragment that will be put into another message, whose shapes it cannot know.
  init(usesShapes: Bool = true) { self.usesShapes = usesShapes }

  private enum Tag: UInt8 {
    case null = 0
    case no, yes, integer, double, string, array, object, record, rows, doubles
  }

  mutating func append(_ number: some BitwiseCopyable) {
    withUnsafeBytes(of: number) { body.append(contentsOf: $0) }
  }

  mutating func reserve(_ bytes: Int) { body.reserveCapacity(bytes) }

  mutating func replaceFirst(with count: UInt32) {
    body.withUnsafeMutableBytes { $0.storeBytes(of: count, as: UInt32.self) }
  }

  private mutating func append(tag: Tag) { body.append(tag.rawValue) }

  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 {
      append(UInt32($0.count))
      body.append(contentsOf: $0)
    }
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: append(tag: .null)
    case .bool(let value): append(tag: value ? .yes : .no)
    case .integer(let value):
      append(tag: .integer)
      append(value)
    case .double(let value):
      append(tag: .double)
      append(value)
    case .string(let value):
      append(tag: .string)
      append(value)
    case .array(let values): write(values)
    case .object(let object): write(object)
    }
  }

  mutating func write(_ numbers: [Double]) {
    append(tag: .doubles)
    append(UInt32(numbers.count))
    numbers.withUnsafeBytes { body.append(contentsOf: $0) }
  }

  mutating func write(_ records: LuaRecords) {
    guard let shape = shape(of: records.keys) else {
      preconditionFailure("a call carries at most \(Self.mostShapes) kinds of records")
    }
    append(tag: .rows)
    append(shape)
    append(UInt32(records.rows))
    append(UInt32(records.columns))
    body.append(contentsOf: records.writer.body)
  }

  private mutating func write(_ values: [JSONValue]) {
    append(tag: .array)
    append(UInt32(values.count))
    var current: (keys: JSONObject, shape: UInt32)?
    for (index, value) in values.enumerated() {
      guard case .object(let object) = value, !object.isEmpty else {
        write(value)
        continue
      }
      if let known = current, Self.haveSameKeys(known.keys, object) {
        write(object, shape: known.shape)
        continue
      }
      // A shape pays from the second record on.
      if index + 1 < values.count, case .object(let next) = values[index + 1],
        Self.haveSameKeys(object, next),
        let shape = shape(of: object.keys)
      {
        current = (object, shape)
        write(object, shape: shape)
      } else {
        write(object)
      }
    }
  }

  private mutating func write(_ object: JSONObject, shape: UInt32) {
    append(tag: .record)
    append(shape)
    for (_, value) in object { write(value) }
  }

  private mutating func write(_ object: JSONObject) {
    append(tag: .object)
    append(UInt32(object.count))
    for (key, value) in object {
      append(key)
      write(value)
    }
  }

  private static func haveSameKeys(_ left: JSONObject, _ right: JSONObject) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { $0.key == $1.key }
  }

  /// The number of the shape with these keys; nil if the message has no room for another.
  private mutating func shape(of keys: [String]) -> UInt32? {
    if let known = shapeKeys.firstIndex(of: keys) { return UInt32(known) }
    guard usesShapes, keys.count <= Self.mostKeys, shapeKeys.count < Self.mostShapes,
      shapeKeyCount + keys.count <= Self.mostShapeKeys
    else { return nil }
    shapeKeys.append(keys)
    shapeKeyCount += keys.count
    if shapes.isEmpty { shapes = [0, 0, 0, 0] }
    let number = UInt32(shapeKeys.count)
    shapes.withUnsafeMutableBytes { $0.storeBytes(of: number, as: UInt32.self) }
    withUnsafeBytes(of: UInt32(keys.count)) { shapes.append(contentsOf: $0) }
    for key in keys {
      withUnsafeBytes(of: UInt32(key.utf8.count)) { shapes.append(contentsOf: $0) }
      shapes.append(contentsOf: key.utf8)
    }
    return number - 1
  }
}
