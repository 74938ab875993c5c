public import JSON

/// Values on their way into Lua, encoded once.
///
/// Null becomes `nil`, which means that a member is absent; as an element of a list it becomes the global `null`.
/// Objects that follow each other in a list with the same keys are sent as rows of one shape.
public struct LuaArguments: Sendable, ExpressibleByArrayLiteral {
  private var writer = WireWriter()
  private var count: UInt32 = 0

  /// No arguments yet.
  public init() { writer.append(count) }

  /// These arguments.
  public init(_ values: [JSONValue]) {
    self.init()
    for value in values { append(value) }
  }

  public init(arrayLiteral elements: JSONValue...) { self.init(elements) }

  /// Adds an argument.
  public mutating func append(_ value: JSONValue) {
    writer.write(value)
    increment()
  }

  /// Adds an argument that is a list of tables.
  public mutating func append(_ records: LuaRecords) {
    writer.write(records)
    increment()
  }

  /// Adds an argument that is a list of numbers.
  public mutating func append(numbers: [Double]) {
    writer.write(numbers)
    increment()
  }

  private mutating func increment() {
    count += 1
    precondition(count <= WireWriter.mostValues, "a call has at most \(WireWriter.mostValues) arguments")
    writer.replaceFirst(with: count)
  }

  func withBytes<Result>(
    _ body: (_ shapes: UnsafeBufferPointer<UInt8>, _ body: UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    writer.shapes.withUnsafeBufferPointer { shapes in writer.body.withUnsafeBufferPointer { body(shapes, $0) }
    }
  }
}

/// A list of tables with the same fields, for scoring many things in one call.
///
/// Fields whose values are numbers come first: their rows are copied into Lua without a tag, about as fast as
/// memory moves. Not-a-number stands for no value: the field is `nil` then.
public struct LuaRecords: Sendable {
  let keys: [String]
  let columns: Int
  private(set) var rows = 0
  private(set) var writer = WireWriter(usesShapes: false)

  /// No records yet, of these fields.
  public init(numbers: [String], others: [String] = []) {
    keys = numbers + others
    columns = numbers.count
    precondition(keys.count <= WireWriter.mostKeys, "a record has at most \(WireWriter.mostKeys) fields")
  }

  /// The number of records.
  public var count: Int { rows }

  /// Adds a record: a number for each number field, and a value for each other one.
  public mutating func append(_ numbers: some Sequence<Double>, _ others: [JSONValue] = []) {
    var seen = 0
    for number in numbers {
      writer.append(number)
      seen += 1
    }
    precondition(
      seen == columns && others.count == keys.count - columns, "a record has a value for each field")
    for value in others { writer.write(value) }
    rows += 1
  }

  /// Makes room for this many records.
  public mutating func reserveCapacity(_ count: Int) {
    writer.reserve(count * (columns * 8 + (keys.count - columns) * 16))
  }
}
