public import Model
public import Storage

extension SQLiteStore {
  public func take(
    _ step: PolicyStep, for place: PolicyPlace, overridesPin: Bool, at instant: Timestamp,
    in scope: WorkspaceScope
  ) async throws(StorageError) -> PolicySetting {
    try await write { (session) throws(StorageError) in
      let workspace = try Self.row(of: scope.workspace, session)
      let user = try Self.row(of: scope.user, in: workspace, session)
      let context = try Self.context(of: place, in: scope, session)
      let row = try Self.place(place, context, in: workspace, session)
      let isPinned = try session.integer("SELECT is_pinned FROM policy_place WHERE row = ?", [row]) == 1
      if isPinned, !overridesPin { throw StorageError(.conflict, "the place is pinned") }
      var policy = SQLiteValue.null
      let action: PolicyEvent.Action
      func activate(_ policy: SQLiteValue) throws(StorageError) {
        try session.run(
          "INSERT INTO policy_activation(place, policy, user, at) VALUES (?, ?, ?, ?)",
          [row, policy, .integer(user), .time(instant)])
      }
      switch step {
      case .activate(let name, let version):
        action = .activate
        policy = try Self.row(of: name, version, place.kind, in: workspace, session)
        try activate(policy)
      case .activateShipped:
        action = .activate
        try activate(.null)
      case .rollBack:
        action = .rollback
        let latest = "SELECT max(row) FROM policy_activation WHERE place = ?"
        guard try session.run("DELETE FROM policy_activation WHERE row = (\(latest))", [row]) > 0 else {
          throw StorageError(.conflict, "there is nothing to roll back")
        }
        let before = try session.integer(
          "SELECT policy FROM policy_activation WHERE row = (\(latest)) AND policy IS NOT NULL", [row])
        policy = before.map { .integer($0) } ?? .null
      case .pin, .unpin:
        action = step == .pin ? .pin : .unpin
        try session.run("UPDATE policy_place SET is_pinned = ? WHERE row = ?", [.flag(step == .pin), row])
      case .startShadow(let name, let version):
        action = .shadow
        policy = try Self.row(of: name, version, place.kind, in: workspace, session)
        try session.run(
          """
          UPDATE policy_place SET shadow = ?, shadow_since = ?, recalls = 0, errors = 0, changed_tops = 0,
            overlap = 0, correlation = 0, gain = 0, microseconds = 0 WHERE row = ?
          """, [policy, .time(instant), row])
      case .endShadow:
        action = .endShadow
        let shadow = try session.integer(
          "SELECT shadow FROM policy_place WHERE row = ? AND shadow IS NOT NULL", [row])
        policy = shadow.map { .integer($0) } ?? .null
        try session.run("UPDATE policy_place SET shadow = NULL, shadow_since = NULL WHERE row = ?", [row])
      }
      try Self.note(
        action, place.kind, context: context, policy: policy, at: instant, (workspace, .integer(user)),
        session)
      let setting = try session.first("\(selectPlace) WHERE place.row = ?", [row], Self.setting)
      guard let setting else { throw StorageError(.corrupted, "a place is not where it was put") }
      return setting
    }
  }

  public func policySettings(in scope: WorkspaceScope) async throws(StorageError) -> [PolicySetting] {
    try await read { (session) throws(StorageError) in
      let settings = try session.rows(
        """
        \(selectPlace) WHERE place.workspace = (SELECT row FROM workspace WHERE id = ?)
          AND (place.context IS NULL OR place.context IN (\(Self.openContexts)))
        ORDER BY context.id
        """, [.id(scope.workspace), .id(scope.workspace), .id(scope.user)], Self.setting)
      return settings.sorted { $0.place < $1.place }
    }
  }

  public func policiesInForce(in scope: Scope) async throws(StorageError) -> PoliciesInForce {
    try await read { (session) throws(StorageError) in
      guard let context = try OpenContext.find(scope, in: session) else { return PoliciesInForce() }
      let settings = try session.rows(
        """
        \(selectPlace) WHERE place.workspace = (SELECT row FROM workspace WHERE id = ?)
          AND (place.context = ? OR place.context IS NULL)
        """, [.id(scope.workspace), context.value], Self.setting)
      return PoliciesInForce(settings)
    }
  }

  public func add(
    _ tally: ShadowTally, to place: PolicyPlace, of policy: PolicyReference, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await write { (session) throws(StorageError) -> Void in
      let workspace = try Self.row(of: scope.workspace, session)
      let context = try Self.context(of: place, in: scope, session)
      try session.run(
        """
        UPDATE policy_place SET recalls = recalls + ?, errors = errors + ?, changed_tops = changed_tops + ?,
          overlap = overlap + ?, correlation = correlation + ?, gain = gain + ?, microseconds = microseconds + ?
        WHERE workspace = ? AND kind = ? AND context IS ? AND shadow =
          (SELECT row FROM policy WHERE policy.workspace = policy_place.workspace AND name = ? AND version = ?)
        """,
        [
          .integer(tally.recalls), .integer(tally.errors), .integer(tally.changedTops), .real(tally.overlap),
          .real(tally.correlation), .real(tally.gain), .integer(tally.microseconds), .integer(workspace),
          .name(place.kind), context, .text(policy.name), .integer(policy.version),
        ])
    }
  }

  /// The row of the context of a place, null for the workspace's own.
  private static func context(
    of place: PolicyPlace, in scope: WorkspaceScope, _ session: SQLiteSession
  ) throws(StorageError) -> SQLiteValue {
    guard let id = place.context else { return .null }
    let row = try session.integer(
      "SELECT row FROM context WHERE id = ? AND row IN (\(openContexts))",
      [.id(id), .id(scope.workspace), .id(scope.user)])
    guard let row else { throw StorageError(.notFound, "there is no such context") }
    return .integer(row)
  }

  /// The row of a place, which is made when there is none.
  private static func place(
    _ place: PolicyPlace, _ context: SQLiteValue, in workspace: Int64, _ session: SQLiteSession
  ) throws(StorageError) -> SQLiteValue {
    let row = try session.integer(
      "SELECT row FROM policy_place WHERE workspace = ? AND kind = ? AND ifnull(context, 0) = ifnull(?, 0)",
      [.integer(workspace), .name(place.kind), context])
    if let row { return .integer(row) }
    return .integer(
      try session.insert(
        "INSERT INTO policy_place(workspace, kind, context) VALUES (?, ?, ?)",
        [.integer(workspace), .name(place.kind), context]))
  }

  private static func row(
    of name: String, _ version: Int64, _ kind: PolicyKind, in workspace: Int64, _ session: SQLiteSession
  ) throws(StorageError) -> SQLiteValue {
    let row = try session.integer(
      "SELECT row FROM policy WHERE workspace = ? AND name = ? AND version = ? AND kind = ?",
      [.integer(workspace), .text(name), .integer(version), .name(kind)])
    guard let row else { throw StorageError(.notFound, "there is no such policy of this kind") }
    return .integer(row)
  }

  private static func setting(_ row: inout SQLiteRow) throws(StorageError) -> PolicySetting {
    let kind: PolicyKind = try row.name()
    var setting = PolicySetting(PolicyPlace(kind, in: try row.optionalID()))
    setting.isPinned = row.flag()
    setting.shadow = row.policyReference()
    setting.shadowSince = row.optionalTime()
    setting.tally.recalls = row.integer()
    setting.tally.errors = row.integer()
    setting.tally.changedTops = row.integer()
    setting.tally.overlap = row.real()
    setting.tally.correlation = row.real()
    setting.tally.gain = row.real()
    setting.tally.microseconds = row.integer()
    let policy = row.policyReference()
    let user: UserID? = try row.optionalID()
    if let user { setting.active = .init(policy: policy, user: user, at: row.time()) }
    return setting
  }
}

/// Places with what is in force there.
private let selectPlace = """
  SELECT place.kind, context.id, place.is_pinned, shadow.name, shadow.version, shadow.hash, place.shadow_since,
    place.recalls, place.errors, place.changed_tops, place.overlap, place.correlation, place.gain, place.microseconds,
    policy.name, policy.version, policy.hash, user.id, activation.at
  FROM policy_place AS place LEFT JOIN context ON context.row = place.context
  LEFT JOIN policy AS shadow ON shadow.row = place.shadow
  LEFT JOIN policy_activation AS activation
    ON activation.row = (SELECT max(latest.row) FROM policy_activation AS latest WHERE latest.place = place.row)
  LEFT JOIN policy ON policy.row = activation.policy LEFT JOIN user ON user.row = activation.user
  """
