public import Model
public import Storage

/// What was put in force at a place, the latest last, and what else is known of it.
struct PolicyRecord: Sendable {
  var setting: PolicySetting
  var activations: [PolicySetting.Activation] = []

  /// The place as it is.
  var present: PolicySetting {
    var present = setting
    present.active = activations.last
    return present
  }
}

extension ReferenceStore {
  public func add(_ policy: Policy, limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> Policy
  {
    try change { (world) throws(StorageError) in
      guard policy.workspace == scope.workspace, world.role(of: policy.author, in: scope.workspace) != nil
      else { throw StorageError(.notFound, "the policy or its author is of another workspace") }
      var added = policy
      added.version = 1
      if let newest = world.versions(of: policy.name, in: scope).first {
        guard newest.kind == policy.kind else {
          throw StorageError(.conflict, "the name belongs to a policy of another kind")
        }
        if newest.hash == policy.hash { return newest }
        added.version = newest.version + 1
      }
      if world.policies.count(where: { $0.workspace == scope.workspace }) >= limit {
        throw StorageError(.full, "the workspace has \(limit) versions")
      }
      world.policies.append(added)
      let event = PolicyEvent(
        .put, kind: added.kind, policy: added.reference, user: added.author, at: added.createdAt)
      world.policyEvents.append((event, scope.workspace))
      return added
    }
  }

  public func policy(
    _ name: String, version: Int64?, in scope: WorkspaceScope
  ) async throws(StorageError) -> Policy? {
    world.versions(of: name, in: scope).first { version == nil || $0.version == version }
  }

  public func policies(named name: String?, in scope: WorkspaceScope) async throws(StorageError) -> [Policy] {
    if let name { return world.versions(of: name, in: scope) }
    let own = world.policies.filter { $0.workspace == scope.workspace }
    return own.filter { policy in
      world.versions(of: policy.name, in: scope).first?.version == policy.version
    }.sorted { $0.name.precedesByBytes($1.name) }
  }

  public func take(
    _ step: PolicyStep, for place: PolicyPlace, overridesPin: Bool, at instant: Timestamp,
    in scope: WorkspaceScope
  ) async throws(StorageError) -> PolicySetting {
    try change { (world) throws(StorageError) in
      guard world.role(of: scope.user, in: scope.workspace) != nil, world.canSee(place, in: scope) else {
        throw StorageError(.notFound, "there is no such context, or the user is no member")
      }
      var record =
        world.policyPlaces[scope.workspace]?[place] ?? PolicyRecord(setting: PolicySetting(place))
      if record.setting.isPinned, !overridesPin { throw StorageError(.conflict, "the place is pinned") }
      func reference(_ name: String, _ version: Int64) throws(StorageError) -> PolicyReference {
        let found = world.versions(of: name, in: scope).first {
          $0.version == version && $0.kind == place.kind
        }
        guard let found else { throw StorageError(.notFound, "there is no such policy of this kind") }
        return found.reference
      }
      var policy: PolicyReference?
      let action: PolicyEvent.Action
      switch step {
      case .activate(let name, let version):
        (action, policy) = (.activate, try reference(name, version))
        record.activations.append(.init(policy: policy, user: scope.user, at: instant))
      case .activateShipped:
        action = .activate
        record.activations.append(.init(policy: nil, user: scope.user, at: instant))
      case .rollBack:
        action = .rollback
        guard record.activations.popLast() != nil else {
          throw StorageError(.conflict, "there is nothing to roll back")
        }
        policy = record.activations.last?.policy
      case .pin, .unpin:
        action = step == .pin ? .pin : .unpin
        record.setting.isPinned = step == .pin
      case .startShadow(let name, let version):
        (action, policy) = (.shadow, try reference(name, version))
        (record.setting.shadow, record.setting.shadowSince) = (policy, instant)
        record.setting.tally = ShadowTally()
      case .endShadow:
        (action, policy) = (.endShadow, record.setting.shadow)
        (record.setting.shadow, record.setting.shadowSince) = (nil, nil)
      }
      world.policyPlaces[scope.workspace, default: [:]][place] = record
      let event = PolicyEvent(
        action, kind: place.kind, context: place.context, policy: policy, user: scope.user, at: instant)
      world.policyEvents.append((event, scope.workspace))
      return record.present
    }
  }

  public func policySettings(in scope: WorkspaceScope) async throws(StorageError) -> [PolicySetting] {
    (world.policyPlaces[scope.workspace] ?? [:]).filter { world.canSee($0.key, in: scope) }
      .map(\.value.present).sorted { $0.place < $1.place }
  }

  public func policiesInForce(in scope: Scope) async throws(StorageError) -> PoliciesInForce {
    guard world.openContext(scope) != nil else { return PoliciesInForce() }
    return PoliciesInForce(
      (world.policyPlaces[scope.workspace] ?? [:])
        .filter { $0.key.context == nil || $0.key.context == scope.context }.map(\.value.present))
  }

  public func add(
    _ tally: ShadowTally, to place: PolicyPlace, of policy: PolicyReference, in scope: WorkspaceScope
  ) async throws(StorageError) {
    guard world.canSee(place, in: scope) else { throw StorageError(.notFound, "there is no such context") }
    guard let shadow = world.policyPlaces[scope.workspace]?[place]?.setting.shadow,
      shadow.name == policy.name, shadow.version == policy.version
    else { return }
    world.policyPlaces[scope.workspace]?[place]?.setting.tally += tally
  }

  public func policyEvents(limit: Int, in scope: WorkspaceScope) async throws(StorageError) -> [PolicyEvent] {
    let visible = world.policyEvents.filter {
      $0.workspace == scope.workspace
        && world.canSee(PolicyPlace($0.event.kind, in: $0.event.context), in: scope)
    }
    return Array(visible.map(\.event).reversed().prefix(max(0, limit)))
  }

  public func log(
    _ lines: [PolicyLogLine], of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) {
    guard !world.versions(of: policy, in: scope).isEmpty else { return }
    let all = (world.policyLogs[scope.workspace]?[Name(policy)]?[scope.user] ?? []) + lines
    world.policyLogs[scope.workspace, default: [:]][Name(policy), default: [:]][scope.user] =
      Array(all.suffix(max(0, limit)))
  }

  public func policyLog(
    of policy: String, limit: Int, in scope: WorkspaceScope
  ) async throws(StorageError) -> [PolicyLogLine] {
    Array((world.policyLogs[scope.workspace]?[Name(policy)]?[scope.user] ?? []).suffix(max(0, limit)))
  }
}

extension World {
  /// The versions of a name, the newest first.
  fileprivate func versions(of name: String, in scope: WorkspaceScope) -> [Policy] {
    policies.filter { $0.workspace == scope.workspace && Name($0.name) == Name(name) }.reversed()
  }

  fileprivate func canSee(_ place: PolicyPlace, in scope: WorkspaceScope) -> Bool {
    guard let id = place.context else { return true }
    guard let context = contexts[id] else { return false }
    return context.workspace == scope.workspace && context.isVisible(to: scope.user)
  }

  mutating func forgetPolicies(of context: ContextID) {
    policyPlaces = policyPlaces.mapValues { places in places.filter { $0.key.context != context } }
    policyEvents.removeAll { $0.event.context == context }
  }
}
