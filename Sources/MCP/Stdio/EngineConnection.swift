internal import Engine
internal import Identity

/// Opens the engine when it is first needed, once for all who wait for it.
actor EngineConnection {
  typealias Opening = @Sendable () async throws -> (MemoryEngine, Caller)

  private enum State {
    case closed
    case opening(Task<Result<Opened, EngineError>, Never>)
    case open(Opened)
  }

  struct Opened: Sendable {
    let engine: MemoryEngine
    let caller: Caller
  }

  private let open: Opening
  private var state = State.closed

  init(_ open: @escaping Opening) { self.open = open }

  /// The engine and the caller. After a failure the next call tries again.
  func opened() async throws(EngineError) -> Opened {
    let task: Task<Result<Opened, EngineError>, Never>
    switch state {
    case .open(let opened): return opened
    case .opening(let running): task = running
    case .closed:
      task = Task { [open] in
        do {
          let (engine, caller) = try await open()
          return .success(Opened(engine: engine, caller: caller))
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
