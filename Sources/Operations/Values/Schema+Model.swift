import JSON
import Model

// How the values of the model are written on the wire.

extension Schema {
  /// An identifier, as a UUID.
  static func identifier<Kind>() -> Schema where Value == Identifier<Kind> {
    Schema<String>.string(format: .uuid).map(
      to: { text throws(SchemaMismatch) in
        guard let id = Identifier<Kind>(text) else { throw SchemaMismatch("is not a UUID", allowed: "UUIDs") }
        return id
      }, from: \.description)
  }
}

extension Schema where Value == Timestamp {
  /// An instant in ISO 8601, written in UTC with `Z`.
  static var timestamp: Schema {
    Schema<String>.string().map(
      allowed: "instants in ISO 8601, such as 2026-11-21T08:30:00Z or 2026-11-21",
      to: { text throws(SchemaMismatch) in
        guard let instant = Timestamp(iso8601: text) else {
          throw SchemaMismatch("“\(text.prefix(40))” is no instant")
        }
        return instant
      }, from: \.iso8601)
  }
}

extension Schema where Value == String {
  /// The name of a context: its id, or its name.
  static var context: Schema { .string(length: 1...64) }
  /// The id of a memory.
  static var memory: Schema { .string(length: 1...64) }
  /// A model for embedding, by its name or by its identity.
  static var embeddingModel: Schema { .string(length: 1...300) }
  /// A tag.
  static var tag: Schema { .string(length: Limits.tagLength, pattern: .notBlank, trims: true) }
}

extension Schema where Value == [String] {
  /// The tags of a memory.
  static var tags: Schema { .array(of: .tag, count: Limits.tagCount) }
}

extension Schema where Value == JSONObject {
  /// A JSON object of bounded size.
  static func object(bytes limit: Int) -> Schema {
    Schema.jsonObject.map(
      allowed: "objects of at most \(limit) bytes of JSON",
      to: { object throws(SchemaMismatch) in
        let size = JSONValue.object(object).bytes.count
        if size > limit { throw SchemaMismatch("takes \(size) bytes") }
        return object
      }, from: { $0 })
  }
}

/// What the contract says of the arguments that many operations share.
enum Words {
  static let context = "The context, by id or by name."
  static let memory = "The memory's id."
}

extension Schema where Value == String {
  /// The name of a new context.
  static var contextName: Schema { .string(length: Limits.contextNameLength, pattern: .slug) }
}
