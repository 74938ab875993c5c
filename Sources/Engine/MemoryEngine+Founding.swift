public import Identity
public import Model
internal import Storage

extension MemoryEngine {
  /// Founds an empty store: an owner, the workspace `personal`, the context `default` and the owner's key, `secret`.
  ///
  /// Returns false when the store was founded before. Of several callers that race, in any number of processes, exactly
  /// one gets true.
  public func found(with secret: KeySecret) async throws(EngineError) -> Bool {
    let now = clock.now()
    let owner = User(id: identifiers.make(), name: "owner", createdAt: now)
    let workspace = Workspace(id: identifiers.make(), name: "personal", createdAt: now)
    var context = Context(
      id: identifiers.make(), workspace: workspace.id, name: "default", creator: owner.id, createdAt: now)
    context.summary = "What has no other place."
    context.embeddingModel = standardModel
    let key = APIKey(
      id: identifiers.make(), workspace: workspace.id, user: owner.id, name: "owner", hint: secret.hint,
      digest: secret.digest, role: .owner, createdAt: now)
    let founding = Founding(owner: owner, workspace: workspace, context: context, key: key)
    return try await stored { () async throws(StorageError) in try await store.found(founding) }
  }

  /// Adds a workspace with an owner, a context `default` and a key, and returns the key's secret.
  /// For whoever runs the server: no caller is asked for.
  public func foundWorkspace(named name: String, owner ownerName: String) async throws(EngineError) -> (
    workspace: Workspace, secret: KeySecret
  ) {
    let now = clock.now()
    let owner = User(id: identifiers.make(), name: ownerName, createdAt: now)
    let workspace = Workspace(id: identifiers.make(), name: name, createdAt: now)
    try await stored { () async throws(StorageError) in try await store.add(workspace, owner: owner) }
    let caller = callerOfServer(user: owner.id, workspace: workspace.id)
    var draft = ContextDraft(name: "default")
    draft.summary = "What has no other place."
    _ = try await createContext(draft, as: caller)
    let made = try await createKey(KeyDraft(name: ownerName), as: caller)
    return (workspace, made.secret)
  }

  /// Adds a user with a key to a workspace, and returns the key's secret. For whoever runs the server.
  public func addMember(
    named name: String, to workspace: WorkspaceID, as role: Role
  ) async throws(EngineError) -> (user: User, secret: KeySecret) {
    let user = User(id: identifiers.make(), name: name, createdAt: clock.now())
    do { try await store.add(user, to: workspace, as: role) } catch {
      if error.code == .notFound {
        throw .invalid(
          "workspace", "there is no workspace \(workspace)", allowed: "an id from `mneme workspace list`")
      }
      throw EngineError(error)
    }
    let caller = callerOfServer(user: user.id, workspace: workspace)
    let made = try await createKey(KeyDraft(name: name, role: role), as: caller)
    return (user, made.secret)
  }

  /// Every workspace of the server. For whoever runs it.
  public func allWorkspaces() async throws(EngineError) -> [Workspace] {
    try await stored { () async throws(StorageError) in try await store.workspaces() }
  }
}

extension MemoryEngine {
  /// A new key for the owner of the first workspace, for whoever lost the old one but has the data.
  public func renewOwnerKey() async throws(EngineError) -> KeySecret {
    try await createKey(KeyDraft(name: "owner"), as: try await ownerOfFirstWorkspace()).secret
  }

  /// The owner of the first workspace, for what whoever runs the server does in their name.
  public func ownerOfFirstWorkspace() async throws(EngineError) -> Caller {
    guard let workspace = try await allWorkspaces().first else {
      throw .unavailable("The store was not founded yet. Start the server once.")
    }
    let members = try await stored { () async throws(StorageError) in
      try await store.members(of: workspace.id)
    }
    guard let owner = members.first(where: { $0.role == .owner }) else {
      throw .unavailable("The first workspace has no owner any more.")
    }
    return callerOfServer(user: owner.user.id, workspace: workspace.id)
  }
}
