public import Model

/// The policies of a workspace: their versions, where each is in force, and what became of them.
///
/// A place in a context that the scope's user cannot see does not exist for the call.
public protocol PolicyStore: Sendable {
  /// Adds a version, whose number is the next of its name, and returns it. When the newest version of the name has the
  /// same hash, nothing is added and that one is returned. Throws `conflict` when the name has another kind, `full` when
  /// the workspace has `limit` versions, `notFound` when the author is no member.
  func add(_ policy: Policy, limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> Policy

  /// A version of that name, the newest if none is given.
  func policy(
    _ name: String, version: Int64?, in scope: WorkspaceScope
  ) async throws(StorageError) -> Policy?

  /// All versions of a name, the newest first; without a name, the newest of each, by name.
  func policies(named name: String?, in scope: WorkspaceScope) async throws(StorageError) -> [Policy]

  /// Does something about a place, in the name of the scope's user, and returns what it is then.
  ///
  /// Throws `notFound` for a version that is not there or is of another kind, a context that cannot be seen, or a user who
  /// is no member; `conflict` when nothing can be rolled back, or the place is pinned and `overridesPin` is false.
  func take(
    _ step: PolicyStep, for place: PolicyPlace, overridesPin: Bool, at instant: Timestamp,
    in scope: WorkspaceScope
  ) async throws(StorageError) -> PolicySetting

  /// The places that something was ever done about: the workspace's first, then by context, each in the order of kinds.
  func policySettings(in scope: WorkspaceScope) async throws(StorageError) -> [PolicySetting]

  /// What decides in a context: its own activations, then the workspace's. Empty where the scope sees no context.
  func policiesInForce(in scope: Scope) async throws(StorageError) -> PoliciesInForce

  /// Adds to what the shadow of a place has shown, if it is still that version that is shadowed there.
  func add(
    _ tally: ShadowTally, to place: PolicyPlace, of policy: PolicyReference, in scope: WorkspaceScope
  ) async throws(StorageError)

  /// What was done about policies, the latest first.
  func policyEvents(limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> [PolicyEvent]

  /// Adds lines to the log that a policy has with the scope's user, and drops the oldest when there are more than `limit`.
  /// Of a name that is not there, nothing is kept.
  func log(
    _ lines: [PolicyLogLine], of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError)

  /// The last lines that a policy wrote when it decided for the scope's user, oldest first.
  func policyLog(
    of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PolicyLogLine]
}
