import Engine
import HTTPServer
import JSON
import Model
import Testing
import Threads

@testable import MCP

/// What clients hear of changes that they did not make.
@Suite struct SubscriptionTests {
  private static let quick: MCPDoor.Settings = {
    var settings = MCPDoor.Settings()
    settings.watchInterval = .milliseconds(5)
    return settings
  }()

  private func client(_ house: House, key: String? = nil) -> Client {
    Client(house, key: key ?? house.secret, settings: Self.quick)
  }

  private func listen(_ client: Client, id: JSONValue = "ear", _ filter: JSONObject) async throws -> Events {
    let response = try await client.stream("subscriptions/listen", ["notifications": .object(filter)], id: id)
    #expect(response.status == 200)
    return try #require(Events(response))
  }

  @Test func `a modern client that listens hears of the pages it asked for, and of nothing else`()
    async throws
  {
    let house = try await House()
    let client = client(house)
    let events = try await listen(
      client,
      [
        "resourceSubscriptions": ["memory://recent", "memory://tag/ferry", "memory://pinned"],
        "toolsListChanged": true, "resourcesListChanged": true,
      ])
    let first = try await events.next()
    #expect(first?["method"] == "notifications/subscriptions/acknowledged")
    #expect(first?["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "ear")
    #expect(
      first?["params"]?["notifications"] == [
        "resourcesListChanged": true,
        "resourceSubscriptions": ["memory://recent", "memory://tag/ferry", "memory://pinned"],
      ])
    try await house.remember("Always answer in English") { $0.delivery = .always }
    for uri in ["memory://pinned", "memory://recent"] {
      let next = try await events.next()
      #expect(next?["method"] == "notifications/resources/updated")
      #expect(next?["params"]?["uri"] == .string(uri))
      #expect(next?["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "ear")
    }
    try await house.makeContext("garden")
    #expect(try await events.next()?["method"] == "notifications/resources/list_changed")
  }

  @Test
  func `a memory that is watched is news when it changes and when it goes, and watching is no use of it`()
    async throws
  {
    let house = try await House()
    let id = try await house.remember("The ferry leaves at 07:40")
    let uri = "memory://item/\(id)"
    let events = try await listen(client(house), ["resourceSubscriptions": [.string(uri)]])
    _ = try await events.next()
    let access = try await house.engine.writing("default", as: try await house.caller(house.secret))
    var revision = MemoryRevision()
    revision.importance = 0.9
    _ = try await house.engine.update(id.description, with: revision, in: access)
    #expect(try await events.next()?["params"]?["uri"] == .string(uri))
    await house.engine.settle()
    #expect(try await house.engine.memory(id.description, in: access.reading).accessCount == 0)
    _ = try await house.engine.forget([id.description], in: access)
    #expect(try await events.next()?["params"]?["uri"] == .string(uri))
  }

  @Test func `a stream ends with a result when the server goes`() async throws {
    let events = try await listen(client(try await House()), id: 7, ["resourcesListChanged": true])
    #expect(try await events.next()?["params"]?["notifications"] == ["resourcesListChanged": true])
    events.cancel()
    let last = try await events.next()
    #expect(last?["id"] == 7)
    #expect(last?["result"]?["resultType"] == "complete")
    #expect(last?["result"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 7)
    #expect(try await events.next() == nil)
  }

  @Test func `a stream ends with its key`() async throws {
    let house = try await House()
    let made = try await Client(house).call("create_key", ["name": "short-lived"])["structuredContent"]
    let events = try await listen(
      client(house, key: made?["secret"]?.stringValue), ["resourceSubscriptions": ["memory://recent"]])
    _ = try await events.next()
    _ = try await Client(house).call("revoke_key", ["key_id": made?["key"]?["id"] ?? nil])
    #expect(try await events.next()?["result"] != nil)
    #expect(try await events.next() == nil)
  }

  @Test(
    arguments: [
      [:], ["notifications": []], ["notifications": ["resourceSubscriptions": "memory://recent"]],
      ["notifications": ["resourceSubscriptions": ["memory://nothing"]]],
      ["notifications": ["resourceSubscriptions": [7]]],
    ] as [JSONObject])
  func `a filter that makes no sense is refused`(params: JSONObject) async throws {
    let answer = try await Client(House()).modern("subscriptions/listen", params)
    #expect(answer.status == 400)
    #expect(answer.code == -32602)
  }

  @Test func `a client that reads no events cannot listen`() async throws {
    let answer = try await Client(House()).modern(
      "subscriptions/listen", ["notifications": [:]], headers: ["Accept": "application/json"])
    #expect(answer.status == 400)
  }

  @Test(arguments: Revision.all(of: .legacy))
  func `a session hears on its stream of what it subscribed to`(revision: Revision) async throws {
    let house = try await House()
    let client = client(house)
    let session = try await client.session(revision.rawValue)
    let events = try #require(Events(try await client.open(session)))
    for uri in ["memory://recent", "memory://pinned"] {
      let answer = try await client.post(legacy("resources/subscribe", ["uri": .string(uri)]), session)
      #expect(answer.json?["result"] == [:])
    }
    let answer = try await client.post(legacy("resources/unsubscribe", ["uri": "memory://pinned"]), session)
    #expect(answer.json?["result"] == [:])
    try await house.remember("Always answer in English") { $0.delivery = .always }
    #expect(
      try await events.next() == [
        "jsonrpc": "2.0", "method": "notifications/resources/updated", "params": ["uri": "memory://recent"],
      ])
    // From when it has seen the list, it hears of the list.
    _ = try await client.post(legacy("resources/list"), session)
    try await house.makeContext("garden")
    #expect(
      try await events.next() == ["jsonrpc": "2.0", "method": "notifications/resources/list_changed"])
  }

  @Test func `what changed before there was a stream is told when there is one`() async throws {
    let house = try await House()
    let client = client(house)
    let session = try await client.session()
    _ = try await client.post(legacy("resources/subscribe", ["uri": "memory://recent"]), session)
    try await house.remember("Ten characters")
    let events = try #require(Events(try await client.open(session)))
    #expect(try await events.next()?["params"]?["uri"] == "memory://recent")
  }

  @Test func `a session has room for so many subscriptions`() async throws {
    let client = try await Client(House())
    let session = try await client.session()
    for number in 0...Subscriptions.limit {
      let uri = JSONValue.string("memory://tag/\(number)")
      let answer = try await client.post(legacy("resources/subscribe", ["uri": uri]), session)
      #expect(answer.code == (number < Subscriptions.limit ? nil : -32602))
    }
    #expect(try await client.post(legacy("resources/subscribe", ["uri": "x://y"]), session).code == -32002)
  }

  @Test func `nobody is followed when nobody follows`() async throws {
    let house = try await House()
    let watch = ChangeWatch(interval: .milliseconds(1))
    let look: ChangeWatch.Look = { () async throws(EngineError) in
      let caller = try await house.caller(house.secret)
      return (caller, try await house.engine.changeMark(as: caller))
    }
    var streams = [try await watch.follow(look), try await watch.follow(look)]
    #expect(await watch.followers == 2)
    try await house.remember("Ten characters")
    for stream in streams {
      for await _ in stream { break }
    }
    streams = []
    while await watch.followers > 0 { await Task.yield() }
  }
}
