import Engine
import JSON
import Model
import TestSupport
import Testing

@testable import MCP

@Suite struct PromptTests {
  private func words(_ name: String, _ arguments: JSONObject, _ client: Client) async throws -> String {
    let answer = try await client.modern(
      "prompts/get", ["name": .string(name), "arguments": .object(arguments)])
    let result = try #require(answer.json?["result"], "\(answer.json?.text ?? "")")
    let messages = result["messages"]?.arrayValue ?? []
    #expect(messages.count == 1)
    #expect(messages[0]["role"] == "user")
    return try #require(messages[0]["content"]?["text"]?.stringValue)
  }

  @Test func `the prompts that there are`() async throws {
    let result = try await Client(House()).modern("prompts/list").json?["result"]
    let prompts = result?["prompts"]?.arrayValue ?? []
    #expect(
      prompts.map { $0["name"] } == [
        "recall", "remember", "summarize_session", "daily_review", "resolve_contradictions",
      ])
    for prompt in prompts {
      #expect(prompt["title"]?.stringValue?.isEmpty == false)
      #expect(prompt["description"]?.stringValue?.isEmpty == false)
      for argument in prompt["arguments"]?.arrayValue ?? [] {
        #expect(argument["description"]?.stringValue?.isEmpty == false)
      }
    }
  }

  @Test func `recall brings what is known, quoted`() async throws {
    let house = try await House()
    try await house.remember("The ferry leaves at 07:40 from pier 3") {
      $0.contextSummary = "Mondays\n# only"
    }
    let text = try await words("recall", ["topic": "ferry"], Client(house))
    #expect(text.contains("The ferry leaves at 07:40"))
    #expect(text.contains("> Mondays\n> # only\n"))
    #expect(text.contains(Page.caution))
    #expect(try await words("recall", ["topic": "zebra"], Client(house)).contains("Nothing was found"))
  }

  @Test func `remember carries the text and where it may go`() async throws {
    let house = try await House()
    let text = try await words(
      "remember", ["text": "Roses\nneed sun", "type": "fact", "tags": "garden, roses"], Client(house))
    #expect(text.contains("> Roses\n> need sun\n"))
    #expect(text.contains("`type` is fact."))
    #expect(text.contains("`tags` are garden, roses."))
    #expect(text.contains("`context_id` is default."))
  }

  @Test func `the review of the day has what changed since yesterday`() async throws {
    let house = try await House()
    try await house.remember("Something of long ago")
    house.clock.advance(by: .seconds(2 * 86_400))
    #expect(try await words("daily_review", [:], Client(house)).contains("Nothing was remembered or changed"))
    try await house.remember("Something of this morning")
    house.clock.advance(by: .seconds(3_600))
    let text = try await words("daily_review", [:], Client(house))
    #expect(text.contains("Something of this morning"))
    #expect(!text.contains("Something of long ago"))
  }

  @Test func `contradictions are shown in pairs`() async throws {
    let house = try await House()
    #expect(try await words("resolve_contradictions", [:], Client(house)).contains("No two memories"))
    #expect(try await words("summarize_session", [:], Client(house)).contains("wait for my yes"))
  }

  @Test(
    arguments: [
      ("recall", [:], "topic"), ("recall", ["topic": "  "], "topic"), ("remember", [:], "text"),
      ("recall", ["topic": "x", "colour": "red"], "colour"), ("recall", ["topic": 7], "topic"),
    ] as [(String, JSONObject, String)])
  func `arguments that do not fit are refused by name`(name: String, arguments: JSONObject, fault: String)
    async throws
  {
    let answer = try await Client(House()).modern(
      "prompts/get", ["name": .string(name), "arguments": .object(arguments)])
    #expect(answer.status == 400)
    #expect(answer.code == -32602)
    #expect(answer.json?["error"]?["message"]?.stringValue?.contains("“\(fault)”") == true)
  }

  @Test(
    arguments: [
      ["name": "dream"], [:], ["name": "recall", "arguments": []],
      ["name": "recall", "arguments": ["topic": "x", "context": "nowhere"]],
    ] as [JSONObject])
  func `a prompt that is not there is refused`(params: JSONObject) async throws {
    #expect(try await Client(House()).modern("prompts/get", params).code == -32602)
  }
}

@Suite struct CompletionTests {
  private func complete(_ reference: JSONValue, _ name: String, _ value: String, _ house: House) async throws
    -> [String]
  {
    let answer = try await Client(house).modern(
      "completion/complete",
      ["ref": reference, "argument": ["name": .string(name), "value": .string(value)]])
    let completion = try #require(answer.json?["result"]?["completion"], "\(answer.json?.text ?? "")")
    #expect(completion["hasMore"] == false)
    return (completion["values"]?.arrayValue ?? []).compactMap(\.stringValue)
  }

  private static func prompt(_ name: String) -> JSONValue { ["type": "ref/prompt", "name": .string(name)] }
  private static func template(_ path: String) -> JSONValue {
    ["type": "ref/resource", "uri": .string("memory://" + path)]
  }

  @Test func `contexts, tags, types and memories are suggested`() async throws {
    let house = try await House()
    try await house.makeContext("garden")
    let rose = try await house.remember("Roses need sun", in: "garden") { draft in
      draft.tags = ["roses", "sun"]
      draft.type = "fact"
    }
    try await house.remember("The deploy failed") { $0.tags = ["release"] }
    #expect(try await complete(Self.prompt("recall"), "context", "ga", house) == ["garden"])
    #expect(try await complete(Self.template("context/{name}"), "name", "", house) == ["default", "garden"])
    #expect(Set(try await complete(Self.template("tag/{tag}"), "tag", "r", house)) == ["roses", "release"])
    #expect(try await complete(Self.prompt("remember"), "type", "f", house) == ["fact"])
    #expect(try await complete(Self.prompt("remember"), "text", "", house) == [])
    #expect(
      try await complete(Self.template("item/{id}"), "id", String(rose.description.prefix(30)), house)
        .contains(rose.description))
    #expect(try await complete(Self.template("item/{id}"), "id", "SUN", house) == [rose.description])
  }

  @Test func `the context that was chosen narrows what follows`() async throws {
    let house = try await House()
    try await house.makeContext("garden")
    try await house.remember("Roses need sun", in: "garden") { $0.tags = ["roses"] }
    try await house.remember("The deploy failed") { $0.tags = ["release"] }
    let answer = try await Client(house).modern(
      "completion/complete",
      [
        "ref": Self.prompt("recall"), "argument": ["name": "topic", "value": ""],
        "context": ["arguments": ["context": "garden"]],
      ])
    #expect(answer.json?["result"]?["completion"]?["values"] == ["roses"])
  }

  @Test func `no more than a hundred`() async throws {
    let house = try await House()
    for number in 0..<120 { try await house.makeContext("c\(number)") }
    let answer = try await Client(house).modern(
      "completion/complete", ["ref": Self.prompt("recall"), "argument": ["name": "context", "value": "c"]])
    #expect(answer.json?["result"]?["completion"]?["values"]?.arrayValue?.count == 100)
    #expect(answer.json?["result"]?["completion"]?["hasMore"] == true)
  }

  @Test(
    arguments: [
      (Self.prompt("dream"), "topic"), (Self.prompt("recall"), "colour"),
      (Self.template("item/{id}"), "name"),
      (Self.template("nothing/{x}"), "x"), (["type": "ref/other"], "x"),
    ] as [(JSONValue, String)])
  func `what is not there completes nothing`(reference: JSONValue, argument: String) async throws {
    let answer = try await Client(House()).modern(
      "completion/complete", ["ref": reference, "argument": ["name": .string(argument), "value": ""]])
    #expect(answer.code == -32602)
  }
}
