import Engine
import Foundation
import Identity
import JSON
import Model
import TestSupport
import Testing
import WebClient

@testable import PluginHost

@Suite struct PluginTests {
  // MARK: Before

  @Test func `a hook before a write changes what is written`() async throws {
    let studio = try await Studio()
    try await studio.install(
      """
      return { before_remember = function(draft, event)
        return { summary = draft.summary .. " (" .. event.context.name .. ")", tags = { event.config.tag } }
      end }
      """, hooks: [.beforeRemember],
      manifest: "config = { tag = { type = 'string', about = 'A tag.', default = 'x' } }")
    let memory = try await studio.remember("Alice drinks green tea")
    #expect(memory.summary == "Alice drinks green tea (default)")
    #expect(memory.tags == ["x"])
  }

  @Test func `a refusal is told to the writer, and a retry of what was written is not refused`() async throws
  {
    let studio = try await Studio()
    let kept = try await studio.remember("Alice drinks green tea") { $0.idempotencyKey = "k" }
    try await studio.install(
      "return { before_remember = function() return { refuse = 'not today' } end }", hooks: [.beforeRemember])
    let error = await #expect(throws: EngineError.self) { try await studio.remember("Bob drinks coffee") }
    #expect(error?.message == "“sample” refused this: not today")
    #expect(error?.face.code == "refused")
    #expect(try await studio.remember("Alice drinks green tea") { $0.idempotencyKey = "k" }.id == kept.id)
    #expect(try await studio.summaries() == ["Alice drinks green tea"])
  }

  @Test(arguments: [
    ("error('broken')", "broken"), ("while true do end", "steps"),
    ("return { summary = 'short' }", "summary"),
    ("return { refuse = 1 }", "refuse"), ("return 0/0", "NaN"), ("return { sumary = 'x' }", "sumary"),
    ("local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e5) end", "4000000 steps"),
    ("return 'text'", "main.lua"),
    ("mneme.memory.remember({ summary = 'Never written at all' })", "cannot be called in before_remember"),
    ("mneme.memory.recall('tea')", "needs the capability memory.read"),
  ])
  func `a hook that fails is as if it were not there, and its log says what happened`(
    body: String, words: String
  ) async throws {
    let studio = try await Studio()
    try await studio.install(
      "return { before_remember = function(draft) \(body) end }", hooks: [.beforeRemember])
    let memory = try await studio.remember("Alice drinks green tea")
    #expect(memory.summary == "Alice drinks green tea")
    let log = try await studio.log()
    #expect(log.count == 1 && log[0].hasPrefix("error: ") && log[0].contains(words), "\(log)")
  }

  @Test func `a hook that fails again and again is left out for a while`() async throws {
    let studio = try await Studio()
    try await studio.install(
      "return { before_remember = function() error('no') end }", hooks: [.beforeRemember])
    for number in 0..<9 { try await studio.remember("Memory number \(number)") }
    let log = try await studio.log()
    #expect(log.filter { $0.contains(": no") }.count == 5)
    #expect(log.last?.contains("left out for a minute") == true)
    // A new version has a new chance.
    try await studio.install(
      "return { before_remember = function() return { tags = { 'seen' } } end }", hooks: [.beforeRemember])
    #expect(try await studio.remember("One more memory").tags == ["seen"])
  }

  @Test func `a hook before a recall changes the question, or refuses it`() async throws {
    let studio = try await Studio()
    try await studio.remember("Alice drinks green tea")
    try await studio.install(
      """
      return { before_recall = function(request)
        if request.query == "forbidden" then return { refuse = "do not ask" } end
        return { query = request.query:gsub("chai", "tea"), limit = request.limit }
      end }
      """, hooks: [.beforeRecall])
    let access = [try await studio.engine.reading("default", as: studio.owner)]
    let found = try await studio.engine.recall(RecallRequest("chai"), in: access)
    #expect(found.items.map(\.memory.summary) == ["Alice drinks green tea"])
    let error = await #expect(throws: EngineError.self) {
      try await studio.engine.recall(RecallRequest("forbidden"), in: access)
    }
    #expect(error?.face.code == "refused")
  }

  // MARK: After

  @Test func `what follows a write is done from the queue, as the plugin`() async throws {
    let studio = try await Studio()
    try await studio.install(
      """
      return { after_remember = function(memory, event)
        local id = mneme.memory.remember({ summary = "About: " .. memory.summary, tags = { "about" } })
        mneme.graph.link(id, memory.id, "about")
        mneme.log(event.hook .. " " .. event.attempt .. " in " .. event.context.name)
      end }
      """, hooks: [.afterRemember], asks: ["memory.write", "graph.write", "log"])
    let memory = try await studio.remember("Alice drinks green tea")
    #expect(try await studio.summaries().count == 1)
    #expect(await studio.work() == 1)
    #expect(try await studio.summaries() == ["Alice drinks green tea", "About: Alice drinks green tea"])
    #expect(try await studio.log() == ["info: after_remember 1 in default"])
    let access = try await studio.engine.reading("default", as: studio.owner)
    let edges = try await studio.engine.edges(of: memory.id.description, in: access)
    #expect(edges.map(\.type) == ["about"])
    let made = try await studio.engine.memory(edges[0].source.description, in: access)
    #expect((made.provenance.door, made.provenance.client) == ("plugin", "plugin/sample"))
    // What it wrote did not call it again.
    #expect(await studio.work() == 0)
  }

  @Test func `what fails is tried again with the same id, does nothing twice, and is parked in the end`()
    async throws
  {
    let studio = try await Studio()
    try await studio.install(
      """
      return { after_remember = function(memory, event)
        mneme.memory.remember({ summary = "Written by run " .. event.id:sub(1, 0) .. "of the plugin" })
        error("attempt " .. event.attempt)
      end }
      """, hooks: [.afterRemember], asks: ["memory.write"])
    try await studio.remember("Alice drinks green tea")
    for _ in 0..<10 {
      await studio.work()
      studio.clock.advance(by: .seconds(3_600))
    }
    #expect(try await studio.summaries() == ["Alice drinks green tea", "Written by run of the plugin"])
    let parked = try await studio.parked()
    #expect(parked.count == 1 && parked[0].contains("attempt 5"), "\(parked)")
    #expect(try await studio.log().filter { $0.hasPrefix("error: attempt") }.count == 5)
  }

  @Test func `two plugins that set each other off come to an end`() async throws {
    let studio = try await Studio()
    for name in ["ping", "pong", "pung", "peng", "pang"] {
      try await studio.install(
        "return { after_remember = function(memory) mneme.memory.remember({ summary = '\(name) says: ' .. memory.summary }) end }",
        name: name, hooks: [.afterRemember], asks: ["memory.write"])
    }
    try await studio.remember("Alice drinks tea")
    var rounds = 0
    while await studio.work() > 0 { rounds += 1 }
    #expect(rounds < 10)
    #expect(try await studio.parked() == [])
    #expect(try await studio.log(of: "ping") == [])
    let all = try await studio.summaries()
    // Nobody answers to what began with them, and no chain is longer than four.
    for name in ["ping", "pong", "pung", "peng", "pang"] {
      for summary in all { #expect(summary.components(separatedBy: name).count <= 2, "\(summary)") }
    }
    #expect(all.map { $0.components(separatedBy: "says").count - 1 }.max() == Plugins.longestChain)
  }

  @Test func `an answer is told of, and what a plugin asks itself is not`() async throws {
    let studio = try await Studio()
    try await studio.install(
      """
      return { after_recall = function(answer)
        mneme.memory.recall("coffee")
        mneme.state.set("seen", (mneme.state.get("seen") or 0) + 1)
        mneme.log(answer.query .. ": " .. #answer.results)
      end }
      """, hooks: [.afterRecall], asks: ["memory.read", "state", "log"])
    try await studio.remember("Alice drinks green tea")
    let access = [try await studio.engine.reading("default", as: studio.owner)]
    for _ in 0..<2 { _ = try await studio.engine.recall(RecallRequest("tea"), in: access) }
    await studio.engine.settle()
    #expect(await studio.work() == 2)
    #expect(try await studio.log() == ["info: tea: 1", "info: tea: 1"])
    await studio.engine.settle()
    #expect(await studio.work() == 0)
  }

  @Test func `a schedule runs once a period, and once more when it was asked to`() async throws {
    let studio = try await Studio()
    try await studio.install(
      """
      return { on_schedule = function(event)
        if event.payload then return mneme.log("later: " .. event.payload.word) end
        mneme.log("regular")
        mneme.schedule.later("again", 10, { word = "hello" })
      end }
      """, hooks: [.onSchedule], asks: ["log", "schedule"], manifest: "every_seconds = 3600")
    #expect(await studio.work() == 0)
    studio.clock.advance(by: .seconds(3_600))
    #expect(await studio.work() == 1)
    studio.clock.advance(by: .seconds(10))
    #expect(await studio.work() == 1)
    studio.clock.advance(by: .seconds(3_590))
    #expect(await studio.work() == 1)
    #expect(try await studio.log() == ["info: regular", "info: later: hello", "info: regular"])
    _ = try await studio.engine.removePlugin("sample", as: studio.owner)
    studio.clock.advance(by: .seconds(7_200))
    await studio.work()
    studio.clock.advance(by: .seconds(7_200))
    #expect(await studio.work() == 0)
  }

  @Test func `an event reaches the plugin that it is for, once`() async throws {
    let studio = try await Studio()
    try await studio.install(
      "return { on_event = function(event) mneme.log('got ' .. event.payload.kind) end }", hooks: [.onEvent],
      asks: ["log"])
    for _ in 0..<2 {
      #expect(
        try await studio.plugins.deliver(
          ["kind": "push"], key: "1", to: "sample", as: studio.owner, in: studio.engine))
    }
    #expect(
      try await !studio.plugins.deliver(
        1, key: "1", to: "none", as: studio.owner, in: studio.engine))
    #expect(await studio.work() == 1)
    #expect(try await studio.log() == ["info: got push"])
  }

  // MARK: Whose it is

  @Test func `a plugin does not exist in contexts that its installer cannot see`() async throws {
    let studio = try await Studio()
    try await studio.install(
      """
      return {
        before_remember = function() return { tags = { "seen" } } end,
        after_remember = function(memory) mneme.log("saw " .. memory.summary) end,
      }
      """, hooks: [.beforeRemember, .afterRemember], asks: ["log"])
    let bob = try await studio.addMember("Bob", as: .admin)
    var draft = ContextDraft(name: "bobs")
    draft.isPrivate = true
    _ = try await studio.engine.createContext(draft, as: bob)
    #expect(try await studio.remember("Bob drinks coffee", in: "bobs", as: bob).tags.isEmpty)
    #expect(await studio.work() == 0)
    draft.name = "shared"
    draft.isPrivate = false
    _ = try await studio.engine.createContext(draft, as: bob)
    #expect(try await studio.remember("Bob drinks tea", in: "shared", as: bob).tags == ["seen"])
    await studio.work()
    #expect(try await studio.log() == ["info: saw Bob drinks tea"])
    // The log tells what the installer saw, so it is theirs.
    #expect(try await studio.engine.pluginLog(of: "sample", limit: 9, as: bob).isEmpty)
  }

  @Test func `a plugin cannot reach what its installer cannot see, nor another workspace's`() async throws {
    let studio = try await Studio()
    let bob = try await studio.addMember("Bob", as: .admin)
    let stranger = try await studio.engine.foundWorkspace(named: "next door", owner: "Grace")
    let grace = try await studio.engine.authenticate(bearer: stranger.secret.text, door: .rest)
    _ = try await studio.engine.createContext(ContextDraft(name: "bobs"), as: bob)
    _ = try await studio.engine.createContext(ContextDraft(name: "graces"), as: grace)
    try await studio.install(
      """
      return { after_remember = function(memory)
        for _, name in ipairs({ "bobs", "graces", "default" }) do
          local ok, why = pcall(mneme.memory.list, { context = name })
          mneme.log(name .. " " .. tostring(ok))
        end
      end }
      """, hooks: [.afterRemember], asks: ["memory.read", "log"])
    try await studio.remember("Alice drinks green tea")
    await studio.work()
    #expect(try await studio.log() == ["info: bobs false", "info: graces false", "info: default true"])
    #expect(try await studio.engine.plugins(as: grace).isEmpty)
  }

  // MARK: Installing

  @Test func `what a plugin asks for is granted by name, or it is not installed`() async throws {
    let studio = try await Studio()
    let main = "return { after_remember = function() end }"
    let refusals: [([String], [String], String)] = [
      (
        ["memory.read"], [], "grant: missing; allowed are grants of all that the plugin asks for: memory.read"
      ),
      (["http.fetch"], ["http.fetch"], "http.fetch:HOST"),
      (["http.fetch:a.example"], ["http.fetch:b.example"], "http.fetch:a.example"),
      ([], ["state"], "the plugin does not ask for state"),
    ]
    for (asks, grants, words) in refusals {
      let error = await #expect(throws: EngineError.self) {
        try await studio.install(main, hooks: [.afterRemember], asks: asks, grants: grants)
      }
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }
    let installed = try await studio.install(
      main, hooks: [.afterRemember], asks: ["http.fetch", "log"], grants: ["http.fetch:a.example", "log"])
    #expect(installed.granted == [.httpFetch(host: "a.example"), .log])
    // A newer version that asks for no more needs no new grant.
    var later = PluginPackage(manifest: installed.manifestSource, main: installed.source + "\n")
    #expect(try await studio.engine.installPlugin(later, as: studio.owner).granted == installed.granted)
    later.manifest = installed.manifestSource.replacing("\"log\"", with: "\"log\", \"state\"")
    await #expect(throws: EngineError.self) { try await studio.engine.installPlugin(later, as: studio.owner) }
  }

  @Test(arguments: [
    ("return 1", "return {}", "manifest"), ("return {", "return {}", "manifest.lua:1"),
    ("return { name = 'A b' }", "return {}", "manifest.name"),
    (
      "return { name = 'a', version = '1', about = 'x', hooks = { 'on_tea' } }", "return {}",
      "manifest.version"
    ),
    ("MANIFEST", "return {", "main.lua:1"), ("MANIFEST", "return {}", "there is no function after_remember"),
    (
      "MANIFEST", "return { after_remember = function() end, after_rember = function() end }",
      "after_rember is no hook"
    ),
    ("MANIFEST", "return { after_remember = function() end, on_event = function() end }", "never be called"),
    ("MANIFEST", "mneme.log('x') return { after_remember = function() end }", "in hooks only"),
    ("MANIFEST", "while true do end", "steps"),
  ])
  func `what cannot run is not installed, and the reason says where`(
    manifest: String, main: String, words: String
  )
    async throws
  {
    let sound = "return { name = 'a', version = '1.0.0', about = 'x', hooks = { 'after_remember' } }"
    let package = PluginPackage(manifest: manifest == "MANIFEST" ? sound : manifest, main: main)
    let error = await #expect(throws: EngineError.self) { try await Plugins().examine(package) }
    #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    #expect(error?.face.code == "validation_error")
  }

  @Test func `settings are checked, have defaults, and outlive a new version`() async throws {
    let studio = try await Studio()
    let main =
      "return { before_remember = function(_, event) return { tags = { event.config.a .. event.config.n } } end }"
    let config = """
      config = { a = { type = "string", about = "A word.", required = true },
                 n = { type = "integer", about = "A number.", default = 7 } }
      """
    func install(_ settings: JSONObject?) async throws -> InstalledPlugin {
      try await studio.install(main, hooks: [.beforeRemember], manifest: config, config: settings)
    }
    for (settings, words) in [
      ([:], "settings.a: missing"), (["a": 1], "settings.a: is no string"),
      (["a": "x", "b": 1], "settings.b"),
      (["a": "x", "n": 1.5], "settings.n: is no integer"),
    ] as [(JSONObject, String)] {
      let error = await #expect(throws: EngineError.self) { try await install(settings) }
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }
    _ = try await install(["a": "x"])
    #expect(try await studio.remember("Alice drinks tea").tags == ["x7"])
    _ = try await install(nil)
    var setup = PluginSetup()
    setup.config = ["n": 8]
    _ = try await studio.engine.configurePlugin("sample", setup, as: studio.owner)
    #expect(try await studio.remember("Bob drinks tea").tags == ["x8"])
    setup.config = ["n": nil]
    setup.isEnabled = false
    _ = try await studio.engine.configurePlugin("sample", setup, as: studio.owner)
    #expect(try await studio.remember("Carol drinks tea").tags == [])
  }

  // MARK: The world outside

  @Test func `only granted hosts are asked, and what comes back is told`() async throws {
    let studio = try await Studio { (request) throws(WebError) in
      guard request.url.contains("a.example") else { throw WebError(.forbidden, "not public") }
      return WebResponse(
        status: 302, headers: WebHeaders([("Location", "http://127.0.0.1/")]), body: [0xFF, 0x41])
    }
    try await studio.install(
      """
      return { after_remember = function(memory, event)
        for _, url in ipairs({ "https://a.example/x", "https://a.example:8443/", "http://b.example/", "https://a.example@b.example/",
          "file:///etc/passwd", "https://c.example/" }) do
          local ok, answer = pcall(mneme.http.fetch, { url = url, method = "POST", body = "x" })
          mneme.log(ok and (answer.status .. " " .. answer.headers.location .. " " .. answer.body) or answer)
        end
        local ok, why = pcall(mneme.http.fetch, { url = "https://a.example/", headers = { Host = "b.example" } })
        mneme.log(why)
      end }
      """, hooks: [.afterRemember], asks: ["http.fetch", "log"],
      grants: ["http.fetch:a.example", "http.fetch:c.example", "log"])
    try await studio.remember("Alice drinks green tea")
    await studio.work()
    let log = try await studio.log()
    try #require(log.count == 7, "\(log)")
    #expect(log[0] == "info: 302 http://127.0.0.1/ \u{FFFD}A")
    #expect(log[1].contains("grant it http.fetch:a.example:8443"))
    #expect(log[2].contains("grant it http.fetch:b.example"))
    #expect(log[3].contains("names a host"))
    #expect(log[4].contains("names a host"))
    #expect(log[5].contains("not public"))
    #expect(log[6].contains("the header Host is the host's business"))
  }

  @Test func `state is the plugin's own, and bounded`() async throws {
    let studio = try await Studio()
    for name in ["one", "two"] {
      try await studio.install(
        """
        return { after_remember = function()
          mneme.log(tostring(mneme.state.get("k")))
          mneme.state.set("k", { "\(name)", n = 1.5 }, 60)
          mneme.state.set("k2", "\(name)")
          local all = mneme.state.list("k")
          mneme.log(all.k2 .. " " .. tostring(mneme.state.remove("k2")) .. " " .. tostring(mneme.state.remove("k2")))
          mneme.log(tostring(pcall(mneme.state.set, "big", ("x"):rep(70000))))
        end }
        """.replacing("{ \"\(name)\", n = 1.5 }", with: "\"kept by \(name)\""),
        name: name, hooks: [.afterRemember], asks: ["state", "log"])
    }
    try await studio.remember("Alice drinks green tea")
    await studio.work()
    for name in ["one", "two"] {
      #expect(
        try await studio.log(of: name).prefix(3) == ["info: nil", "info: \(name) true false", "info: false"])
    }
    studio.clock.advance(by: .seconds(30))
    try await studio.remember("Bob drinks green tea")
    await studio.work()
    #expect(try await studio.log(of: "one")[3] == "info: kept by one")
    studio.clock.advance(by: .seconds(120))
    try await studio.remember("Carol drinks green tea")
    await studio.work()
    #expect(try await studio.log(of: "one")[6] == "info: nil")
  }

  @Test func `signatures are those of RFC 4231`() {
    #expect(
      hexadecimal(hmacSHA256(Array(repeating: 0x0B, count: 20), Array("Hi There".utf8)))
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    #expect(
      hexadecimal(hmacSHA256(Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let long = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
    #expect(
      hexadecimal(hmacSHA256(Array(repeating: 0xAA, count: 131), long))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }
}
