import Engine
import HTTPServer
import JSON
import Model
import Testing

@testable import MCP

@Suite struct ResourceTests {
  private func read(_ uri: String, _ client: Client, to target: String = "/mcp") async throws -> String {
    let answer = try await client.modern("resources/read", ["uri": .string(uri)], to: target)
    #expect(answer.status == 200, "\(answer.json?.text ?? "")")
    let contents = try #require(answer.json?["result"]?["contents"]?.arrayValue)
    #expect(contents.count == 1)
    #expect(contents[0]["uri"] == .string(uri))
    #expect(contents[0]["mimeType"] == "text/markdown")
    return try #require(contents[0]["text"]?.stringValue)
  }

  @Test func `the list has the fixed pages and each context`() async throws {
    let house = try await House()
    try await house.makeContext("garden") { $0.summary = "What grows\nwhere" }
    let result = try #require(try await Client(house).modern("resources/list").json?["result"])
    let resources = result["resources"]?.arrayValue ?? []
    #expect(
      resources.map { $0["uri"] } == [
        "memory://profile", "memory://recent", "memory://pinned", "memory://context/default",
        "memory://context/garden",
      ])
    #expect(resources.last?["description"] == "What grows where")
    #expect(resources.allSatisfy { $0["name"] != nil && $0["title"] != nil && $0["mimeType"] != nil })
    #expect(result["nextCursor"] == nil)
    #expect(result["ttlMs"] == 0)
    #expect(result["cacheScope"] == "private")
  }

  @Test func `what is listed can be read`() async throws {
    let house = try await House()
    let client = Client(house)
    let listed = try await client.modern("resources/list").json?["result"]?["resources"]?.arrayValue ?? []
    #expect(listed.count == 4)
    for resource in listed {
      let page = try await read(try #require(resource["uri"]?.stringValue), client)
      #expect(page.hasPrefix("# "))
    }
  }

  @Test func `many contexts come page by page, each once, also when one is deleted in between`() async throws
  {
    let house = try await House()
    for number in 100..<220 { try await house.makeContext("c\(number)") }
    let client = Client(house)
    var uris: [String] = []
    var cursor: JSONValue?
    repeat {
      let params: JSONObject = cursor.map { ["cursor": $0] } ?? [:]
      let result = try #require(try await client.modern("resources/list", params).json?["result"])
      uris += (result["resources"]?.arrayValue ?? []).compactMap { $0["uri"]?.stringValue }
      cursor = result["nextCursor"]
      if uris.count == ResourceListing.pageSize {
        _ = try await client.call("delete_context", ["context_id": "c101"])
      }
    } while cursor != nil
    #expect(uris.count == 124)
    #expect(Set(uris).count == 124)
  }

  @Test(arguments: ["", "x", "Y29udGV4dA==", "bm90aGluZw=="])
  func `a cursor that nobody gave is refused`(cursor: String) async throws {
    let answer = try await Client(House()).modern("resources/list", ["cursor": .string(cursor)])
    #expect(answer.status == 400)
    #expect(answer.code == -32602)
  }

  @Test func `a memory in full`() async throws {
    let house = try await House()
    let id = try await house.remember("The ferry leaves at 07:40\nfrom pier 3") { draft in
      draft.content = "First line\n# not a heading\n\n```\nnot a fence"
      draft.contextSummary = "Needed each Monday"
      draft.tags = ["ferry", "travel"]
      draft.details = ["line": 7]
      draft.sourceURI = "https://ferry.example/table"
    }
    let page = try await read("memory://item/\(id)", Client(house))
    #expect(
      page == """
        # The ferry leaves at 07:40 from pier 3
        - memory_id `\(id)` in the context `default`
        - type note, importance 0.5
        - tags #ferry, #travel
        - written 2026-01-01T09:00:00.000Z through mcp, source trusted as member
        - source https://ferry.example/table

        > Needed each Monday

        > First line
        > # not a heading
        >
        > ```
        > not a fence

        > {"line":7}

        \(Page.caution)

        """)
  }

  @Test func `a memory that was replaced says by what`() async throws {
    let house = try await House()
    let old = try await house.remember("The code of the door is a bird")
    let new = try await house.remember("The code of the door is a fish") { $0.supersedes = [old.description] }
    #expect(
      try await read("memory://item/\(old)", Client(house)).contains("replaced by memory://item/\(new)"))
  }

  @Test func `a long text is cut and says so`() async throws {
    let house = try await House()
    let id = try await house.remember("Ten characters") {
      $0.content = String(repeating: "é\n", count: 30_000)
    }
    let page = try await read("memory://item/\(id)", Client(house))
    #expect(page.count < 45_000)
    #expect(page.contains("That was the beginning of 60000 characters"))
  }

  @Test func `pinned, recent, tagged, and who somebody is`() async throws {
    let house = try await House()
    let client = Client(house)
    try await house.makeContext("garden")
    try await house.remember("Always answer in English") { $0.delivery = .always }
    try await house.remember("Prefers roses to tulips", in: "garden") { $0.type = "preference" }
    try await house.remember("The hedge was cut on 2026-11-20", in: "garden") { $0.tags = ["hedge row"] }
    let pinned = try await read("memory://pinned", client)
    #expect(pinned.contains("Always answer in English (note, 2026-01-01, in default) memory://item/"))
    #expect(!pinned.contains("roses"))
    let recent = try await read("memory://recent", client)
    for word in ["English", "roses", "hedge"] { #expect(recent.contains(word)) }
    let profile = try await read("memory://profile", client)
    for word in ["English", "roses", "memory://context/garden"] { #expect(profile.contains(word)) }
    #expect(!profile.contains("hedge"))
    let tagged = try await read("memory://tag/hedge%20row", client)
    #expect(tagged.contains("hedge was cut"))
    #expect(!tagged.contains("roses"))
    let context = try await read("memory://context/garden", client)
    #expect(context.contains("#hedge row (1)"))
    #expect(!context.contains("English"))
  }

  @Test func `the selected context is what a page without one is about`() async throws {
    let house = try await House()
    try await house.makeContext("garden")
    try await house.remember("Prefers roses to tulips", in: "garden")
    try await house.remember("The deploy failed on Monday")
    let recent = try await read("memory://recent", Client(house), to: "/mcp?context=garden")
    #expect(recent.contains("roses"))
    #expect(!recent.contains("deploy"))
  }

  @Test(arguments: [
    "memory://item/01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f", "memory://item/x", "memory://context/nowhere",
    "memory://tag/unused", "memory://no/such/thing", "memory://", "memory://profile/", "memory://item/",
    "memory://tag/%zz", "memory://tag/%ff", "https://example.org", "",
  ])
  func `what is not there is said in the way of each era`(uri: String) async throws {
    let client = try await Client(House())
    let modern = try await client.modern("resources/read", ["uri": .string(uri)])
    #expect(modern.status == 400)
    #expect(modern.code == -32602)
    #expect(modern.json?["error"]?["data"]?["uri"] == .string(uri))
    let old = try await client.post(
      legacy("resources/read", ["uri": .string(uri)]), try await client.session())
    #expect(old.status == 200)
    #expect(old.code == -32002)
    #expect(old.json?["error"]?["data"]?["uri"] == .string(uri))
  }

  @Test func `templates tell the shapes of addresses`() async throws {
    let result = try await Client(House()).modern("resources/templates/list").json?["result"]
    let templates = result?["resourceTemplates"]?.arrayValue ?? []
    #expect(
      templates.map { $0["uriTemplate"] } == [
        "memory://item/{id}", "memory://context/{name}", "memory://tag/{tag}",
      ])
  }

  @Test(arguments: Revision.allCases) func `a resource has the members that its revision knows`(
    revision: Revision
  ) {
    let known = ["uri", "name", "description", "mimeType"]
    let keys = ResourceListing.fixed[0].json(for: revision).keys
    #expect(keys.filter { $0 != "title" } == known)
    #expect(keys.contains("title") == revision.hasStructuredContent)
  }
}

@Suite struct ResourceAddressTests {
  @Test(
    arguments: [
      (.profile, "memory://profile"), (.tag("a b/ü%"), "memory://tag/a%20b%2F%C3%BC%25"),
      (.context("my-project"), "memory://context/my-project"), (.item("0"), "memory://item/0"),
    ] as [(ResourceAddress, String)])
  func `an address is written one way and read again`(address: ResourceAddress, uri: String) {
    #expect(address.uri == uri)
    #expect(ResourceAddress(uri) == address)
  }

  @Test(arguments: 0..<40) func `base64 of any length is read again`(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
    #expect(Base64.decode(Array(Base64.encode(bytes).utf8)) == bytes)
  }

  @Test(arguments: [(5, "…"), (8, "abcde…"), (9, "abcde…"), (10, "abcdeüfgh"), (100, "abcdeüfgh")])
  func `a text is cut between characters`(limit: Int, expected: String) {
    let text = "abcdeüfgh"
    let cut = text.cut(toBytes: limit)
    #expect(cut.utf8.count <= max(limit, 3))
    if limit >= 8 { #expect(cut == expected) }
  }
}
