internal import Engine
internal import JSON
internal import Model
internal import Operations
internal import Testing

@Suite struct OutputTests {
  @Test(arguments: Catalogue.all)
  func `what an operation returns fits the schema that it publishes`(operation: AnyOperation) async throws {
    for template in try await Template.all(of: operation) {
      try await World.with { world in
        let arguments = try template.arguments(for: world.asker)
        let outcome = await world.run(operation, arguments, as: world.asker.caller)
        guard case .success(let result) = outcome else {
          Issue.record("\(outcome.text)")
          return
        }
        #expect(result["status"] == "success")
        #expect(DefinitionCheck.findings(.object(result), against: operation.output) == [])
      }
    }
  }

  @Test func `a check of a schema finds what is wrong`() {
    let schema: JSONObject = [
      "type": "object", "required": ["a"], "additionalProperties": false,
      "properties": [
        "a": ["type": "integer", "maximum": 3], "b": ["type": "array", "items": ["enum": ["x"]]],
      ],
    ]
    func count(_ value: JSONValue) -> Int { DefinitionCheck.findings(value, against: schema).count }
    #expect(count(["a": 3, "b": ["x", "x"]]) == 0)
    #expect(count(["a": 4]) == 1)
    #expect(count(["a": 1.5]) == 1)
    #expect(count(["b": ["y", "x"], "c": 1]) == 3)
    #expect(count([]) == 1)
    #expect(DefinitionCheck.findings(1, against: ["multipleOf": 2]).count == 1)
  }

  @Test(arguments: Backend.allCases)
  func `the life of a memory, as a client sees it`(backend: Backend) async throws {
    try await World.with(on: backend) { world in
      let client = Client(world: world)
      let place: JSONObject = ["context_id": .string(world.asker.contexts[1].name)]
      let old = try await client.call(
        "remember", place,
        ["summary": "The staging database is on host Artemis", "content": "Moved in May", "type": "note"])
      #expect(old["context_name"]?.stringValue == world.asker.contexts[1].name)
      let new = try await client.call(
        "remember", place,
        [
          "summary": "The staging database is on host Borealis", "content": "Moved in June",
          "type": "decision", "supersedes": old["memory_id"] ?? nil, "tags": ["database"],
          "details": ["resource_id": "staging-host"], "delivery_mode": "always",
        ])
      let identifier: JSONObject = ["memory_id": new["memory_id"] ?? nil]

      let found = try await client.call("recall", place, ["query": "staging database", "explain": true])
      #expect(found["results"]?.arrayValue?.map { $0["memory_id"] } == [new["memory_id"]])
      #expect(found["results"]?[0]?["explanation"]?["signals"]?["keyword"] != nil)
      let both = try await client.call(
        "recall", place, ["query": "staging database", "include_superseded": true])
      #expect(both["count"] == 2)

      let opened = try await client.call("reference", place, identifier)
      #expect(opened["memory"]?["content"] == "Moved in June")
      #expect(opened["memory"]?["external_id"] == "staging-host")
      #expect(opened["memory"]?["links"]?[0]?["edge_type"] == "supersedes")
      let shadowed = try await client.call("reference", place, ["memory_id": old["memory_id"] ?? nil])
      #expect(shadowed["memory"]?["superseded_by"] == new["memory_id"])

      let changed = try await client.call("update_memory", place, identifier, ["importance": 0.9])
      #expect((changed["operation"], changed["re_embedded"]) == ("updated", false))
      #expect(try await client.call("load_pinned", place)["memories"]?[0]?["importance"] == 0.9)
      #expect(try await client.call("list_tags", place)["tags"]?[0]?["tag"] == "database")
      _ = try await client.call("feedback", place, identifier, ["helpful": true, "note": "It was there"])

      #expect(try await client.call("forget", place, identifier)["deleted_count"] == 1)
      #expect(try await client.call("list_memories", place)["total"] == 1)
      _ = try await client.call("restore_memory", place, identifier)
      let history = try await client.call("get_history", place, identifier)
      #expect(
        history["changes"]?.arrayValue?.map { $0["change"] } == [
          "created", "updated", "forgotten", "restored",
        ])

      _ = try await client.call("set_state", place, ["key": "cursor", "value": ["page": 3]])
      #expect(try await client.call("get_state", place, ["key": "cursor"])["value"] == ["page": 3])
      #expect(try await client.call("get_state", place, ["key": "none"])["found"] == false)

      let made = try await client.call("create_key", ["name": "laptop", "role": "member"])
      #expect(made["secret"]?.stringValue?.hasPrefix("mn_live_") == true)
      let revoked = try await client.call("revoke_key", ["key_id": made["key"]?["id"] ?? nil])
      #expect(revoked["key"]?["revoked_at"] != nil)
    }
  }
}

/// Somebody who calls operations by name, and looks whether the answers fit what is published.
private struct Client {
  let world: World

  func call(_ name: String, _ parts: JSONObject...) async throws -> JSONObject {
    let operation = try #require(Catalogue.operation(name))
    let arguments = JSONObject(parts.flatMap { part in part.map { ($0.key, $0.value) } })
    let result = try await operation.run(arguments, Call(engine: world.engine, caller: world.asker.caller))
    #expect(DefinitionCheck.findings(.object(result), against: operation.output) == [])
    return result
  }
}
