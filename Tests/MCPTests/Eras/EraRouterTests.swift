import JSON
import Testing

@testable import MCP

@Suite struct EraRouterTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let headers: [String]
    let body: JSONValue?
    let era: Revision.Era
    let testDescription: String

    init(_ what: String, _ headers: [String], _ body: JSONValue?, _ era: Revision.Era) {
      testDescription = what
      self.headers = headers
      self.body = body
      self.era = era
    }
  }

  static let plain: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "tools/list"]

  static let overHTTP = [
    Row("the modern revision", ["2026-07-28"], plain, .modern),
    Row("a revision nobody knows", ["2099-01-01"], plain, .modern),
    Row("no revision at all, but a header", ["latest"], plain, .modern),
    Row("2025-11-25", ["2025-11-25"], plain, .legacy),
    Row("2025-06-18", ["2025-06-18"], plain, .legacy),
    Row("2025-03-26", ["2025-03-26"], plain, .legacy),
    Row("2024-11-05", ["2024-11-05"], plain, .legacy),
    Row("a legacy header over a modern body", ["2025-11-25"], modern("tools/list"), .legacy),
    Row("no header", [], plain, .legacy),
    Row("no header and no JSON", [], nil, .legacy),
    Row("no header and a batch", [], [plain], .legacy),
    Row("no header over a modern body", [], modern("tools/list"), .modern),
    Row("no header over a body of an unknown revision", [], modern("tools/list", in: "2099-01-01"), .modern),
    Row(
      "no header over a body that names a legacy revision", [], modern("tools/list", in: "2025-11-25"),
      .legacy),
    Row("no header over initialize", [], modern("initialize"), .legacy),
    Row("a legacy and a modern header", ["2025-11-25", "2026-07-28"], plain, .modern),
  ]

  @Test(arguments: overHTTP) func `the header decides, and a modern body where there is none`(row: Row) {
    #expect(EraRouter.era(headers: RoutingHeaders(revision: row.headers), body: row.body) == row.era)
  }

  @Test func `over stdio each message says it itself`() {
    #expect(EraRouter.era(of: modern("server/discover")) == .modern)
    #expect(EraRouter.era(of: modern("tools/list", in: "2099-01-01")) == .modern)
    #expect(EraRouter.era(of: modern("initialize")) == .legacy)
    #expect(EraRouter.era(of: Self.plain) == .legacy)
    #expect(EraRouter.era(of: ["params": ["_meta": ["progressToken": 1]]]) == .legacy)
    #expect(EraRouter.era(of: "text") == .legacy)
  }

  @Test(arguments: Revision.all(of: .legacy)) func `a handshake echoes a revision that it knows`(
    revision: Revision
  ) {
    #expect(Revision.negotiated(revision.rawValue) == revision)
  }

  @Test(arguments: ["2026-07-28", "2099-01-01", "", "1.0"])
  func `a handshake never settles on anything else than a legacy revision`(proposed: String) {
    #expect(Revision.negotiated(proposed) == .november2025)
  }
}
