internal import Model
internal import Storage

extension MeddledStore {
  func add(_ policy: Policy, limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> Policy {
    try await store.add(policy, limit: limit, in: scope)
  }

  func policy(
    _ name: String, version: Int64?, in scope: WorkspaceScope
  ) async throws(StorageError) -> Policy? {
    try await store.policy(name, version: version, in: scope)
  }

  func policies(named name: String?, in scope: WorkspaceScope) async throws(StorageError) -> [Policy] {
    try await store.policies(named: name, in: scope)
  }

  func take(
    _ step: PolicyStep, for place: PolicyPlace, overridesPin: Bool, at instant: Timestamp,
    in scope: WorkspaceScope
  ) async throws(StorageError) -> PolicySetting {
    try await store.take(step, for: place, overridesPin: overridesPin, at: instant, in: scope)
  }

  func policySettings(in scope: WorkspaceScope) async throws(StorageError) -> [PolicySetting] {
    try await store.policySettings(in: scope)
  }

  func policiesInForce(in scope: Scope) async throws(StorageError) -> PoliciesInForce {
    try await store.policiesInForce(in: scope)
  }

  func add(
    _ tally: ShadowTally, to place: PolicyPlace, of policy: PolicyReference, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await store.add(tally, to: place, of: policy, in: scope)
  }

  func policyEvents(limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> [PolicyEvent] {
    try await store.policyEvents(limit: limit, in: scope)
  }

  func log(
    _ lines: [PolicyLogLine], of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    try await store.log(lines, of: policy, limit: limit, in: scope)
  }

  func policyLog(
    of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PolicyLogLine] {
    try await store.policyLog(of: policy, limit: limit, in: scope)
  }
}
