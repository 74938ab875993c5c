import TestSupport
import Testing

@testable import MCP

@Suite struct RoutingHeadersTests {
  @Test(
    arguments: [
      ("recall", "recall"), ("", ""), ("=?base64?cmVjYWxs?=", "recall"), ("=?base64??=", ""),
      ("=?base64?w6k=?=", "é"),
      // Half of the marks is no mark.
      ("=?base64?cmVjYWxs", "=?base64?cmVjYWxs"), ("cmVjYWxs?=", "cmVjYWxs?="), ("=?base64?=", "=?base64?="),
      // Broken: characters, padding, bits that are left over, bytes that are no UTF-8.
      ("=?base64?cmVj WWxs?=", nil), ("=?base64?w6k?=", nil), ("=?base64?w6k==?=", nil),
      ("=?base64?w6l=?=", nil),
      ("=?base64?_-8=?=", nil), ("=?base64?/w==?=", nil), ("=?base64?=w6k?=", nil), ("=?base64?====?=", nil),
    ] as [(String, String?)])
  func `a value stands for itself or for what is wrapped in it`(value: String, text: String?) {
    #expect(RoutingHeaders.decoded(value) == text)
  }

  @Test func `base64 reads back what was written, and nothing else reads as the same`() {
    var random = SeededRandom(seed: 7)
    for length in 0..<200 {
      let bytes = (0..<length % 50).map { _ in UInt8.random(in: 0...255, using: &random) }
      let text = encoded(bytes)
      #expect(Base64.decode(text) == bytes)
      guard !text.isEmpty else { continue }
      var other = text
      let place = Int.random(in: other.indices, using: &random)
      other[place] = UInt8.random(in: 32...126, using: &random)
      if other != text { #expect(Base64.decode(other) != bytes) }
    }
  }

  private func encoded(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = Array(bytes[start..<min(start + 3, bytes.count)])
      let word = group.enumerated().reduce(UInt32(0)) {
        $0 | UInt32($1.element) << UInt32(16 - 8 * $1.offset)
      }
      for digit in 0..<4 {
        text.append(
          digit <= group.count ? alphabet[Int(word >> UInt32(18 - 6 * digit)) & 63] : UInt8(ascii: "="))
      }
    }
    return text
  }
}
