internal import Model

/// A filter as conditions on `memory`, with the values to bind: the text depends on which conditions there are and how
/// many values a list has, never on the values.
struct FilterConditions {
  private(set) var sql = ""
  private(set) var values: [SQLiteValue] = []

  init(_ filter: MemoryFilter, in context: OpenContext) {
    if let types = filter.types { require("memory.type IN (\(marks(types)))", types.map { .text($0) }) }
    requireTags(filter, in: context)
    if let importance = filter.importance {
      require(
        "memory.importance BETWEEN ? AND ?", [.real(importance.lowerBound), .real(importance.upperBound)])
    }
    if let persistence = filter.persistence { require("memory.persistence = ?", [.name(persistence)]) }
    if let instant = filter.createdAfter { require("memory.created_at > ?", [.time(instant)]) }
    if let instant = filter.createdBefore { require("memory.created_at < ?", [.time(instant)]) }
    if let instant = filter.updatedAfter { require("memory.updated_at > ?", [.time(instant)]) }
    if let instant = filter.updatedBefore { require("memory.updated_at < ?", [.time(instant)]) }
    if let prefix = filter.sourceURIPrefix {
      let range = PrefixRange(prefix, of: "memory.source_uri")
      require(range.sql, range.values)
    }
    if let type = filter.sourceType { require("memory.source_type = ?", [.text(type)]) }
    if let trust = filter.trust { require("memory.trust = ?", [.name(trust)]) }
    if let names = filter.externalIDs {
      require("memory.external_id IN (\(marks(names)))", names.map { .text($0) })
    }
    if let delivery = filter.delivery { require("memory.delivery = ?", [.name(delivery)]) }
    for part in filter.all { require(FilterConditions(part, in: context)) }
    require(oneOf: filter.any.map { FilterConditions($0, in: context) })
    for part in filter.none { require(FilterConditions(part, in: context), negated: true) }
  }

  /// The conditions as one expression. A column that is NULL makes a comparison neither true nor false, and what it
  /// negates as well; here it is false.
  private var expression: String { sql.isEmpty ? "1" : "coalesce((\(sql.dropFirst(5))), 0)" }

  private mutating func require(_ part: FilterConditions, negated: Bool = false) {
    require(negated ? "NOT \(part.expression)" : part.expression, part.values)
  }

  private mutating func require(oneOf parts: [FilterConditions]) {
    guard !parts.isEmpty else { return }
    require("(\(parts.map(\.expression).joined(separator: " OR ")))", parts.flatMap(\.values))
  }

  private mutating func requireTags(_ filter: MemoryFilter, in context: OpenContext) {
    let tagged = "memory.row IN (SELECT memory FROM memory_tag WHERE context = ? AND is_living AND tag"
    for alternatives in filter.tags {
      require("\(tagged) IN (\(marks(alternatives))))", [context.value] + alternatives.map { .text($0) })
    }
  }

  private mutating func require(_ condition: String, _ bound: [SQLiteValue]) {
    sql += " AND \(condition)"
    values += bound
  }
}

/// Whether a column begins with a prefix, byte by byte, as a range that an index can answer.
///
/// A pattern would have to be escaped, and ignores case besides. In UTF-8 no byte is FF, so the prefix with its last
/// byte counted up is the first text behind all that begin with it. SQLite compares bytes and does not mind that this
/// bound is not valid UTF-8.
struct PrefixRange {
  let sql: String
  let values: [SQLiteValue]

  init(_ prefix: String, of column: String) {
    var bound = Array(prefix.utf8)
    guard let last = bound.popLast() else {
      sql = "1"
      values = []
      return
    }
    bound.append(last + 1)
    sql = "\(column) >= ? AND \(column) < ?"
    values = [.text(prefix), .rawText(bound)]
  }
}

/// As many question marks as there are values.
func marks(_ values: [some Any]) -> String {
  values.map { _ in "?" }.joined(separator: ", ")
}
