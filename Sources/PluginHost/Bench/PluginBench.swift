public import Engine
public import Storage
internal import Identity
internal import Inference
internal import JSON
internal import LuaRuntime
internal import Model
internal import Threads
internal import WebClient

/// Runs a plugin's own tests: in the real runtime and the real engine, over a store in memory, with a clock that stands still
/// and web servers that answer what the test says.
public struct PluginBench: Sendable {
  /// What became of one test.
  public struct Outcome: Sendable {
    public let file: String
    public let test: String
    /// Why it failed; nil when it passed.
    public let failure: String?
    public let log: [String]
  }

  private let package: PluginPackage
  private let makeStore: @Sendable () -> any Store

  /// A bench for `package`. Each test begins with a new store.
  public init(_ package: PluginPackage, store: @escaping @Sendable () -> any Store) {
    self.package = package
    makeStore = store
  }

  /// Runs every test of a script that returns a table of functions.
  public func run(_ source: String, file: String) async throws(EngineError) -> [Outcome] {
    let program = LuaProgram(name: file, source: source)
    let names: [String]
    do throws(LuaError) {
      names = try LuaSandbox(program, functions: BenchAPI.silent).functionNames(
        budget: LuaBudget(steps: 1_000_000))
    } catch {
      throw .invalid(file, "\(error)", allowed: "a script that returns a table of test functions")
    }
    guard !names.isEmpty else {
      throw .invalid(file, "there is no test in it", allowed: "a table with at least one function")
    }
    var outcomes: [Outcome] = []
    for name in names {
      let world = try await BenchWorld(package, store: makeStore())
      outcomes.append(await Self.run(name, of: program, in: world))
      await world.engine.settle()
    }
    return outcomes
  }

  private static func run(_ name: String, of program: LuaProgram, in world: BenchWorld) async -> Outcome {
    await Lanes(count: 2, name: "plugin-test").run(for: world.owner.workspace) {
      do throws(LuaError) {
        let sandbox = try LuaSandbox(program, functions: BenchAPI.functions)
        let reply = try sandbox.call(
          name, budget: LuaBudget(steps: 100_000_000, time: nil, hostCalls: 10_000), context: world)
        return Outcome(file: program.name, test: name, failure: nil, log: reply.log)
      } catch {
        return Outcome(file: program.name, test: name, failure: "\(error)", log: error.log)
      }
    }
  }
}

/// The world of one test: an engine of its own with the plugin in it.
final class BenchWorld: Sendable {
  let engine: MemoryEngine
  let owner: Caller
  let plugins: Plugins
  let package: PluginPackage
  let clock: StandingClock
  let outside: Outside

  init(_ package: PluginPackage, store: any Store) async throws(EngineError) {
    self.package = package
    clock = StandingClock()
    let outside = Outside()
    self.outside = outside
    plugins = Plugins(
      services: PluginServices(
        fetch: { (request) throws(WebError) in try outside.answer(request) }, judge: outside),
      times: .unlimited)
    engine = MemoryEngine(store: store, clock: clock, hooks: plugins)
    var random = SystemRandomNumberGenerator()
    let secret = KeySecret.make(from: &random)
    _ = try await engine.found(with: secret)
    owner = try await engine.authenticate(bearer: secret.text, door: .cli, client: "plugin test")
  }

  /// Carries out all work that is due.
  func work() async -> Int {
    await TaskRunner(of: engine, handlers: plugins.handlers(for: engine)).runDue()
  }
}

/// A clock that a test moves.
final class StandingClock: WallClock {
  private let time = Lock(Timestamp(microseconds: 1_767_258_000_000_000))

  func now() -> Timestamp { time.withLock { $0 } }

  func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// The web servers and the language model of a test.
final class Outside: Judge {
  private struct State {
    var answers: [WebResponse] = []
    var requests: [WebRequest] = []
    var verdicts: [String] = []
  }

  private let state = Lock(State())

  func prepare(_ answer: WebResponse) { state.withLock { $0.answers.append(answer) } }
  func prepare(verdict: String) { state.withLock { $0.verdicts.append(verdict) } }
  var requests: [WebRequest] { state.withLock { $0.requests } }

  func answer(_ request: WebRequest) throws(WebError) -> WebResponse {
    let answer = state.withLock { state in
      state.requests.append(request)
      return state.answers.isEmpty ? nil : state.answers.removeFirst()
    }
    guard let answer else {
      throw WebError(.unreachable, "the test has prepared no answer: world.respond(status, body)")
    }
    return answer
  }

  func answer(_ question: JudgeQuestion) throws(InferenceError) -> String {
    let verdict = state.withLock { $0.verdicts.isEmpty ? nil : $0.verdicts.removeFirst() }
    guard let verdict else {
      throw .unavailable("the test has prepared no answer: world.judge(text)")
    }
    return verdict
  }
}
