@_spi(ScopeMaking) internal import Identity
internal import Engine
internal import Model
internal import TestSupport
internal import Testing

@Suite struct FoundingTests {
  @Test func `an empty store is founded once`() async throws {
    let workshop = try await Workshop()
    var random = SeededRandom(seed: 3)
    let second = KeySecret.make(from: &random)
    #expect(try await !workshop.engine.found(with: second))
    await expectError("unauthenticated") {
      _ = try await workshop.engine.authenticate(bearer: second.text, door: .rest)
    }
    #expect(try await workshop.engine.contexts(as: workshop.owner).map(\.name) == ["default"])
    #expect(try await workshop.engine.workspace(of: workshop.owner)?.name == "personal")
  }

  @Test func `of many that found at the same time one does`() async throws {
    let workshop = try await Workshop()
    let engine = MemoryEngine(store: workshop.freshStore(), clock: workshop.clock)
    let founders = await withTaskGroup(of: Bool.self) { group in
      for seed in 0..<16 {
        group.addTask {
          var random = SeededRandom(seed: UInt64(seed))
          return (try? await engine.found(with: .make(from: &random))) ?? false
        }
      }
      return await group.reduce(into: 0) { count, did in count += did ? 1 : 0 }
    }
    #expect(founders == 1)
    #expect(try await engine.allWorkspaces().count == 1)
  }

  @Test func `another workspace has an owner, a context and a key of its own`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.engine.foundWorkspace(named: "Next door", owner: "Grace")
    let grace = try await workshop.engine.authenticate(bearer: made.secret.text, door: .rest)
    #expect(grace.role == .owner)
    #expect(try await workshop.engine.contexts(as: grace).map(\.name) == ["default"])
    try await workshop.remember("Alice drinks green tea")
    let found = try await workshop.engine.recall(
      RecallRequest("alice"), in: [try await workshop.reading(as: grace)])
    #expect(found.items.isEmpty)
    #expect(found.confidence.level == .none)
  }

  @Test func `whoever has the data can make a new key for the owner`() async throws {
    let workshop = try await Workshop()
    let renewed = try await workshop.engine.renewOwnerKey()
    let caller = try await workshop.engine.authenticate(bearer: renewed.text, door: .cli)
    #expect((caller.user, caller.role) == (workshop.owner.user, .owner))
    let unfounded = MemoryEngine(store: workshop.freshStore())
    await expectError("unavailable") { _ = try await unfounded.renewOwnerKey() }
  }
}

@Suite struct KeyTests {
  @Test(arguments: [nil, "", "mn_live_short", "something else", "mn_live_0000000000000000000000000000000!"])
  func `what has no form of a key opens nothing`(secret: String?) async throws {
    let workshop = try await Workshop()
    await expectError("unauthenticated") {
      _ = try await workshop.engine.authenticate(bearer: secret, door: .rest)
    }
  }

  @Test func `a key opens its own workspace only`() async throws {
    let workshop = try await Workshop()
    let neighbour = try await workshop.engine.foundWorkspace(named: "Next door", owner: "Grace")
    let secret = neighbour.secret.text
    let caller = try await workshop.engine.authenticate(
      bearer: secret, workspace: neighbour.workspace.id, door: .rest)
    #expect(caller.workspace == neighbour.workspace.id)
    let error = await expectError("unauthenticated") {
      _ = try await workshop.engine.authenticate(
        bearer: secret, workspace: workshop.owner.workspace, door: .rest)
    }
    let unknown = await expectError("unauthenticated") {
      _ = try await workshop.engine.authenticate(
        bearer: "mn_live_" + String(repeating: "0", count: 32), door: .rest)
    }
    #expect(error?.message == unknown?.message)
  }

  @Test func `a key may do no more than its user and no more than it says`() async throws {
    let workshop = try await Workshop()
    for limit in Role.allCases {
      let made = try await workshop.engine.createKey(
        KeyDraft(name: limit.rawValue, role: limit), as: workshop.owner)
      let caller = try await workshop.engine.authenticate(bearer: made.secret.text, door: .rest)
      #expect(caller.role == limit)
      #expect(caller.key == made.key.id)
      // Nobody makes a key that may do more than the key it was made with.
      for more in Role.allCases where more > limit {
        await expectError("permission_denied") {
          _ = try await workshop.engine.createKey(KeyDraft(name: "more", role: more), as: caller)
        }
      }
    }
  }

  @Test func `a key stops at the instant at which it expires`() async throws {
    let workshop = try await Workshop()
    let end = workshop.clock.now() + .seconds(60)
    let made = try await workshop.engine.createKey(
      KeyDraft(name: "short", expiresAt: end), as: workshop.owner)
    workshop.clock.advance(by: .seconds(60) - .microseconds(1))
    _ = try await workshop.engine.authenticate(bearer: made.secret.text, door: .rest)
    workshop.clock.advance(by: .microseconds(1))
    let error = await expectError("unauthenticated") {
      _ = try await workshop.engine.authenticate(bearer: made.secret.text, door: .rest)
    }
    guard case .unauthenticated(.expired) = error else {
      Issue.record("it is not told that the key expired: \(String(describing: error))")
      return
    }
    await expectError("validation_error") {
      _ = try await workshop.engine.createKey(KeyDraft(name: "past", expiresAt: end), as: workshop.owner)
    }
  }

  @Test func `a revoked key opens nothing from the next request on`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.engine.createKey(KeyDraft(name: "laptop"), as: workshop.owner)
    _ = try await workshop.engine.authenticate(bearer: made.secret.text, door: .rest)
    let revoked = try await workshop.engine.revokeKey(made.key.id.description, as: workshop.owner)
    #expect(revoked.revokedAt == workshop.clock.now())
    await expectError("unauthenticated") {
      _ = try await workshop.engine.authenticate(bearer: made.secret.text, door: .rest)
    }
    workshop.clock.advance()
    let again = try await workshop.engine.revokeKey(made.key.id.description, as: workshop.owner)
    #expect(again.revokedAt == revoked.revokedAt)
  }

  @Test func `a member sees and revokes their own keys, an admin those of all that may do no more`()
    async throws
  {
    let workshop = try await Workshop()
    let admin = try await workshop.addMember("Ada", as: .admin)
    let member = try await workshop.addMember("Bob", as: .member)
    #expect(try await workshop.engine.keys(as: member).map(\.name) == ["Bob"])
    #expect(try await workshop.engine.keys(as: admin).map(\.name) == ["owner", "Ada", "Bob"])
    let keys = try await workshop.engine.keys(as: admin)
    func revoke(_ name: String, as caller: Caller) async throws {
      guard let key = keys.first(where: { $0.name == name }) else { return }
      _ = try await workshop.engine.revokeKey(key.id.description, as: caller)
    }
    await expectError("key_not_found") { try await revoke("Ada", as: member) }
    await expectError("permission_denied") { try await revoke("owner", as: admin) }
    try await revoke("Bob", as: admin)
    try await revoke("Ada", as: admin)
  }

  @Test func `whoever finds a viewer's key cannot lock its user out, but can revoke it`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.engine.createKey(
      KeyDraft(name: "dashboard", role: .viewer), as: workshop.owner)
    let finder = try await workshop.engine.authenticate(bearer: made.secret.text, door: .rest)
    let first = try #require(workshop.owner.key)
    await expectError("permission_denied") {
      _ = try await workshop.engine.revokeKey(first.description, as: finder)
    }
    _ = try await workshop.engine.revokeKey(made.key.id.description, as: finder)
  }

  @Test func `the secret is stored nowhere`() async throws {
    let workshop = try await Workshop()
    let made = try await workshop.engine.createKey(KeyDraft(name: "laptop"), as: workshop.owner)
    let key = try #require(try await workshop.engine.keys(as: workshop.owner).last)
    #expect(key.digest == made.secret.digest)
    #expect(!"\(key)".contains(made.secret.text))
    #expect(made.secret.text.hasPrefix(String(key.hint.dropLast())))
    #expect(key.hint.count < 16)
  }
}
