public import Model
public import Storage

extension SQLiteStore {
  public func tags(_ listing: TagListing, in scope: Scope) async throws(StorageError) -> TagPage {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return TagPage(tags: [], total: 0) }
      let question = TagQuestion(listing, in: context)
      let total =
        try session.integer("SELECT count(*) FROM (\(question.counted))", question.countedValues) ?? 0
      let tags = try session.rows(question.page, question.pageValues) {
        TagPage.Tag(name: $0.text(), count: $0.integer(), lastUsedAt: $0.time())
      }
      return TagPage(tags: tags, total: total)
    }
  }
}

/// A listing of tags as SQL.
private struct TagQuestion {
  /// The tags with their counts, answered from the index of living tags alone.
  let counted: String
  let countedValues: [SQLiteValue]
  /// One page of them with the instants of their last use.
  let page: String
  let pageValues: [SQLiteValue]

  init(_ listing: TagListing, in context: OpenContext) {
    var conditions = "memory_tag.context = ? AND memory_tag.is_living"
    var values = [context.value]
    if !listing.prefix.isEmpty {
      let range = PrefixRange(listing.prefix, of: "memory_tag.tag")
      conditions += " AND \(range.sql)"
      values += range.values
    }
    for tag in listing.with {
      conditions += """
         AND memory_tag.tag <> ? AND memory_tag.memory IN (
          SELECT other.memory FROM memory_tag AS other WHERE other.context = ? AND other.is_living AND other.tag = ?)
        """
      values += [.text(tag), context.value, .text(tag)]
    }
    counted = """
      SELECT memory_tag.tag AS name, count(*) AS uses FROM memory_tag WHERE \(conditions)
      GROUP BY memory_tag.tag HAVING count(*) >= ?
      """
    countedValues = values + [.integer(listing.minimumCount)]
    // The last use is looked up in the memories, so it is asked for after the page is cut where that is possible.
    let used = """
      (SELECT max(memory_use.touched_at)
        FROM memory_tag JOIN memory_use ON memory_use.memory = memory_tag.memory
        WHERE \(conditions) AND memory_tag.tag = name) AS used
      """
    let (order, isCutFirst) =
      switch listing.order {
      case .count: ("uses DESC, name", true)
      case .alpha: ("name", true)
      case .recent: ("used DESC, name", false)
      }
    let cut = "ORDER BY \(order) LIMIT ?"
    page =
      isCutFirst
      ? "SELECT name, uses, \(used) FROM (\(counted) \(cut)) ORDER BY \(order)"
      : "SELECT name, uses, \(used) FROM (\(counted)) \(cut)"
    pageValues = values + countedValues + [.count(max(0, listing.limit))]
  }
}
