import Glibc
import Secrets
import TestSupport
import Testing

@Suite struct SecretVaultTests {
  private func permissions(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func write(_ text: String, to path: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    _ = Glibc.write(file, text, text.utf8.count)
    close(file)
  }

  @Test func `the key file is made once, for its owner only, and opens what it sealed`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("master.key")
    let sealed = try SecretVault.open(keyFile: path).seal("sk-äöü-1234")
    #expect(permissions(path) == 0o600)
    #expect(!sealed.token.contains("1234"))
    #expect(try SecretVault.open(keyFile: path).open(sealed) == "sk-äöü-1234")
  }

  @Test func `those who come at the same time share one key`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("master.key")
    let sealed = try await withThrowingTaskGroup(of: SealedSecret.self) { group in
      for _ in 0..<16 {
        group.addTask { try await blocking { try SecretVault.open(keyFile: path).seal("secret") } }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let vault = try SecretVault.open(keyFile: path)
    for one in sealed { #expect(try vault.open(one) == "secret") }
  }

  @Test func `a key that others can read is refused, with what to do about it`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("master.key")
    _ = try SecretVault.open(keyFile: path)
    chmod(path, 0o640)
    let error = #expect(throws: SecretsError.self) { try SecretVault.open(keyFile: path) }
    #expect(error?.description.contains("chmod 600 \(path)") == true)
  }

  @Test func `a new key before the old one seals, and both open`() throws {
    let (old, new) = (Fernet.makeKey(), Fernet.makeKey())
    let folder = try TemporaryFolder()
    let path = folder.file("master.key")
    write(old + "\n", to: path)
    let before = try SecretVault.open(keyFile: path).seal("one")
    write(new + "\n" + old + "\n", to: path)
    let vault = try SecretVault.open(keyFile: path)
    #expect(try vault.open(before) == "one")
    let after = vault.seal("two")
    #expect(try SecretVault(keys: [new]).open(after) == "two")
    #expect(throws: SecretsError.self) { try SecretVault(keys: [old]).open(after) }
  }

  @Test(arguments: ["", "\n", "no key\n"])
  func `a damaged key file is refused, and not overwritten`(text: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("master.key")
    write(text, to: path)
    #expect(throws: SecretsError.self) { try SecretVault.open(keyFile: path) }
    var status = stat()
    #expect(stat(path, &status) == 0 && Int(status.st_size) == text.utf8.count)
  }

  @Test func `an error tells no secret`() throws {
    let error = #expect(throws: SecretsError.self) {
      try SecretVault(keys: [Fernet.makeKey()]).open(SealedSecret(token: "gAAAAAsecret"))
    }
    #expect(error?.description.contains("gAAAAA") == false)
  }
}
