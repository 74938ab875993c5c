import JSON

/// Where a question is looked up first.
enum Mode: String, CaseIterable, Sendable {
  case fast
  case exact
}

struct Bounds: Sendable, Equatable {
  var gte: Double?
  var lte: Double?

  static let schema = Schema.record(Bounds()) {
    Field("gte", \.gte, .number(0...1), "At least.")
    Field("lte", \.lte, .number(0...1), "At most.")
  }
}

struct Filters: Sendable, Equatable {
  var importance: Bounds?
  var tags: [String] = []

  static let schema = Schema.record(Filters()) {
    Field("importance", \.importance, Bounds.schema, "By importance.")
    Field(
      "tags", \.tags, .array(of: .string(length: 1...100, pattern: .slug), count: 0...4, unique: true),
      "Having all of these.", required: false, omitsEmpty: true)
  }
}

/// What a search asks for: the fields show each way in which a record can have one.
struct Question: Sendable, Equatable {
  var query = ""
  var k = 5
  var mode: Mode?
  var filters = Filters()
  var contexts: [String] = []
  var explain = false

  static let schema = Schema.record(Question()) {
    Field("query", \.query, .string(length: 1...1024, trims: true), "What to look for, in plain words.")
    Field("k", \.k, .integer(1...100), "How many to return.", required: false)
    Field("mode", \.mode, .enumeration(Mode.self), "Where to look first.")
    Field("filters", \.filters, Filters.schema, "Only memories like these.", required: false)
    Field(
      "contexts", \.contexts, .oneOrMany(of: .string(format: .uuid)), "One context or several.",
      omitsEmpty: true)
    Field("explain", \.explain, .bool, "Whether to tell why.", required: false)
  }
}

extension Schema {
  /// The faults of `json`, a line each; empty if it is right.
  func faults(in json: JSONValue, lenient: Bool = false) -> [String] {
    do throws(SchemaFaults) {
      _ = lenient ? try decode(lenient: json) : try decode(json)
      return []
    } catch {
      return error.description.split(separator: "\n").map(String.init)
    }
  }
}
