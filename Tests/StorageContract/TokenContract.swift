internal import Model
internal import Storage
internal import Testing

@Suite struct TokenContract {
  @Test(arguments: StorageBackend.configured)
  func `a client comes back as it registered, and notes when it was last allowed something`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let client = OAuthClient(
        id: "mnc_1", name: "A “program”\u{0}", redirectURIs: ["http://localhost/cb", "app:/é"],
        secretDigest: [1, 2, 3], createdAt: house.now)
      try await house.store.add(client, limit: 10)
      #expect(try await house.store.client("mnc_1") == client)
      #expect(try await house.store.client("mnc_2") == nil)
      await expect(.conflict) { try await house.store.add(client, limit: 10) }
      let (grant, code) = house.grant(client: "mnc_1")
      try await house.store.add(grant, code)
      #expect(try await house.store.client("mnc_1")?.lastUsedAt == grant.createdAt)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `clients that nobody allowed anything make room for new ones`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      for id in ["a", "b", "c"] { try await house.store.add(house.client(id), limit: 3) }
      let (grant, code) = house.grant(client: "a")
      try await house.store.add(grant, code)
      try await house.store.add(house.client("d"), limit: 3)
      #expect(try await house.store.client("b") == nil)
      for id in ["a", "c", "d"] { #expect(try await house.store.client(id) != nil) }
      for id in ["c", "d"] {
        let (grant, code) = house.grant(client: id)
        try await house.store.add(grant, code)
      }
      await expect(.full) { try await house.store.add(house.client("e"), limit: 3) }
      #expect(try await house.store.client("e") == nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a code is redeemed once`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (grant, code) = house.grant()
      try await house.store.add(grant, code)
      let found = try #require(try await house.store.code(digest: code.digest))
      #expect(found.code == code)
      #expect(found.grant == grant)
      let at = house.now
      let tokens = [house.token(1, .access, of: grant), house.token(2, .refresh, of: grant)]
      #expect(try await house.store.redeem(code: code.digest, at: at, for: tokens))
      #expect(try await house.store.code(digest: code.digest)?.code.usedAt == at)
      let more = [house.token(3, .access, of: grant)]
      #expect(try await !house.store.redeem(code: code.digest, at: house.now, for: more))
      #expect(try await !house.store.redeem(code: [9, 9], at: house.now, for: more))
      #expect(try await house.store.token(digest: more[0].digest, at: house.now) == nil)
      for token in tokens {
        let found = try #require(try await house.store.token(digest: token.digest, at: house.now))
        #expect(found == FoundToken(token: token, grant: grant, role: .owner))
      }
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `of those that redeem a code at once, one does`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (grant, code) = house.grant()
      try await house.store.add(grant, code)
      let tokens = (0..<8).map { house.token(UInt8($0), .access, of: grant) }
      let at = house.now
      let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
        for token in tokens {
          group.addTask { try await house.store.redeem(code: code.digest, at: at, for: [token]) }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(wins == 1)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a refresh token is replaced once, and an access token never`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (grant, code) = house.grant()
      try await house.store.add(grant, code)
      let access = house.token(1, .access, of: grant)
      let refresh = house.token(2, .refresh, of: grant)
      _ = try await house.store.redeem(code: code.digest, at: house.now, for: [access, refresh])
      let next = house.token(3, .refresh, of: grant)
      let at = house.now
      #expect(try await !house.store.replace(access.digest, at: at, by: [next]))
      #expect(try await house.store.replace(refresh.digest, at: at, by: [next]))
      #expect(
        try await !house.store.replace(refresh.digest, at: at, by: [house.token(4, .refresh, of: grant)]))
      #expect(try await house.store.token(digest: refresh.digest, at: at)?.token.replacedAt == at)
      #expect(try await house.store.token(digest: next.digest, at: at)?.token == next)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a revoked grant gives nothing any more`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let (grant, code) = house.grant()
      let (unused, unusedCode) = house.grant()
      try await house.store.add(grant, code)
      try await house.store.add(unused, unusedCode)
      let refresh = house.token(2, .refresh, of: grant)
      _ = try await house.store.redeem(code: code.digest, at: house.now, for: [refresh])
      let at = house.now
      for _ in 0..<2 { try await house.store.revoke(grant.id, at: at) }
      try await house.store.revoke(unused.id, at: at)
      try await house.store.revoke(grant.id, at: house.now)
      #expect(try await house.store.token(digest: refresh.digest, at: at)?.grant.revokedAt == at)
      #expect(try await !house.store.replace(refresh.digest, at: at, by: []))
      #expect(try await !house.store.redeem(code: unusedCode.digest, at: at, for: []))
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a token lives no longer than the key that the user signed in with`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      let expiry = house.now + .seconds(1_000)
      let key = APIKey(
        id: house.ids.make(), workspace: house.workspace.id, user: house.owner.id, name: "k", hint: "",
        digest: [5], role: .member, createdAt: house.now, expiresAt: expiry)
      try await house.store.add(key)
      let (grant, code) = house.grant(key: key.id)
      try await house.store.add(grant, code)
      let token = house.token(1, .access, of: grant)
      _ = try await house.store.redeem(code: code.digest, at: house.now, for: [token])
      #expect(try await house.store.token(digest: token.digest, at: expiry - .microseconds(1)) != nil)
      #expect(try await house.store.token(digest: token.digest, at: expiry) == nil)
      #expect(try await house.store.revoke(key.id, at: house.now, in: house.everywhere))
      #expect(try await house.store.token(digest: token.digest, at: house.now) == nil)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a grant belongs to a member, and to a key of theirs`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let neighbour = try await house.addNeighbour()
      let bob = try await house.addMember("Bob")
      var (grant, code) = house.grant()
      grant.user = neighbour.user
      await expect(.notFound) { try await house.store.add(grant, code) }
      grant.user = bob.id
      grant.key = house.key.id
      await expect(.notFound) { try await house.store.add(grant, code) }
      grant.key = nil
      try await house.store.add(grant, code)
      await expect(.conflict) { try await house.store.add(grant, code) }
      #expect(try await house.store.code(digest: code.digest)?.grant.user == bob.id)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `what opens nothing any more is swept, and what tells of theft is kept`(
    _ backend: StorageBackend
  ) async throws {
    try await backend.withHouse { house in
      try await house.store.add(house.client("used"), limit: 10)
      try await house.store.add(house.client("unused"), limit: 10)
      let start = house.now
      let (living, livingCode) = house.grant(client: "used")
      let (ended, endedCode) = house.grant(client: "used")
      let (waiting, waitingCode) = house.grant(expiresAt: start + .days(3))
      for (grant, code) in [(living, livingCode), (ended, endedCode), (waiting, waitingCode)] {
        try await house.store.add(grant, code)
      }
      let old = house.token(1, .refresh, of: living, until: start + .days(1))
      let access = house.token(2, .access, of: living, until: start + .days(1))
      let next = house.token(3, .refresh, of: living, until: start + .days(9))
      let last = house.token(4, .refresh, of: ended, until: start + .days(1))
      _ = try await house.store.redeem(code: livingCode.digest, at: house.now, for: [old, access])
      _ = try await house.store.redeem(code: endedCode.digest, at: house.now, for: [last])
      _ = try await house.store.replace(old.digest, at: house.now, by: [next])
      #expect(try await house.store.purgeTokens(expiredBy: start, clientsUnusedSince: start - .days(9)) == 0)
      let removed = try await house.store.purgeTokens(
        expiredBy: start + .days(2), clientsUnusedSince: start + .days(2))
      // The family that ended, and the client that nobody used.
      #expect(removed == 2)
      #expect(try await house.store.token(digest: access.digest, at: start) == nil)
      #expect(try await house.store.token(digest: old.digest, at: start) != nil)
      #expect(try await house.store.code(digest: livingCode.digest) != nil)
      #expect(try await house.store.code(digest: waitingCode.digest) != nil)
      #expect(try await house.store.code(digest: endedCode.digest) == nil)
      #expect(try await house.store.token(digest: last.digest, at: start) == nil)
      #expect(try await house.store.client("unused") == nil)
      #expect(try await house.store.client("used") != nil)
      _ = try await house.store.purgeTokens(
        expiredBy: start + .days(10), clientsUnusedSince: start + .days(10))
      #expect(try await house.store.client("used") == nil)
      #expect(try await house.store.token(digest: old.digest, at: start) == nil)
    }
  }
}

@Suite struct PasswordContract {
  @Test(arguments: StorageBackend.configured)
  func `a password comes back by its name, with the places of its user`(_ backend: StorageBackend)
    async throws
  {
    try await backend.withHouse { house in
      let first = Password(user: house.owner.id, name: "Ada é", hash: "$argon2id$1", changedAt: house.now)
      try await house.store.set(first)
      let found = try #require(try await house.store.password(named: "Ada é"))
      #expect(found.password == first)
      #expect(
        found.places
          == [Membership(workspace: house.workspace.id, user: house.owner.id, role: .owner)])
      #expect(try await house.store.password(named: "ada é") == nil)
      let second = Password(user: house.owner.id, name: "ada", hash: "$argon2id$2", changedAt: house.now)
      try await house.store.set(second)
      #expect(try await house.store.password(named: "Ada é") == nil)
      #expect(try await house.store.password(named: "ada")?.password == second)
    }
  }

  @Test(arguments: StorageBackend.configured)
  func `a name is one user's`(_ backend: StorageBackend) async throws {
    try await backend.withHouse { house in
      let bob = try await house.addMember("Bob")
      try await house.store.set(
        Password(user: house.owner.id, name: "ada", hash: "1", changedAt: house.now))
      await expect(.conflict) {
        try await house.store.set(Password(user: bob.id, name: "ada", hash: "2", changedAt: house.now))
      }
      await expect(.notFound) {
        try await house.store.set(
          Password(user: house.ids.make(), name: "eve", hash: "3", changedAt: house.now))
      }
      #expect(try await house.store.password(named: "ada")?.password.hash == "1")
      #expect(try await house.store.password(named: "eve") == nil)
    }
  }
}

extension House {
  fileprivate func client(_ id: String) -> OAuthClient {
    OAuthClient(id: id, name: id, redirectURIs: ["http://localhost/cb"], createdAt: now)
  }

  fileprivate func grant(
    client: String = "mnc_x", key: KeyID? = nil, expiresAt: Timestamp? = nil
  ) -> (Grant, AuthorizationCode) {
    let grant = Grant(
      id: ids.make(), workspace: workspace.id, user: owner.id, key: key, role: .admin,
      scopes: [.read, .write], client: client, clientName: "A program", resource: "https://h/mcp",
      createdAt: now)
    let digest = withUnsafeBytes(of: (grant.id.high, grant.id.low)) { Array($0) }
    let code = AuthorizationCode(
      digest: digest, grant: grant.id, redirectURI: "http://localhost:1/cb", challenge: "c",
      expiresAt: expiresAt ?? now + .seconds(60))
    return (grant, code)
  }

  fileprivate func token(
    _ number: UInt8, _ kind: Token.Kind, of grant: Grant, until expiry: Timestamp? = nil
  ) -> Token {
    Token(
      digest: [7, number], kind: kind, grant: grant.id, scopes: [.read],
      expiresAt: expiry ?? now + .seconds(3_600))
  }
}
