import Glibc
import Secrets
import TestSupport
import Testing

@Suite struct SecretStoreTests {
  private func contents(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
  }

  @Test func `a secret is kept under its name, and no file shows it`() throws {
    let folder = try TemporaryFolder()
    let store = SecretStore(folder: folder.path)
    #expect(try store.names() == [])
    try store.set("openai", to: "sk-first-1234567890")
    try store.set("cohere.eu", to: "co-äöü")
    try store.set("openai", to: "sk-second-1234567890")
    #expect(try store.names() == ["cohere.eu", "openai"])
    #expect(try SecretStore(folder: folder.path).open("openai") == "sk-second-1234567890")
    #expect(try store.open("cohere.eu") == "co-äöü")
    for file in ["secrets", "secrets.key"] {
      var status = stat()
      #expect(stat(folder.file(file), &status) == 0 && status.st_mode & 0o777 == 0o600)
      #expect(!contents(folder.file(file)).contains("1234567890"))
    }
    #expect(try store.remove("openai"))
    #expect(try !store.remove("openai"))
    let error = #expect(throws: SecretsError.self) { try store.open("openai") }
    #expect(error?.description == "There is no secret “openai”. `mneme secret set openai` stores it.")
  }

  @Test(arguments: [("", "x"), ("a b", "x"), ("a/b", "x"), ("ü", "x"), ("a", ""), ("a", "two\nlines")])
  func `what cannot be kept is refused, and changes nothing`(name: String, secret: String) throws {
    let folder = try TemporaryFolder()
    let store = SecretStore(folder: folder.path)
    let error = #expect(throws: SecretsError.self) { try store.set(name, to: secret) }
    #expect(try store.names() == [])
    if secret.count > 1 { #expect(error?.description.contains(secret) == false) }
  }

  @Test func `those who write at the same time lose nothing of each other`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<16 {
        group.addTask {
          try await blocking { try SecretStore(folder: path).set("s\(number)", to: "v\(number)") }
        }
      }
      try await group.waitForAll()
    }
    let store = SecretStore(folder: path)
    #expect(try store.names().count == 16)
    #expect(try store.open("s7") == "v7")
  }

  @Test func `a copy without the master key opens nothing, and says so`() throws {
    let (here, there) = (try TemporaryFolder(), try TemporaryFolder())
    try SecretStore(folder: here.path).set("openai", to: "sk-1")
    let sealed = contents(here.file("secrets"))
    let file = open(there.file("secrets"), O_WRONLY | O_CREAT, 0o600)
    _ = write(file, sealed, sealed.utf8.count)
    close(file)
    let error = #expect(throws: SecretsError.self) { try SecretStore(folder: there.path).open("openai") }
    #expect(error?.description.contains("did not seal") == true)
  }
}
