import Secrets
import Testing

@Suite struct FernetTests {
  /// The example of the specification of Fernet.
  private let key = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
  private let token =
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="

  @Test func `the example of the specification is sealed and opened`() throws {
    let cipher = try #require(Fernet(key: key))
    #expect(cipher.seal(Array("hello".utf8), at: 499_162_800, initialisation: Array(0..<16)) == token)
    #expect(cipher.open(token) == Array("hello".utf8))
  }

  @Test(arguments: [0, 1, 15, 16, 17, 1000])
  func `what is sealed is opened, whatever its length`(length: Int) throws {
    let cipher = try #require(Fernet(key: Fernet.makeKey()))
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(cipher.open(cipher.seal(bytes, at: 1_767_258_000)) == bytes)
  }

  @Test func `the same secret is never sealed the same way twice`() throws {
    let cipher = try #require(Fernet(key: key))
    #expect(cipher.seal([1, 2, 3], at: 0) != cipher.seal([1, 2, 3], at: 0))
  }

  @Test func `a token with any character changed is refused`() throws {
    let cipher = try #require(Fernet(key: key))
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=%+/ ")
    for position in token.indices {
      for character in alphabet where character != token[position] {
        var changed = token
        changed.replaceSubrange(position...position, with: String(character))
        #expect(cipher.open(changed) == nil, "\(changed)")
      }
    }
  }

  @Test func `a token cut short is refused`() throws {
    let cipher = try #require(Fernet(key: key))
    for length in 0..<token.count { #expect(cipher.open(String(token.prefix(length))) == nil) }
  }

  @Test func `another key opens nothing`() throws {
    let other = try #require(Fernet(key: Fernet.makeKey()))
    #expect(other.open(token) == nil)
  }

  @Test(arguments: [
    "", "short", "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4",
    "cw+0x689RpI-jtRR7oE8h/eQsKImvJapLeSbXpwF4e4=",
  ])
  func `a key of another form is refused`(text: String) {
    #expect(Fernet(key: text) == nil)
  }
}
