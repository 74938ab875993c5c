internal import Identity
internal import Testing

@Suite struct PasswordTests {
  static var cheap: PasswordHasher.Cost {
    var cost = PasswordHasher.Cost()
    (cost.passes, cost.kibibytes) = (1, 64)
    return cost
  }

  @Test func `a password fits its own hash, and no two hashes are alike`() async {
    let hasher = PasswordHasher(cost: Self.cheap)
    let (first, second) = (await hasher.hash("correct horse é"), await hasher.hash("correct horse é"))
    #expect(first != second)
    #expect(first.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
    #expect(await hasher.verify("correct horse é", against: first))
    #expect(await hasher.verify("correct horse é", against: second))
    #expect(await !hasher.verify("correct horse e", against: first))
    #expect(await !hasher.verify("correct horse é", against: nil))
    #expect(await !hasher.verify("", against: first))
    #expect(await !hasher.verify(String(repeating: "x", count: 1_025), against: first))
  }

  @Test(arguments: [
    "", "x", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$AAAA$", "$2b$12$abcdefghijklmnopqrstuv",
  ])
  func `what is no hash fits nothing`(hash: String) async {
    #expect(await !PasswordHasher(cost: Self.cheap).verify("correct horse", against: hash))
  }

  @Test func `the example of the reference implementation`() async {
    let hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
    #expect(await PasswordHasher().verify("password", against: hash))
    #expect(await !PasswordHasher().verify("passwore", against: hash))
  }

  @Test func `what it costs by default is what the standard recommends`() async {
    #expect(await PasswordHasher().hash("correct horse").hasPrefix("$argon2id$v=19$m=65536,t=3,p=1$"))
  }
}

@Suite struct TokenSecretTests {
  @Test func `a secret has the form of its kind and of no other`() {
    var random = SystemRandomNumberGenerator()
    for kind in TokenSecret.Kind.allCases {
      let secret = TokenSecret.make(kind, from: &random)
      for other in TokenSecret.Kind.allCases {
        #expect((TokenSecret(presented: secret.text, as: other) != nil) == (kind == other))
      }
      #expect(TokenSecret(presented: secret.text, as: kind)?.digest == secret.digest)
      #expect(TokenSecret(presented: secret.text + "x", as: kind) == nil)
      #expect(TokenSecret(presented: String(secret.text.dropLast()) + "-", as: kind) == nil)
      #expect(KeySecret(presented: secret.text) == nil)
    }
  }
}
