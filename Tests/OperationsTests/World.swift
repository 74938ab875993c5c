@_spi(ScopeMaking) internal import Identity
internal import Engine
internal import Inference
internal import JSON
internal import Model
internal import Operations
internal import PluginHost
internal import Storage
internal import StorageReference
internal import StorageSQLite
internal import TestSupport
internal import WebClient
internal import Testing

/// Where a world keeps its rows.
enum Backend: String, Sendable, CaseIterable {
  case reference
  case sqlite

  func open() async throws -> (store: any Store, close: @Sendable () async -> Void) {
    switch self {
    case .reference: return (ReferenceStore(), {})
    case .sqlite:
      let store = try await SQLiteStore.open(.memory)
      return (store, { await store.close() })
    }
  }
}

/// How the one who asks stands to the one whose things must stay unseen.
enum Tenancy: String, Sendable, CaseIterable {
  /// In two workspaces, each with its owner.
  case strangers
  /// Two members of one workspace, with private contexts.
  case colleagues
  /// An admin of the workspace and a member with private contexts. An admin sees that member's keys, and only those.
  case adminAndMember

  var sharesKeys: Bool { self == .adminAndMember }
}

/// Somebody with a little of everything, all of it marked by a word that occurs nowhere else.
struct Tenant: Sendable {
  let word: String
  var caller: Caller
  var contexts: [Context] = []
  var memory = MemoryID(high: 0, low: 0)
  var forgotten = MemoryID(high: 0, low: 0)
  /// Linked to `memory` by `edge`.
  var linking = MemoryID(high: 0, low: 0)
  var edge = EdgeID(high: 0, low: 0)
  var key = KeyID(high: 0, low: 0)
  /// A plugin belongs to a workspace: one of two tenants in the same workspace has none.
  var plugin: String?
  /// So does a policy.
  var policy: String?
  var task = TaskID(high: 0, low: 0)

  /// The same person, with another role.
  func acting(as role: Role, for permission: Permission = .admin) -> Caller {
    Caller(
      user: caller.user, workspace: caller.workspace, role: role, key: caller.key, permission: permission,
      door: caller.door)
  }
}

/// Two tenants on one store. Each use of it starts from a new one, so that no call sees what another did.
struct World: Sendable {
  let engine: MemoryEngine
  /// Who asks.
  var asker: Tenant
  /// Whose things must stay unseen.
  var other: Tenant

  /// Runs `body` in a new world.
  static func with<Result>(
    _ tenancy: Tenancy = .strangers, on backend: Backend = .reference, _ body: (World) async throws -> Result
  ) async throws -> Result {
    let (store, close) = try await backend.open()
    let clock = TestClock()
    let policies = PolicyJudgement(store: store, clock: clock, threads: 2)
    let engine = MemoryEngine(
      store: store, clock: clock, identifiers: IdentifierSource(clock: clock, random: SeededRandom(seed: 1)),
      models: EmbeddingModels([.init(TestEmbedder.model.name, .builtIn, TestEmbedder())], standard: nil),
      hooks: Plugins(
        services: PluginServices { (_) throws(WebError) in throw WebError(.unreachable, "nobody") },
        times: .unlimited),
      judgement: policies, policyHost: policies)
    do {
      let result = try await body(try await World(engine, tenancy))
      await close()
      return result
    } catch {
      await close()
      throw error
    }
  }

  private init(_ engine: MemoryEngine, _ tenancy: Tenancy) async throws {
    func caller(_ secret: KeySecret) async throws -> Caller {
      try await engine.authenticate(bearer: secret.text, door: .rest, client: "zqclient")
    }
    let first = try await engine.foundWorkspace(named: "zqasker office", owner: "zqasker owner")
    let asker: Caller
    let other: Caller
    switch tenancy {
    case .strangers:
      let second = try await engine.foundWorkspace(named: "zqother office", owner: "zqother owner")
      asker = try await caller(first.secret)
      other = try await caller(second.secret)
    case .colleagues, .adminAndMember:
      let role: Role = tenancy == .colleagues ? .member : .admin
      asker = try await caller(
        try await engine.addMember(named: "zqasker", to: first.workspace.id, as: role).secret)
      // The name of a first key is its user's, which an admin may see.
      other = try await caller(
        try await engine.addMember(named: "Somebody", to: first.workspace.id, as: .member).secret)
    }
    self.engine = engine
    self.asker = Tenant(word: "zqasker", caller: asker)
    self.other = Tenant(word: "zqother", caller: other)
    try await furnish(&self.asker, keyName: "zqasker key")
    try await installPlugin(for: &self.asker)
    if tenancy == .strangers { try await installPlugin(for: &self.other) }
    try await furnish(&self.other, keyName: tenancy.sharesKeys ? "Somebody's key" : "zqother key")
    try await putPolicy(for: &self.asker)
    if tenancy == .strangers { try await putPolicy(for: &self.other) }
  }

  private func furnish(_ tenant: inout Tenant, keyName: String) async throws {
    let word = tenant.word
    for number in ["first", "second"] {
      var draft = ContextDraft(name: "\(word)-\(number)")
      draft.displayName = "The \(number) of \(word)"
      draft.description = "What \(word) knows"
      draft.summary = "All about \(word)"
      draft.usageGuide = "Ask \(word)"
      // Private contexts are made by an admin, who need not stay one.
      tenant.contexts.append(try await engine.createContext(draft, as: tenant.acting(as: .admin)))
    }
    let writing = try await engine.writing(
      tenant.contexts[0].id.description, as: tenant.acting(as: .member))
    func remember(_ number: String, _ adjust: (inout MemoryDraft) -> Void) async throws -> MemoryID {
      var draft = MemoryDraft(
        summary: "The harbour of \(word) opens at \(number)", content: "It was \(word) who asked",
        type: "note")
      draft.contextSummary = "Ships of \(word) come early"
      draft.tags = ["tide", "tide-\(word)"]
      draft.metadata = ["asked_by": .string(word)]
      draft.delivery = .always
      draft.sourceType = word
      adjust(&draft)
      return try await engine.remember(draft, in: writing).memory.id
    }
    tenant.memory = try await remember("nine") {
      $0.details = ["resource_id": .string("\(word)-resource"), "by": .string(word)]
      $0.sourceURI = "https://\(word).example/1"
      $0.idempotencyKey = "\(word)-once"
    }
    let memory = tenant.memory.description
    tenant.linking = try await remember("noon") { $0.linked = [memory] }
    let edges = try await engine.edges(at: memory, matching: EdgeFilter(), in: writing.reading)
    tenant.edge = try #require(edges.first).id
    tenant.forgotten = try await remember("night") { _ in }
    _ = try await engine.forget([tenant.forgotten.description], in: writing)
    _ = try await engine.setState(
      "cursor-\(word)", to: ["of": .string(word)], for: nil, in: writing)
    _ = try await engine.add(
      feedback: true, on: memory, query: "harbour", note: "said \(word)", in: writing)
    tenant.key = try await engine.createKey(KeyDraft(name: keyName, role: .viewer), as: tenant.caller).key.id
    try await park(tenant: &tenant)
    await engine.settle()
  }

  /// Puts two versions of a policy, the first and then the second in force, and lets it write a line.
  private func putPolicy(for tenant: inout Tenant) async throws {
    let name = "\(tenant.word)-ranking"
    let admin = tenant.acting(as: .admin)
    for source in [PolicySource.scoring, PolicySource.scoring + " -- again"] {
      let policy = try await engine.putPolicy(name, kind: .scoring, source: source, as: admin)
      for context in [nil, tenant.contexts[0].id.description] {
        _ = try await engine.activatePolicy(name, version: policy.version, inContext: context, as: admin)
      }
    }
    tenant.policy = name
  }

  private func installPlugin(for tenant: inout Tenant) async throws {
    let name = "\(tenant.word)-helper"
    let package = PluginPackage(manifest: PluginSource.manifest(name), main: PluginSource.main)
    var setup = PluginSetup()
    setup.granted = [.log]
    setup.config = ["note": .string(tenant.word)]
    tenant.plugin = try await engine.installPlugin(package, setup, as: tenant.acting(as: .admin)).name
    let plugin = try await engine.plugin(
      name, actingFor: tenant.caller.user, in: tenant.caller.workspace)
    let line = PluginLogLine(at: engine.now, level: .info, hook: .afterRemember, text: "saw \(tenant.word)")
    await engine.log([line], of: name, as: plugin)
  }

  /// Leaves a task that could not be done.
  private func park(tenant: inout Tenant) async throws {
    let word = tenant.word
    try await engine.enqueue([
      engine.task(
        "errand", key: "errand of \(word)", payload: .string(word), for: tenant.caller.user,
        in: tenant.caller.workspace)
    ])
    _ = await TaskRunner(of: engine, handlers: ["errand": { _ in .park("\(word) was not at home") }]).runDue()
    tenant.task = try await engine.tasks(.parked, limit: 1, as: tenant.caller)[0].id
  }
}

/// A policy that changes nothing.
enum PolicySource {
  static let scoring =
    "return function(m) local s = {} for i, x in ipairs(m) do s[i] = x.relevance end return s end"
}

/// A plugin that does nothing.
enum PluginSource {
  static func manifest(_ name: String) -> String {
    """
    return { name = "\(name)", version = "1.0.0", about = "Helps.", hooks = { "after_remember" },
      capabilities = { "log" }, config = { note = { type = "string", about = "A note." } } }
    """
  }

  static let main = "return { after_remember = function() end }"
}

/// What came of a call.
enum Outcome: Sendable {
  case success(JSONObject)
  case failure(EngineError)

  /// All that the caller is told.
  var text: String {
    switch self {
    case .success(let result): return JSONValue.object(result).text
    case .failure(let error):
      let details = JSONValue.object(error.details).text
      return
        "\(error) as \(error.face.code) \(error.face.status) \(error.face.rpc) \(error.face.exit) \(details)"
    }
  }

  var error: EngineError? {
    if case .failure(let error) = self { error } else { nil }
  }

  /// What is wrong with the arguments, if that is what is wrong.
  var faults: [SchemaFault]? {
    if case .failure(.invalid(let faults)) = self { faults } else { nil }
  }
}

extension World {
  /// Calls an operation.
  func run(_ operation: AnyOperation, _ arguments: JSONObject, as caller: Caller) async -> Outcome {
    do throws(EngineError) {
      let result = try await operation.run(arguments, Call(engine: engine, caller: caller))
      return .success(result)
    } catch { return .failure(error) }
  }

  /// Everything that the other tenant sees of their own, in ways that do not count as a use.
  func viewOfOther() async throws -> String {
    let context: JSONValue = .string(other.contexts[0].id.description)
    var view: [String] = []
    for (name, arguments) in [
      ("get_context_info", ["context_id": context, "include_details": true]),
      ("get_context_info", ["context_id": .string(other.contexts[0].name)]),
      ("get_context_info", ["context_id": .string(other.contexts[1].id.description)]),
      ("list_memories", ["context_id": context]),
      ("get_history", ["context_id": context, "memory_id": .string(other.memory.description)]),
      ("get_history", ["context_id": context, "memory_id": .string(other.forgotten.description)]),
      ("get_state", ["context_id": context]),
      ("list_tags", ["context_id": context]),
      ("load_pinned", ["context_id": context]),
      ("list_edges", ["context_id": context, "memory_id": .string(other.memory.description)]),
      ("list_keys", [:]),
      ("list_plugins", [:]),
      ("list_tasks", [:]),
      ("get_plugin_logs", ["plugin": .string(other.plugin ?? "none")]),
    ] as [(String, JSONObject)] {
      let operation = try #require(Catalogue.operation(name))
      view.append(await run(operation, arguments, as: other.caller).text)
    }
    return view.joined(separator: "\n")
  }
}
