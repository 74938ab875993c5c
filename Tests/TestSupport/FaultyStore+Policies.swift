public import Model
public import Storage

extension FaultyStore {
  public func add(_ policy: Policy, limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> Policy
  {
    try await call { (store) throws(StorageError) in
      try await store.add(policy, limit: limit, in: scope)
    }
  }

  public func policy(
    _ name: String, version: Int64?, in scope: WorkspaceScope
  ) async throws(StorageError) -> Policy? {
    try await call { (store) throws(StorageError) in
      try await store.policy(name, version: version, in: scope)
    }
  }

  public func policies(named name: String?, in scope: WorkspaceScope) async throws(StorageError) -> [Policy] {
    try await call { (store) throws(StorageError) in try await store.policies(named: name, in: scope) }
  }

  public func take(
    _ step: PolicyStep, for place: PolicyPlace, overridesPin: Bool, at instant: Timestamp,
    in scope: WorkspaceScope
  ) async throws(StorageError) -> PolicySetting {
    try await call { (store) throws(StorageError) in
      try await store.take(step, for: place, overridesPin: overridesPin, at: instant, in: scope)
    }
  }

  public func policySettings(in scope: WorkspaceScope) async throws(StorageError) -> [PolicySetting] {
    try await call { (store) throws(StorageError) in try await store.policySettings(in: scope) }
  }

  public func policiesInForce(in scope: Scope) async throws(StorageError) -> PoliciesInForce {
    try await call { (store) throws(StorageError) in try await store.policiesInForce(in: scope) }
  }

  public func add(
    _ tally: ShadowTally, to place: PolicyPlace, of policy: PolicyReference, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await call { (store) throws(StorageError) in
      try await store.add(tally, to: place, of: policy, in: scope)
    }
  }

  public func policyEvents(limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> [PolicyEvent] {
    try await call { (store) throws(StorageError) in try await store.policyEvents(limit: limit, in: scope) }
  }

  public func log(
    _ lines: [PolicyLogLine], of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await call { (store) throws(StorageError) in
      try await store.log(lines, of: policy, limit: limit, in: scope)
    }
  }

  public func policyLog(
    of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PolicyLogLine] {
    try await call { (store) throws(StorageError) in
      try await store.policyLog(of: policy, limit: limit, in: scope)
    }
  }
}
