public import Model
public import Storage

extension ReferenceStore {
  public func log(_ query: LoggedQuery, in scope: Scope) async throws(StorageError) {
    try world.requireContext(scope)
    world.queries[scope.context, default: []].append(query)
  }

  public func loggedQueries(
    limit: Int, before: Timestamp?, at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) -> [LoggedQuery] {
    guard world.openContext(scope) != nil else { return [] }
    let kept = (world.queries[scope.context] ?? []).enumerated().filter { _, query in
      query.expiresAt > instant && before.map { query.at < $0 } ?? true
    }
    let latest = kept.sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }
    return latest.prefix(max(0, limit)).map(\.element)
  }

  public func forgetQueries(in scope: Scope) async throws(StorageError) -> Int {
    guard world.openContext(scope) != nil else { return 0 }
    return world.queries.removeValue(forKey: scope.context)?.count ?? 0
  }

  public func purgeQueries(expiredBy instant: Timestamp) async throws(StorageError) -> Int {
    let before = world.queries.values.reduce(0) { $0 + $1.count }
    world.queries = world.queries.mapValues { $0.filter { $0.expiresAt > instant } }
    return before - world.queries.values.reduce(0) { $0 + $1.count }
  }
}
