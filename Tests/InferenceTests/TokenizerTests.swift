import Glibc
import Inference
import Testing

@Suite struct TokenizerTests {
  private func small() throws -> WordPiece {
    let pieces = [
      "[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##want", "##ed", "runn", "##ing", ",", "a", "##a", "字",
    ]
    return WordPiece(vocabulary: try #require(Vocabulary(pieces: pieces)))
  }

  private func encode(_ text: String) throws -> [Int32] {
    var tokenizer = try small()
    var tokens: [Int32] = []
    tokenizer.encode(text, into: &tokens)
    return tokens
  }

  @Test func `words are cut into the longest pieces, greedily`() throws {
    #expect(try encode("unwanted running") == [4, 5, 6, 7, 8])
    #expect(try encode("UNwantéd,Running") == [4, 5, 6, 9, 7, 8])
    #expect(try encode("aaa") == [10, 11, 11])
  }

  @Test func `a word with one unknown part is unknown as a whole`() throws {
    #expect(try encode("unwantedX") == [1])
    #expect(try encode("want") == [1], "a continuation does not begin a word")
  }

  @Test func `words of more than a hundred characters are unknown`() throws {
    #expect(try encode(String(repeating: "a", count: 100)).count == 100)
    #expect(try encode(String(repeating: "a", count: 101)) == [1])
  }

  @Test func `control characters vanish, ideographs stand alone, empty text has no pieces`() throws {
    #expect(try encode("") == [])
    #expect(try encode(" \t\r\n\u{3000}") == [])
    #expect(try encode("un\u{0}wan\u{200d}ted") == [4, 5, 6])
    #expect(try encode("a字a") == [10, 12, 10])
  }

  @Test func `what looks like a special token in a text is text`() throws {
    #expect(try !encode("[SEP]").contains(3))
  }

  @Test func `a limit leaves a beginning of the whole answer`() throws {
    var tokenizer = try small()
    var some: [Int32] = []
    tokenizer.encode("a a a a a a", into: &some, limit: 3)
    #expect(some.count >= 3)
    #expect(try encode("a a a a a a").starts(with: some))
  }

  /// Each run takes other lines; the seed is in the failure. MNEME_TEST_LINES asks for more of them.
  @Test func `identifiers equal the reference tokenizer's on thousands of lines`() throws {
    let folder = try TestModel.folder()
    let python = try TestModel.python()
    let count = getenv("MNEME_TEST_LINES").flatMap { Int(String(cString: $0)) } ?? 3000
    let seed = Int.random(in: 0..<1_000_000)
    let script =
      "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/reference/tokenize_lines.py"
    let pipe = try #require(popen("'\(python)' '\(script)' '\(folder)' \(count) \(seed)", "r"))
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let read = fread(&buffer, 1, buffer.count, pipe)
      if read == 0 { break }
      output += buffer[..<read]
    }
    try #require(pclose(pipe) == 0, "\(script) failed; does \(python) have `tokenizers`?")
    var tokenizer = WordPiece(vocabulary: try TestModel.model().vocabulary)
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    #expect(lines.count > count * 9 / 10)
    for line in lines {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      let text = text(hexadecimal: parts[0])
      var found: [Int32] = []
      tokenizer.encode(text, into: &found)
      let wanted = parts[1].split(separator: " ").compactMap { Int32($0) }
      if found != wanted {
        Issue.record("seed \(seed): \(text.debugDescription) is \(wanted), not \(found)")
      }
    }
  }
}
