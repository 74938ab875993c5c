import JSON
import Testing

@Suite struct SyntaxErrorTests {
  private func error(_ text: String) throws -> JSONSyntaxError {
    try #require(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
  }

  @Test func `an error names its line and column, counted from one`() throws {
    let error = try error("{\n  \"a\": 1,\n  \"b\": tru\n}")
    #expect(error.line == 3)
    #expect(error.column == 8)
    #expect(error.offset == 19)
    #expect(error.description == "line 3, column 8: expected a value, found “tru”")
  }

  @Test func `columns count code points`() throws {
    let error = try error("[\"日本語\", \"é\" x]")
    #expect(error.column == 13)
    #expect(error.offset == 19)
  }

  @Test func `lines end with LF, CR or both`() throws {
    #expect(try error("[\n\n?").line == 3)
    #expect(try error("[\r\r?").line == 3)
    #expect(try error("[\r\n\r\n?").line == 3)
    #expect(try error("[\n\r?").line == 3)
    #expect(try error("[\r\n ?").column == 2)
    #expect(try error("[1\n").line == 2)
  }

  @Test func `what was found is named, and not repeated at length`() throws {
    #expect(try error("[\u{1}]").message == "expected a value, found byte 0x01")
    #expect(try error("[1\t,\t]").message == "expected a value, found “]”")
    #expect(try error("ж").message == "expected a value, found “ж”")
    #expect(try error("[").message == "expected a value, found the end of the text")
    #expect(try error(String(repeating: "x", count: 100_000)).message.utf8.count < 80)
  }
}
