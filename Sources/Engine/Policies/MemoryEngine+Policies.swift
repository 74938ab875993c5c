public import Identity
@_spi(ScopeMaking) public import Model
internal import Retrieval
internal import Storage

/// What one question would find with another policy, beside what it finds now.
public struct PolicyPreview: Sendable {
  public struct Row: Sendable {
    public var memory: Memory
    /// From 1; nil when it is not among the answers.
    public var now: Int?
    public var then: Int?
    public var scoreNow: Double?
    public var scoreThen: Double?
  }

  public var query: String
  /// In the new order.
  public var rows: [Row]
  /// What went wrong in the script, if something did: then the default answered.
  public var fault: String?
}

extension MemoryEngine {
  /// How many versions of policies a workspace keeps.
  private static let mostVersions = 1_000

  public var shippedPolicies: [ShippedPolicy] { policyHost?.shippedPolicies ?? [] }

  /// Adds a version of a policy, if it passes the check.
  public func putPolicy(
    _ name: String, kind: PolicyKind, source: String, as caller: Caller
  ) async throws(EngineError) -> Policy {
    try caller.require(.admin)
    if let problem = try await policyProblem(source, named: name, kind: kind, as: caller) {
      throw .invalid(
        "source", problem, allowed: "a \(kind.rawValue) policy; `get_policy` shows those that are shipped")
    }
    let hash = sha256(Array(source.utf8)).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
    let policy = Policy(
      workspace: caller.workspace, kind: kind, name: name, hash: hash, source: source, author: caller.user,
      createdAt: clock.now())
    do { return try await store.add(policy, limit: Self.mostVersions, in: WorkspaceScope(caller)) } catch {
      if error.code == .conflict {
        throw .conflict("“\(name)” is a policy of another kind. Choose another name.")
      }
      throw EngineError(error)
    }
  }

  /// What is wrong with a script; nil when nothing is.
  public func policyProblem(
    _ source: String, named name: String, kind: PolicyKind, as caller: Caller
  ) async throws(EngineError) -> String? {
    guard let policyHost else { throw .unavailable("This server runs no policies.") }
    // It is tried on samples, which are in no context.
    let nowhere = Scope(
      workspace: caller.workspace, context: ContextID(high: 0, low: 0), user: caller.user)
    return await policyHost.problem(with: source, named: name, kind: kind, in: nowhere)
  }

  /// A version of the workspace's policy, the newest if none is given.
  public func policy(_ name: String, version: Int64?, as caller: Caller) async throws(EngineError) -> Policy {
    let found = try await stored { () async throws(StorageError) in
      try await store.policy(name, version: version, in: WorkspaceScope(caller))
    }
    guard let found else { throw .policyNotFound(version.map { "\(name)@\($0)" } ?? name) }
    return found
  }

  /// The newest version of each of the workspace's policies.
  public func policies(as caller: Caller) async throws(EngineError) -> [Policy] {
    try await stored { () async throws(StorageError) in
      try await store.policies(named: nil, in: WorkspaceScope(caller))
    }
  }

  /// Where which policy is in force.
  public func policySettings(as caller: Caller) async throws(EngineError) -> [PolicySetting] {
    try await stored { () async throws(StorageError) in
      try await store.policySettings(in: WorkspaceScope(caller))
    }
  }

  /// Puts a policy in force, in a context or in all that have none of their own. One that is shipped is copied into the
  /// workspace first; `default` puts what is shipped in force.
  public func activatePolicy(
    _ name: String, version: Int64?, inContext context: String?, kind: PolicyKind = .scoring,
    as caller: Caller
  ) async throws(EngineError) -> PolicySetting {
    try caller.require(.admin)
    let place = try await place(kind, context, as: caller)
    if name == "default" { return try await take(.activateShipped, for: place, as: caller) }
    var policy: Policy?
    do { policy = try await self.policy(name, version: version, as: caller) } catch {
      guard case .policyNotFound = error, version == nil,
        let shipped = shippedPolicies.first(where: { $0.name == name })
      else { throw error }
      policy = try await putPolicy(name, kind: shipped.kind, source: shipped.source, as: caller)
    }
    guard let policy else { throw .policyNotFound(name) }
    return try await take(
      .activate(name: policy.name, version: policy.version), for: PolicyPlace(policy.kind, in: place.context),
      as: caller)
  }

  /// Puts in force what was before.
  public func rollBackPolicy(
    of kind: PolicyKind, inContext context: String?, as caller: Caller
  ) async throws(EngineError) -> PolicySetting {
    try caller.require(.admin)
    return try await take(.rollBack, for: try await place(kind, context, as: caller), as: caller)
  }

  /// What a policy printed and did wrong when it decided for the caller.
  public func policyLog(
    of name: String, limit: Int, as caller: Caller
  ) async throws(EngineError) -> [PolicyLogLine] {
    _ = try await policy(name, version: nil, as: caller)
    return try await stored { () async throws(StorageError) in
      try await store.policyLog(of: name, limit: limit, in: WorkspaceScope(caller))
    }
  }

  /// What questions would find with another policy, beside what they find now. Nothing of it counts as a use.
  public func previewPolicy(
    _ name: String, version: Int64?, source: String?, kind: PolicyKind, on queries: [String], limit: Int,
    in access: ReadAccess
  ) async throws(EngineError) -> [PolicyPreview] {
    guard let policyHost else { throw .unavailable("This server runs no policies.") }
    let trial: any Judgement
    if let source {
      trial = policyHost.judgement(by: source, named: name, kind: kind)
    } else if let own = try await ownPolicy(name, version, as: access.caller) {
      trial = policyHost.judgement(by: own.source, named: own.reference.description, kind: own.kind)
    } else if let shipped = shippedPolicies.first(where: { $0.name == name }) {
      trial = policyHost.judgement(by: shipped.source, named: name, kind: shipped.kind)
    } else {
      throw .policyNotFound(name)
    }
    var previews: [PolicyPreview] = []
    for query in queries {
      let (now, _) = try await preview(query, limit, by: nil, in: access)
      let (then, fault) = try await preview(query, limit, by: trial, in: access)
      previews.append(try await compare(query, now, then, fault, in: access))
    }
    return previews
  }
}

extension MemoryEngine {
  private func ownPolicy(
    _ name: String, _ version: Int64?, as caller: Caller
  ) async throws(EngineError) -> Policy? {
    try await stored { () async throws(StorageError) in
      try await store.policy(name, version: version, in: WorkspaceScope(caller))
    }
  }

  private func place(
    _ kind: PolicyKind, _ context: String?, as caller: Caller
  ) async throws(EngineError) -> PolicyPlace {
    guard let context else { return PolicyPlace(kind) }
    return PolicyPlace(kind, in: try await self.context(context, visibleTo: caller).id)
  }

  private func take(
    _ step: PolicyStep, for place: PolicyPlace, as caller: Caller
  ) async throws(EngineError) -> PolicySetting {
    do {
      return try await store.take(
        step, for: place, overridesPin: caller.role == .owner, at: clock.now(), in: WorkspaceScope(caller))
    } catch {
      guard error.code == .conflict else { throw EngineError(error) }
      throw .conflict(
        step == .rollBack
          ? "There is nothing to roll back to, or the policy is pinned and only an owner may change it."
          : "The policy is pinned here: only an owner may change it.")
    }
  }

  private func preview(
    _ query: String, _ limit: Int, by judgement: (any Judgement)?, in access: ReadAccess
  ) async throws(EngineError) -> ([Findings.Hit], fault: String?) {
    var search = Search(query)
    search.askedAt = clock.now()
    search.settings = access.context.search
    search.limit = limit
    let asked = search
    let found = try await stored { () async throws(StorageError) in
      try await retriever.find(
        asked, in: access.scope, by: embedder(for: access.context), judging: judgement)
    }
    return (found.hits, found.report.policyError)
  }

  private func compare(
    _ query: String, _ now: [Findings.Hit], _ then: [Findings.Hit], _ fault: String?, in access: ReadAccess
  ) async throws(EngineError) -> PolicyPreview {
    let before = Dictionary(
      now.enumerated().map { ($1.memory, ($0 + 1, $1.score)) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(
      then.enumerated().map { ($1.memory, ($0 + 1, $1.score)) }, uniquingKeysWith: { first, _ in first })
    let ids = (then.map(\.memory) + now.map(\.memory)).withoutRepetition
    let memories = try await living(ids, in: access)
    return PolicyPreview(
      query: query,
      rows: memories.map { memory in
        PolicyPreview.Row(
          memory: memory, now: before[memory.id]?.0, then: after[memory.id]?.0,
          scoreNow: before[memory.id]?.1,
          scoreThen: after[memory.id]?.1)
      }, fault: fault)
  }
}
