internal import Model
public import Storage
internal import Threads

/// Carries out queued tasks: several at a time, but of a workspace one after the other, so that nobody's long queue is in
/// another's way. What fails is tried again after a while, and parked when that did not help.
public struct TaskRunner: Sendable {
  /// What an attempt came to.
  public enum Outcome: Sendable, Hashable {
    case done
    /// It may work later.
    case retry(String)
    /// It will not work.
    case park(String)
  }

  /// Does the work of one task. It must end before its lease does, and do no harm when it is repeated.
  public typealias Handler = @Sendable (QueuedTask) async -> Outcome

  /// How long failing work is gone on with.
  public struct Patience: Sendable, Hashable {
    /// The time before the second attempt; each further one waits four times as long as the one before.
    public var first: Duration
    public var attempts: Int

    public init(first: Duration = .seconds(10), attempts: Int = 5) {
      self.first = first
      self.attempts = attempts
    }

    /// How long to wait after that many attempts; nil when it was the last one.
    func delay(after attempts: Int) -> Duration? {
      guard attempts < self.attempts else { return nil }
      return (1..<max(1, attempts)).reduce(first) { delay, _ in min(delay * 4, .seconds(86_400)) }
    }
  }

  /// How long a task is held. A process that dies with one gives it back after that time.
  public static let lease = Duration.seconds(120)

  private let queue: any TaskQueue
  private let bell: TaskBell
  private let clock: any WallClock
  private let handlers: [String: Handler]
  private let patience: Patience
  private let width: Int
  private let busy = Lock<Set<WorkspaceID>>([])

  /// A runner of the engine's queue. `handlers` are by the kinds of tasks that they know; other kinds are left alone.
  public init(
    of engine: MemoryEngine, handlers: [String: Handler], patience: Patience = Patience(), width: Int = 2
  ) {
    queue = engine.store
    bell = engine.bell
    clock = engine.clock
    self.handlers = handlers
    self.patience = patience
    self.width = width
  }

  /// Runs until the task is cancelled, and returns when what it had begun has ended.
  public func run() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let taken = await take()
        for task in taken {
          group.addTask {
            await carryOut(task)
            busy.withLock { _ = $0.remove(task.workspace) }
            bell.ring()
          }
        }
        // Another process may add tasks, whose bell is not heard here.
        if taken.isEmpty { await bell.wait(atMost: await pause()) }
      }
    }
  }

  /// Carries out what is due, one after the other, until nothing is. Returns how many attempts that were.
  public func runDue() async -> Int {
    var count = 0
    while let task = await take(atMost: 1).first {
      await carryOut(task)
      busy.withLock { _ = $0.remove(task.workspace) }
      count += 1
    }
    return count
  }

  private func take(atMost limit: Int? = nil) async -> [QueuedTask] {
    let running = busy.withLock { $0 }
    let free = limit ?? width - running.count
    guard free > 0 else { return [] }
    let now = clock.now()
    // Looking costs a read; only where something is due does it take a write.
    guard let due = try? await queue.nextDue(handlers.keys.sorted()), due <= now else { return [] }
    let taken = try? await queue.lease(
      handlers.keys.sorted(), limit: free, busy: running, at: now, until: now + Self.lease)
    guard let taken else { return [] }
    busy.withLock { $0.formUnion(taken.map(\.workspace)) }
    return taken
  }

  /// How long nothing is to do, at most a second.
  private func pause() async -> Duration {
    guard let due = try? await queue.nextDue(handlers.keys.sorted()) else { return .seconds(1) }
    // What is due and was not taken is of a workspace that is busy; the bell rings when it is done.
    let least: Duration = due <= clock.now() ? .milliseconds(250) : .milliseconds(20)
    return max(least, min(.seconds(1), due - clock.now()))
  }

  private func carryOut(_ task: QueuedTask) async {
    var outcome = Outcome.park("Its process ended \(task.attempts - 1) times before it was done.")
    // An attempt that ended its process was counted, too: what kills the server is not tried for ever.
    if task.attempts <= patience.attempts, let handler = handlers[task.kind] { outcome = await handler(task) }
    let now = clock.now()
    // If the outcome cannot be written down, the lease ends and the work is done again.
    switch outcome {
    case .done: _ = try? await queue.finish(task, at: now)
    case .park(let reason): _ = try? await queue.park(task, error: reason, at: now)
    case .retry(let reason):
      if let delay = patience.delay(after: task.attempts) {
        _ = try? await queue.postpone(task, until: now + delay, error: reason, at: now)
      } else {
        _ = try? await queue.park(task, error: reason, at: now)
      }
    }
  }
}
