public import Model
public import Storage

extension SQLiteStore {
  public func edges(
    touching memories: [MemoryID], types: [String]?, in scope: Scope
  ) async throws(StorageError) -> [Edge] {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return [] }
      var found: [EdgeID: Edge] = [:]
      for id in Set(memories) {
        let row = try session.integer(
          "SELECT row FROM memory WHERE id = ? AND context = ?", [.id(id), context.value])
        guard let row else { continue }
        let values = [context.value, .integer(row)] + (types ?? []).map { .text($0) }
        // One question for each end, since each has its index; SQLite would answer an OR of both by looking at all.
        for end in ["source", "target"] {
          for edge in try session.rows(Self.question(end: end, types: types), values, EdgeRow.read) {
            found[edge.id] = edge
          }
        }
      }
      return found.values.sorted(by: EdgeRow.precedes)
    }
  }

  /// The edges of a context (first value) with a memory (second value) at that end, and the types after them.
  private static func question(end: String, types: [String]?) -> String {
    "\(EdgeRow.living) AND edge.\(end) = ?\(types.map { " AND edge.type IN (\(marks($0)))" } ?? "")"
  }
}
