public import Model
internal import Threads

/// Threads on which scripts run. A workspace has at most one half of them at a time, and waits its turn behind others for the
/// next: so one whose scripts take long is in nobody's way but its own.
public final class Lanes: Sendable {
  private struct Job: Sendable {
    let workspace: WorkspaceID
    let body: @Sendable () -> Void
  }

  private struct State {
    var idle: [ThreadExecutor] = []
    /// Threads are made when they are needed first.
    var made = 0
    var running: [WorkspaceID: Int] = [:]
    var waiting: [WorkspaceID: [Job]] = [:]
    /// The workspaces that wait, the one whose turn is next first.
    var turns: [WorkspaceID] = []
  }

  private let state = Lock(State())
  private let count: Int
  private let name: String
  private let share: Int

  /// `count` threads, named `name`.
  public init(count: Int, name: String) {
    precondition(count >= 2, "a workspace that has all threads would keep out the others")
    self.count = count
    self.name = name
    share = count / 2
  }

  /// Runs `body`, which may block, when it is the workspace's turn.
  public func run<Value: Sendable>(
    for workspace: WorkspaceID, _ body: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      let job = Job(workspace: workspace) { continuation.resume(returning: body()) }
      state.withLock { state in
        if state.waiting[workspace] == nil { state.turns.append(workspace) }
        state.waiting[workspace, default: []].append(job)
      }
      dispatch()
    }
  }

  /// How many jobs of a workspace wait.
  func waiting(for workspace: WorkspaceID) -> Int { state.withLock { $0.waiting[workspace]?.count ?? 0 } }

  private func dispatch() {
    while let (job, lane) = next() {
      Task(executorPreference: lane) { [self] in
        job.body()
        state.withLock { state in
          let left = (state.running[job.workspace] ?? 1) - 1
          state.running[job.workspace] = left == 0 ? nil : left
          state.idle.append(lane)
        }
        dispatch()
      }
    }
  }

  private func next() -> (Job, ThreadExecutor)? {
    state.withLock { state in
      let turn = state.turns.firstIndex { state.running[$0, default: 0] < share }
      guard let turn, let lane = lane(&state) else { return nil }
      let workspace = state.turns.remove(at: turn)
      guard let job = state.waiting[workspace]?.removeFirst() else { return nil }
      if state.waiting[workspace]?.isEmpty ?? true {
        state.waiting[workspace] = nil
      } else {
        state.turns.append(workspace)
      }
      state.running[workspace, default: 0] += 1
      return (job, lane)
    }
  }

  private func lane(_ state: inout State) -> ThreadExecutor? {
    if let idle = state.idle.popLast() { return idle }
    guard state.made < count else { return nil }
    state.made += 1
    return ThreadExecutor(name: "\(name)-\(state.made)")
  }
}
