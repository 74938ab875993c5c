import JSON

/// Decodes what the bridge encoded: a list of values, already checked for depth, size and UTF-8.
struct WireReader {
  private let bytes: UnsafeRawBufferPointer
  private var at = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Why a result is not the list of numbers that was asked for.
  struct NotNumbers: Error {
    let message: String
  }

  mutating func values() -> [JSONValue] {
    let count = Int(take(UInt32.self))
    var values: [JSONValue] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(value()) }
    return values
  }

  /// The single value, a list of numbers.
  mutating func numbers() -> Result<[Double], NotNumbers> {
    let count = take(UInt32.self)
    guard count == 1 else {
      return .failure(NotNumbers(message: "expected one list of numbers, got \(count) values"))
    }
    guard take(UInt8.self) == 6 else {
      return .failure(NotNumbers(message: "result 1 is not a list of numbers"))
    }
    let length = Int(take(UInt32.self))
    var numbers: [Double] = []
    numbers.reserveCapacity(length)
    for index in 0..<length {
      switch take(UInt8.self) {
      case 3: numbers.append(Double(take(Int64.self)))
      case 4: numbers.append(take(Double.self))
      default: return .failure(NotNumbers(message: "result 1[\(index + 1)] is not a number"))
      }
    }
    return .success(numbers)
  }

  private mutating func take<Number: BitwiseCopyable>(_ type: Number.Type) -> Number {
    defer { at += MemoryLayout<Number>.size }
    return bytes.loadUnaligned(fromByteOffset: at, as: type)
  }

  private mutating func text() -> String {
    let length = Int(take(UInt32.self))
    defer { at += length }
    return String(decoding: bytes[at..<(at + length)], as: UTF8.self)
  }

  private mutating func value() -> JSONValue {
    switch take(UInt8.self) {
    case 0: return .null
    case 1: return .bool(false)
    case 2: return .bool(true)
    case 3: return .integer(take(Int64.self))
    case 4: return .double(take(Double.self))
    case 5: return .string(text())
    case 6: return .array(values())
    case 7: return .object(object())
    case let tag: preconditionFailure("the bridge wrote a tag that it does not have: \(tag)")
    }
  }

  /// Members in the order of their keys: the order of a Lua table changes from run to run.
  private mutating func object() -> JSONObject {
    let count = Int(take(UInt32.self))
    var members: [(key: String, value: JSONValue)] = []
    members.reserveCapacity(count)
    for _ in 0..<count {
      let key = text()
      members.append((key, value()))
    }
    members.sort { $0.key < $1.key }
    var object = JSONObject()
    object.reserveCapacity(count)
    for (key, value) in members { object.append(key, value) }
    return object
  }
}
