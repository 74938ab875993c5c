import JSON
import Model
import Operations
import Testing

@testable import MCP

@Suite struct ToolListingTests {
  static let tools = Catalogue.all.map(Tool.init)

  static func list(_ listing: ToolListing, role: Role = .owner, _ revision: Revision = .july2026) throws
    -> [JSONObject]
  {
    try listing.select(from: tools, for: role).map { $0.listed(listing.detail, for: revision) }
  }

  static func bytes(_ list: [JSONObject]) -> [UInt8] { JSONValue.array(list.map(JSONValue.object)).bytes }

  @Test func `the core list is short`() throws {
    let list = try Self.list(.core)
    #expect(list.count == ToolListing.coreNames.count)
    #expect(list.count <= 12)
    #expect(Self.bytes(list).count <= 12_000)
  }

  @Test func `the full list has what agents work with, and the keepers' has everything, as in the catalogue`()
    throws
  {
    let list = try Self.list(.full)
    #expect(
      list.map { $0["name"] } == Catalogue.all.filter { $0.audience == .agents }.map { .string($0.name) })
    #expect(Self.bytes(list).count <= 40_000)
    #expect(try Self.list(.admin).map { $0["name"] } == Catalogue.all.map { .string($0.name) })
  }

  @Test func `the first tool reads only and needs no argument`() throws {
    for listing in [ToolListing.core, .full] {
      let first = try #require(try Self.list(listing).first)
      #expect(first["name"] == "list_contexts")
      #expect(first["annotations"]?["readOnlyHint"] == true)
      #expect(first["inputSchema"]?["required"]?.arrayValue?.isEmpty ?? true)
    }
  }

  @Test func `two lists are the same to the byte`() throws {
    #expect(
      Self.bytes(try Self.list(.admin))
        == Self.bytes(Catalogue.all.map(Tool.init).map { $0.listed(.brief, for: .july2026) }))
  }

  @Test(arguments: Catalogue.all.map(\.name)) func `a tool is fully described`(name: String) throws {
    let tool = try #require(try Self.list(.tools([name])).first)
    #expect(name.wholeMatch(of: /[a-z][a-z0-9_]{0,63}/) != nil)
    #expect(tool["title"]?.stringValue?.isEmpty == false)
    let about = tool["description"]?.stringValue ?? ""
    #expect((1...2048).contains(about.utf8.count))
    #expect(tool["inputSchema"]?["type"] == "object")
    #expect(tool["inputSchema"]?["additionalProperties"] == false)
    for (_, argument) in tool["inputSchema"]?["properties"]?.objectValue ?? [:] {
      #expect(argument["description"]?.stringValue?.isEmpty == false)
    }
    #expect(tool["outputSchema"]?["type"] == "object")
    let hints = tool["annotations"]?.objectValue ?? [:]
    #expect(hints.keys == ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"])
    #expect(hints["openWorldHint"] == false)
  }

  @Test(arguments: [Role.viewer, .member, .admin, .owner])
  func `what a role may not run is not listed`(role: Role) throws {
    let names = try Self.list(.admin, role: role).compactMap { $0["name"]?.stringValue }
    #expect(names == Catalogue.all.filter { $0.access.role <= role }.map(\.name))
  }

  @Test func `a choice of tools keeps the order of the catalogue`() throws {
    let listing = ToolListing(profile: "full", tools: "recall, remember")
    #expect(try Self.list(listing).map { $0["name"] } == ["remember", "recall"])
  }

  @Test func `unknown profiles and tools are refused`() {
    #expect(throws: RPCError.self) { try Self.list(ToolListing(profile: "tiny", tools: nil)) }
    #expect(throws: RPCError.self) { try Self.list(ToolListing(profile: nil, tools: "recall,dream")) }
  }

  @Test(
    arguments: [
      (.november2024, ["name", "description", "inputSchema"]),
      (.march2025, ["name", "description", "inputSchema", "annotations"]),
      (.june2025, ["name", "title", "description", "inputSchema", "outputSchema", "annotations"]),
      (.november2025, ["name", "title", "description", "inputSchema", "outputSchema", "annotations"]),
      (.july2026, ["name", "title", "description", "inputSchema", "outputSchema", "annotations"]),
    ] as [(Revision, [String])])
  func `a tool has the members that its revision knows`(revision: Revision, members: [String]) throws {
    let tool = try #require(try Self.list(.tools(["list_contexts"]), revision).first)
    #expect(tool.keys == members)
  }
}

@Suite struct BriefSchemaTests {
  @Test func `what a model can act on stays`() {
    let schema: JSONObject = [
      "type": "object",
      "properties": [
        "summary": [
          "description": "What.", "type": "string", "pattern": "\\S", "minLength": 10, "maxLength": 500,
        ],
        "k": ["description": "How many.", "type": "integer", "minimum": 1, "maximum": 100, "default": 5],
        "id": ["description": "Which.", "type": "string", "minLength": 1, "maxLength": 64],
        "deep": ["description": "Why.", "type": "boolean", "default": false],
        "filters": [
          "description": "Where.", "type": "object",
          "properties": ["mode": ["description": "How.", "type": "string", "enum": ["any", "all"]]],
          "additionalProperties": false, "default": ["mode": "any"],
        ],
      ],
      "required": ["summary"], "additionalProperties": false,
    ]
    let brief = JSONValue.object(BriefSchema.of(schema)).text
    #expect(
      brief == """
        {"type":"object","properties":{\
        "summary":{"description":"What.","type":"string","minLength":10,"maxLength":500},\
        "k":{"description":"How many.","type":"integer","minimum":1,"maximum":100,"default":5},\
        "id":{"description":"Which.","type":"string"},"deep":{"description":"Why.","type":"boolean"},\
        "filters":{"description":"Where.","type":"object","properties":{"mode":{"type":"string",\
        "enum":["any","all"]}}}},"required":["summary"],"additionalProperties":false}
        """)
  }

  @Test(arguments: Catalogue.all.map(\.name)) func `no argument is lost`(name: String) throws {
    let full = try #require(Catalogue.operation(name)).input
    let brief = BriefSchema.of(full)
    #expect(brief["properties"]?.objectValue?.keys == full["properties"]?.objectValue?.keys)
    #expect(brief["required"] == full["required"])
  }
}
