import JSON

/// What libFuzzer calls with every input it thinks of. It traps where a promise of the module is broken.
///
/// Inputs that are JSON must survive being written and read again, compact and pretty. Whatever the value, a
/// schema must answer with a record that survives its own round trip, or with faults.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let value: JSONValue
  do throws(JSONSyntaxError) {
    value = try JSONValue(parsing: bytes)
  } catch {
    precondition(
      0...count ~= error.offset && error.line > 0 && error.column > 0, "an error at no place: \(error)")
    return 0
  }
  precondition((try? JSONValue(parsing: value.bytes)) == value, "compact text is read as another value")
  precondition((try? JSONValue(parsing: value.prettyText)) == value, "pretty text is read as another value")
  precondition(String(validating: value.bytes, as: UTF8.self) != nil, "what was written is not UTF-8")
  check(value, lenient: false)
  check(value, lenient: true)
  return 0
}

private func check(_ value: JSONValue, lenient: Bool) {
  do throws(SchemaFaults) {
    let sample = lenient ? try Sample.schema.decode(lenient: value) : try Sample.schema.decode(value)
    precondition(
      (try? Sample.schema.decode(Sample.schema.encode(sample))) == sample, "a record is read as another")
  } catch {
    precondition(
      !error.faults.isEmpty && error.description.utf8.count < 64_000, "faults without words or end")
  }
}

/// A record with a field of every kind of schema.
private struct Sample: Sendable, Equatable {
  var text = "text"
  var number: Double?
  var integer: Int?
  var flag = false
  var kind: Kind?
  var day: String?
  var list: [String] = []
  var map: [String: Int] = [:]
  var either: Either<Int, String>?
  var any: JSONValue?
  var object: JSONObject?

  enum Kind: String, CaseIterable, Sendable {
    case one, two, three
  }

  static let schema = Schema.record(Sample()) {
    Field("text", \.text, .string(length: 1...20, pattern: .notBlank, trims: true), "Text.", required: false)
    Field("number", \.number, .number(-10...10), "Number.")
    Field("integer", \.integer, .integer(-10...10), "Integer.")
    Field("flag", \.flag, .bool, "Truth.", required: false)
    Field("kind", \.kind, .enumeration(Kind.self), "Kind.")
    Field("day", \.day, .string(format: .dateTime), "Time.")
    Field("list", \.list, .oneOrMany(of: .string(pattern: .slug), unique: true), "List.", omitsEmpty: true)
    Field("map", \.map, .map(of: .integer()), "Map.", omitsEmpty: true)
    Field("either", \.either, .oneOf(.integer(), .string()), "Either.")
    Field("any", \.any, .json, "Any.")
    Field("object", \.object, .jsonObject, "Object.")
  }
}
