import JSON
import Model
import Storage
import StorageContract
import TestSupport
import Testing

@testable import StorageSQLite

/// No question about one context looks at all rows of a table.
@Suite struct QueryPlanTests {
  @Test func `every question is answered by an index`() async throws {
    var options = SQLiteOptions()
    options.statementLimit = 1_000
    let store = try await SQLiteStore.open(.memory, options: options)
    let house = try await House.found(in: store)
    try await Self.askEverything(house)
    let statements = try await store.withWritingConnection { (connection) in connection.keptStatements }
      .filter { $0.contains(" FROM ") || $0.hasPrefix("UPDATE") || $0.hasPrefix("DELETE") }
    #expect(statements.count > 40)
    for statement in statements {
      let plan = try await store.withWritingConnection { (connection) throws(StorageError) in
        let session = SQLiteSession(connection: connection)
        let values = Array(repeating: SQLiteValue.null, count: statement.parameterCount)
        return try session.rows("EXPLAIN QUERY PLAN \(statement)", values) { row in
          _ = (row.integer(), row.integer(), row.integer())
          return row.text()
        }
      }
      // Two questions want any row at all, and one all of the history of the schema.
      let whole = [
        "SELECT 1 FROM sqlite_schema", "SELECT 1 FROM user",
        "SELECT version, checksum FROM migration ORDER BY version",
      ]
      if whole.contains(statement) { continue }
      // The words are a table of their own, searched by its own index.
      for line in plan where line.hasPrefix("SCAN") && !line.contains("VIRTUAL TABLE") {
        let isSmall =
          line.contains("workspace") || line == "SCAN migration" || line.contains("(subquery")
          || line == "SCAN CONSTANT ROW"
        #expect(isSmall, "\(line) in \(statement)")
      }
      // An index whose first column alone is used reads a whole context, which is right for listings and counts only.
      if statement.contains("FROM edge") || statement.contains("DELETE FROM edge WHERE context = ?1 AND type")
      {
        #expect(
          !plan.contains { $0.contains("edge") && $0.hasSuffix("(context=?)") }, "\(plan) in \(statement)")
      }
    }
    await store.close()
  }

  /// Asks each port once, and with a filter of every kind.
  private static func askEverything(_ house: House) async throws {
    let (store, scope) = (house.store, house.scope)
    let a = try await house.remember("memory a") { ($0.tags, $0.externalID) = (["t"], "x") }
    let b = try await house.remember("memory b")
    try await house.commit(.link(house.edge(a, b)), .update(a), key: "k")
    try await house.commit(.forget(b.id), .restore(b.id), .unlink(source: a.id, target: b.id, type: "t"))
    _ = try await store.memories([a.id], in: scope)
    _ = try await store.forgotten([a.id], in: scope)
    _ = try await store.memory(externalID: "x", in: scope)
    _ = try await store.history(of: a.id, in: scope)
    _ = try await store.edges(touching: [a.id], types: nil, in: scope)
    _ = try await store.edges(touching: [a.id], types: ["t"], in: scope)
    _ = try await store.changes(after: 0, limit: 5, in: scope)
    _ = try await store.statistics(in: scope)
    try await store.noteUse(of: [a.id], at: house.now, in: scope)
    try await store.add(Feedback(memory: a.id, author: scope.user, isHelpful: true, at: house.now), in: scope)
    _ = try await store.feedback(on: a.id, in: scope)
    _ = try await store.states(at: house.now, in: scope)
    _ = try await store.state("k", at: house.now, in: scope)
    _ = try await store.removeState("k", at: house.now, in: scope)
    _ = try await store.unembedded(by: "m", after: a.id, limit: 5, retryBefore: house.now, in: scope)
    _ = try await store.embeddingCounts(by: "m", in: scope)
    _ = try await store.embeddingFailures(by: "m", limit: 5, in: scope)
    _ = try await store.forgetFailures(by: "m", in: scope)
    _ = try await store.removeEmbeddings(exceptBy: ["m"], limit: 5, in: scope)
    _ = try await store.adoptNextModel(at: house.now, in: scope)
    _ = try await store.contexts(in: house.everywhere)
    _ = try await store.context(named: "notes", in: house.everywhere)
    _ = try await store.usage(in: house.everywhere)
    _ = try await store.members(of: house.workspace.id)
    _ = try await store.keys(in: house.everywhere)
    _ = try await store.key(digest: [1])
    _ = try await store.revoke(house.key.id, at: house.now, in: house.everywhere)
    try await askAboutTasksAndPlugins(house)
    try await askAboutPolicies(house)
    for order in TagListing.Order.allCases {
      var listing = TagListing()
      (listing.order, listing.prefix, listing.with) = (order, "t", ["u"])
      _ = try await store.tags(listing, in: scope)
    }
    var filter = MemoryFilter()
    (filter.types, filter.tags, filter.externalIDs) = (["note"], [["t", "u"]], ["x"])
    (filter.sourceURIPrefix, filter.sourceType) = ("https://", "web")
    for order in MemoryListing.Order.allCases {
      for tags in [[["t", "u"]], [["t"], ["u"]]] {
        filter.tags = tags
        for filter in [filter, MemoryFilter()] {
          var listing = MemoryListing()
          (listing.order, listing.filter) = (order, filter)
          _ = try await store.list(listing, in: scope)
          var query = KeywordQuery("tea")
          query.filter = filter
          _ = try await store.search(query, in: scope)
        }
      }
    }
  }

  private static func askAboutTasksAndPlugins(_ house: House) async throws {
    let (store, scope) = (house.store, house.everywhere)
    let task = house.task("one")
    _ = try await store.enqueue([task])
    for leased in try await store.lease(["test"], limit: 9, busy: [], at: house.now, until: house.now) {
      _ = try await store.postpone(leased, until: house.now, error: "", at: house.now)
      _ = try await store.park(leased, error: "", at: house.now)
      _ = try await store.finish(leased, at: house.now)
    }
    _ = try await store.tasks(.parked, limit: 9, in: scope)
    _ = try await store.release(task.id, at: house.now, in: scope)
    _ = try await store.nextDue(["test"])
    _ = try await store.purgeTasks(finishedBefore: house.now)
    let entry = StateEntry(key: "k", value: 1, updatedAt: house.now)
    try await store.setPluginState(entry, of: "p", limit: 9, in: scope)
    _ = try await store.pluginState("k", of: "p", at: house.now, in: scope)
    _ = try await store.pluginStates(of: "p", prefix: "k", limit: 9, at: house.now, in: scope)
    _ = try await store.removePluginState("k", of: "p", at: house.now, in: scope)
    try await store.clearPluginState(of: "p", in: scope)
    try await store.put(house.plugin("p"), in: scope)
    _ = try await store.plugin("p", in: scope)
    _ = try await store.plugins(in: scope)
    try await store.log([house.logLine("x")], of: "p", limit: 9, in: scope)
    _ = try await store.pluginLog(of: "p", limit: 9, in: scope)
    _ = try await store.removePlugin("p", in: scope)
    _ = try await store.purgeState(expiredBy: house.now)
  }
}

extension String {
  /// How many values a statement wants: its highest number after a question mark, or the number of question marks.
  fileprivate var parameterCount: Int {
    let parts = split(separator: "?", omittingEmptySubsequences: false).dropFirst()
    let numbers = parts.compactMap { Int($0.prefix { $0.isNumber }) }
    return numbers.max() ?? parts.count
  }
}

extension QueryPlanTests {
  private static func askAboutPolicies(_ house: House) async throws {
    let (store, scope) = (house.store, house.everywhere)
    let policy = try await store.add(house.policy("p", "x"), limit: 9, in: scope)
    _ = try await store.policies(named: nil, in: scope)
    _ = try await store.policies(named: "p", in: scope)
    let place = PolicyPlace(.scoring, in: house.context.id)
    for step in [
      PolicyStep.activate(name: "p", version: 1), .rollBack, .pin, .unpin,
      .startShadow(name: "p", version: 1),
    ] {
      _ = try await store.take(step, for: place, overridesPin: true, at: house.now, in: scope)
    }
    try await store.add(ShadowTally(), to: place, of: policy.reference, in: scope)
    _ = try await store.policySettings(in: scope)
    _ = try await store.policiesInForce(in: house.scope)
    _ = try await store.policyEvents(limit: 9, in: scope)
    try await store.log([house.policyLine("x")], of: "p", limit: 9, in: scope)
    _ = try await store.policyLog(of: "p", limit: 9, in: scope)
  }
}
