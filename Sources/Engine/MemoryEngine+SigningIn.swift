public import Identity
public import Model
internal import Storage

/// A user at the door, who has proved who they are and may now allow a program something.
public struct SignedInUser: Sendable, Hashable {
  public let user: UserID
  public let workspace: WorkspaceID
  public let role: Role
  /// The key that was the proof, if it was one.
  public let key: KeyID?
}

extension MemoryEngine {
  /// Who presents this key, on a page rather than with a request.
  public func signIn(
    key secret: String, workspace: WorkspaceID? = nil
  ) async throws(EngineError) -> SignedInUser {
    // A token is no proof that a person is there, so only a key will do.
    let caller = try await authenticate(bearer: secret, workspace: workspace, at: .keysOnly, door: .rest)
    return SignedInUser(user: caller.user, workspace: caller.workspace, role: caller.role, key: caller.key)
  }

  /// Who presents this name and password. Wrong names and wrong passwords are told alike, and take as long.
  public func signIn(
    name: String, password: String, workspace: WorkspaceID? = nil, hasher: PasswordHasher
  ) async throws(EngineError) -> SignedInUser {
    let found = try await stored { () async throws(StorageError) in try await store.password(named: name) }
    guard await hasher.verify(password, against: found?.password.hash), let found,
      let place = found.places.first(where: { workspace == nil || $0.workspace == workspace })
    else { throw .unauthenticated(.unknown) }
    if workspace == nil, found.places.count > 1 {
      throw .invalid(
        "resource", "you are a member of several workspaces",
        allowed: "the address …/mcp/w/{workspace} of one")
    }
    return SignedInUser(user: place.user, workspace: place.workspace, role: place.role, key: nil)
  }

  /// Sets a user's password, for whoever runs the server. `name` is what the user will type beside it.
  public func setPassword(
    _ password: String, of user: UserID, named name: String, hasher: PasswordHasher
  ) async throws(EngineError) {
    guard PasswordHasher.lengths.contains(password.utf8.count) else {
      throw .invalid("password", "has \(password.utf8.count) bytes", allowed: "8 to 1024")
    }
    guard (1...100).contains(name.count), !name.contains(where: { $0.isNewline || $0 == "\0" }),
      name.first != " ", name.last != " "
    else {
      throw .invalid("name", "cannot be typed into a field", allowed: "1 to 100 characters of one line")
    }
    let password = Password(
      user: user, name: name, hash: await hasher.hash(password), changedAt: clock.now())
    do { try await store.set(password) } catch {
      if error.code == .conflict {
        throw .invalid("name", "“\(name)” is another user's", allowed: "a name of its own, with --sign-in")
      }
      throw EngineError(error)
    }
  }

  /// Everybody on the server, by workspace. For whoever runs it.
  public func allUsers() async throws(EngineError) -> [(workspace: Workspace, user: User, role: Role)] {
    var all: [(workspace: Workspace, user: User, role: Role)] = []
    for workspace in try await allWorkspaces() {
      let members = try await stored { () async throws(StorageError) in
        try await store.members(of: workspace.id)
      }
      all += members.map { (workspace, $0.user, $0.role) }
    }
    return all
  }
}
