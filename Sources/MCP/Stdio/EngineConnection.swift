internal import Engine
internal import Identity

/// Opens the engine when it is first needed, once for all who wait for it, and asks it each time who is calling: a key
/// that is revoked opens nothing from then on.
actor EngineConnection {
  typealias Opening = @Sendable () async throws -> (engine: MemoryEngine, secret: String?)

  private enum State {
    case closed
    case opening(Task<Result<Opened, EngineError>, Never>)
    case open(Opened)
  }

  private struct Opened: Sendable {
    let engine: MemoryEngine
    let secret: String?
  }

  private let open: Opening
  private var state = State.closed

  init(_ open: @escaping Opening) { self.open = open }

  /// The engine, and who is calling. After a failure to open the next call tries again.
  func use(by client: String?) async throws(EngineError) -> (engine: MemoryEngine, caller: Caller) {
    let opened = try await opened()
    return (
      opened.engine, try await opened.engine.authenticate(bearer: opened.secret, door: .mcp, client: client)
    )
  }

  private func opened() async throws(EngineError) -> Opened {
    let task: Task<Result<Opened, EngineError>, Never>
    switch state {
    case .open(let opened): return opened
    case .opening(let running): task = running
    case .closed:
      task = Task { [open] in
        do {
          let (engine, secret) = try await open()
          return .success(Opened(engine: engine, secret: secret))
        } catch let error as EngineError {
          return .failure(error)
        } catch {
          return .failure(.fault(error))
        }
      }
      state = .opening(task)
    }
    let result = await task.value
    // Others may have waited for the same task, and one of them may have started another since.
    if case .opening(task) = state {
      if case .success(let opened) = result { state = .open(opened) } else { state = .closed }
    }
    return try result.get()
  }
}
