public import Engine
internal import LuaRuntime
public import Model
public import Retrieval
public import Storage
internal import Threads

/// Judges with the policies that are in force in a context, or with what is shipped.
///
/// A recall never fails because of a script: where one goes wrong, ``DefaultJudgement`` answers, the answer says so, the
/// script's log has the line, and a script that fails again and again is left out for a while.
public final class PolicyJudgement: Judgement, PolicyHost {
  private struct State {
    var scripts: [String: PolicyScript] = [:]
    var circuits: [String: Circuit] = [:]
  }

  private let store: any Store
  private let clock: any WallClock
  private let lanes: Lanes
  private let pool = LuaPool(limits: PolicyScript.limits)
  private let fallback = DefaultJudgement()
  private let shipped = PolicyScript(
    name: "default", source: ShippedPolicies.files["scoring/default"] ?? "return nil")
  private let state = Lock(State())

  /// Scripts of all workspaces run on `threads` threads, of which one workspace has at most a half.
  public init(store: any Store, clock: any WallClock = SystemClock(), threads: Int = 4) {
    self.store = store
    self.clock = clock
    lanes = Lanes(count: max(2, threads), name: "policy")
  }

  public func plan(for question: Question, proposed: SearchPlan) async -> PlanVerdict {
    guard let policy = await inForce(.search, in: question.scope) else { return PlanVerdict(proposed) }
    let run = await run(policy, in: question.scope) { script, pool, owner throws(PolicyScript.Fault) in
      try script.plan(proposed, for: question, in: pool, owner: owner)
    }
    switch run {
    case .success(let plan): return PlanVerdict(plan)
    case .failure(let fault): return PlanVerdict(proposed, fault: fault.message)
    }
  }

  public func scores(of candidates: [JudgedMemory], for question: Question) async -> ScoreVerdict {
    guard let policy = await inForce(.scoring, in: question.scope) else {
      return await scores(of: candidates, for: question, by: shipped, formula: DefaultJudgement.formula)
    }
    let run = await run(policy, in: question.scope) { script, pool, owner throws(PolicyScript.Fault) in
      try script.scores(of: candidates, for: question, in: pool, owner: owner)
    }
    switch run {
    case .success(let scores): return ScoreVerdict(scores, formula: policy.description)
    case .failure(let fault):
      var verdict = await fallback.scores(of: candidates, for: question)
      verdict.fault = fault.message
      return verdict
    }
  }

  fileprivate func scores(
    of candidates: [JudgedMemory], for question: Question, by script: PolicyScript, formula: String
  ) async -> ScoreVerdict {
    let pool = pool
    let owner = question.scope.workspace.description
    let result = await lanes.run(for: question.scope.workspace) {
      () -> Result<[Double], PolicyScript.Fault> in
      do throws(PolicyScript.Fault) {
        return .success(try script.scores(of: candidates, for: question, in: pool, owner: owner).scores)
      } catch { return .failure(error) }
    }
    switch result {
    case .success(let scores): return ScoreVerdict(scores, formula: formula)
    case .failure(let fault):
      var verdict = await fallback.scores(of: candidates, for: question)
      verdict.fault = fault.message
      return verdict
    }
  }

  // MARK: - What is in force

  private func inForce(_ kind: PolicyKind, in scope: Scope) async -> PolicyReference? {
    (try? await store.policiesInForce(in: scope))?.active[kind]
  }

  private func script(_ policy: PolicyReference, in scope: Scope) async -> PolicyScript? {
    let key = "\(policy.name)/\(policy.hash)"
    if let known = state.withLock({ $0.scripts[key] }) { return known }
    let workspace = WorkspaceScope(of: scope)
    guard let found = try? await store.policy(policy.name, version: policy.version, in: workspace) else {
      return nil
    }
    let script = PolicyScript(name: policy.description, source: found.source)
    state.withLock { state in
      if state.scripts.count > 10_000 { state.scripts = [:] }
      state.scripts[key] = script
    }
    return script
  }

  private func run<Value: Sendable>(
    _ policy: PolicyReference, in scope: Scope,
    _ body:
      @escaping @Sendable (PolicyScript, LuaPool, String) throws(PolicyScript.Fault) -> (Value, log: [String])
  ) async -> Result<Value, PolicyScript.Fault> {
    let circuit = "\(scope.workspace)/\(policy)"
    guard state.withLock({ $0.circuits[circuit]?.isClosed(at: .now) ?? true }) else {
      return .failure(.init("\(policy) failed again and again and is left out for a minute; see policy_logs"))
    }
    guard let script = await script(policy, in: scope) else {
      return .failure(.init("\(policy) is not there any more"))
    }
    let pool = pool
    let owner = scope.workspace.description
    let result = await lanes.run(for: scope.workspace) {
      () -> Result<(Value, log: [String]), PolicyScript.Fault> in
      do throws(PolicyScript.Fault) { return .success(try body(script, pool, owner)) } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let (value, log)):
      state.withLock { $0.circuits[circuit] = nil }
      await note(log, nil, of: policy, in: scope)
      return .success(value)
    case .failure(let fault):
      let opened = state.withLock { $0.circuits[circuit, default: Circuit()].fail(at: .now) }
      let message = opened ? fault.message + "; left out for a minute from now on" : fault.message
      await note(fault.log, message, of: policy, in: scope)
      return .failure(fault)
    }
  }

  private func note(
    _ printed: [String], _ error: String?, of policy: PolicyReference, in scope: Scope
  ) async {
    guard !printed.isEmpty || error != nil else { return }
    let now = clock.now()
    var lines = printed.map { PolicyLogLine(at: now, level: .info, version: policy.version, text: $0) }
    if let error { lines.append(PolicyLogLine(at: now, level: .error, version: policy.version, text: error)) }
    try? await store.log(lines, of: policy.name, limit: 200, in: WorkspaceScope(of: scope))
  }
}

extension PolicyJudgement {
  public var shippedPolicies: [ShippedPolicy] {
    ShippedPolicies.files.compactMap { path, source in
      let parts = path.split(separator: "/")
      guard parts.count == 2, let kind = PolicyKind(rawValue: String(parts[0])) else { return nil }
      let lines = source.split(separator: "\n").prefix { $0.hasPrefix("-- ") }.map { $0.dropFirst(3) }
      return ShippedPolicy(
        name: String(parts[1]), kind: kind, reason: lines.joined(separator: " "), source: source)
    }.sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }
  }

  public func problem(with source: String, named name: String, kind: PolicyKind, in scope: Scope)
    async
    -> String?
  {
    let script = PolicyScript(name: name, source: source)
    let (pool, sample) = (LuaPool(limits: PolicyScript.limits), PolicySample.memories)
    return await lanes.run(for: scope.workspace) {
      do throws(PolicyScript.Fault) {
        let question = PolicySample.question(in: scope)
        switch kind {
        case .scoring:
          _ = try script.scores(of: sample, for: question, in: pool, owner: "check")
          _ = try script.scores(of: [], for: question, in: pool, owner: "check")
        case .search: _ = try script.plan(SearchPlan(), for: question, in: pool, owner: "check")
        case .gate, .sleep: return "policies of the kind \(kind.rawValue) are not called yet"
        }
        return nil
      } catch { return error.message }
    }
  }

  public func judgement(by source: String, named name: String, kind: PolicyKind) -> any Judgement {
    Trial(host: self, script: PolicyScript(name: name, source: source), kind: kind)
  }

  /// One script in the place of the one that is in force.
  private struct Trial: Judgement {
    let host: PolicyJudgement
    let script: PolicyScript
    let kind: PolicyKind

    func plan(for question: Question, proposed: SearchPlan) async -> PlanVerdict {
      guard kind == .search else { return await host.plan(for: question, proposed: proposed) }
      let (pool, script) = (host.pool, script)
      let owner = question.scope.workspace.description
      let result = await host.lanes.run(for: question.scope.workspace) {
        () -> Result<SearchPlan, PolicyScript.Fault> in
        do throws(PolicyScript.Fault) {
          return .success(try script.plan(proposed, for: question, in: pool, owner: owner).plan)
        } catch { return .failure(error) }
      }
      switch result {
      case .success(let plan): return PlanVerdict(plan)
      case .failure(let fault): return PlanVerdict(proposed, fault: fault.message)
      }
    }

    func scores(of candidates: [JudgedMemory], for question: Question) async -> ScoreVerdict {
      guard kind == .scoring else { return await host.scores(of: candidates, for: question) }
      return await host.scores(of: candidates, for: question, by: script, formula: script.name)
    }
  }
}
