import Glibc
import Testing

@testable import MCP

@Suite struct LineReaderTests {
  /// The lines of `text`, written in pieces of `size` bytes.
  private func lines(_ text: String, limit: Int = 1 << 20, in size: Int = 1 << 16) async throws -> [String] {
    let pipe = try Pipe()
    let reader = LineReader(pipe.output, limit: limit)
    async let written: Void = pipe.write(Array(text.utf8), in: size)
    var lines: [String] = []
    while let line = await reader.next() {
      switch line {
      case .text(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
      case .tooLong: lines.append("too long")
      }
    }
    await written
    return lines
  }

  @Test(arguments: [1, 2, 3, 7, 1 << 16])
  func `lines come as they were sent, however they are cut on the way`(size: Int) async throws {
    #expect(try await lines("one\r\ntwo\n\nthrée\r\n", in: size) == ["one", "two", "", "thrée"])
  }

  @Test func `a last line without an end counts`() async throws {
    #expect(try await lines("one\ntwo") == ["one", "two"])
    #expect(try await lines("") == [])
    #expect(try await lines("\n") == [""])
  }

  @Test func `a line may be long`() async throws {
    let long = String(repeating: "x", count: 3 << 20)
    #expect(try await lines(long + "\nshort\n", limit: 4 << 20) == [long, "short"])
  }

  @Test func `a line that is too long is passed over, and the next one is read`() async throws {
    let long = String(repeating: "x", count: 200_000)
    #expect(try await lines("a\n\(long)\nb\n", limit: 100_000) == ["a", "too long", "b"])
    #expect(try await lines("12345\n123456\n", limit: 5) == ["12345", "too long"])
    #expect(try await lines(long, limit: 100_000) == ["too long"])
  }

  @Test func `a reader that waits can be stopped`() async throws {
    let pipe = try Pipe()
    let reader = LineReader(pipe.output, limit: 100)
    async let line = reader.next()
    reader.stop()
    #expect(await line == nil)
    #expect(await reader.next() == nil)
  }
}
