internal import CPlatform
import Glibc
import Synchronization
import Threads

/// One thread that waits for its sockets with epoll, moves their bytes, and runs the handlers that are placed on it.
///
/// The loop is a task executor: what a handler awaits without leaving it resumes on the same thread, without a lock or a
/// system call. Everything else that comes from outside goes through the inbox, and wakes the loop if it sleeps.
final class EventLoop: TaskExecutor, @unchecked Sendable {
  // Sendable: `inbox` is a lock, `counters` and `threadID` are atomic, and the constants are Sendable. All other state
  // is confined to the loop's thread: it is touched from `run` and what that calls, which are the only places where a
  // connection exists. `assertOnLoop` checks it in debug builds.

  let service: Service
  let counters = Counters()
  private let inbox = Lock(Inbox())
  private let threadID = Atomic<UInt>(0)
  private let wakeup: Int32
  let epoll: Int32

  // Confined to the thread of the loop.
  var connections: [Connection?] = []
  var openConnections = 0
  var lastGeneration: UInt32 = 0
  var lastSerial: UInt64
  var listeners: [Int32] = []
  var deadlines = DeadlineQueue()
  /// The moment at which this iteration began.
  private(set) var now: UInt64 = Clock.nanoseconds
  /// What every read is read into: connections at rest have no buffer of their own.
  let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
  /// A buffer for output, lent to one connection at a time.
  var spareOutput: [UInt8] = []
  /// Connections that may have more to read than they were given time for.
  var hungry: [ConnectionID] = []
  /// Given up to accept, and then refuse, a connection when no descriptor is left.
  var spareDescriptor: Int32
  /// When the listeners are watched again, after there was nothing to take clients in with.
  var acceptsAgain: UInt64?
  /// Handlers that run on this loop.
  var runningTasks = 0
  var drain: Drain?
  private(set) var standardFields: [UInt8] = []
  private var standardFieldsSecond = 0
  private var localJobs: [UnownedJob] = []

  private struct Inbox {
    var jobs: [UnownedJob] = []
    var calls: [@Sendable (EventLoop) -> Void] = []
    var isAwake = true
    var isStopped = false
  }

  init(service: Service, number: Int) throws(ServerError) {
    self.service = service
    epoll = CPlatform_epoll_create()
    wakeup = CPlatform_eventfd()
    spareDescriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    lastSerial = UInt64.random(in: 0...UInt64.max)
    guard epoll >= 0, wakeup >= 0, CPlatform_epoll_add(epoll, wakeup, CPlatform_EPOLLIN, UInt64.max) == 0
    else {
      throw ServerError(.other, "The event loop cannot start: \(String(cString: strerror(errno))).")
    }
  }

  deinit {
    for descriptor in listeners + [epoll, wakeup, spareDescriptor] where descriptor >= 0 { close(descriptor) }
    readBuffer.deallocate()
  }

  var isOnLoop: Bool { pthread_self() == threadID.load(ordering: .acquiring) }

  func assertOnLoop() { assert(isOnLoop, "this belongs to the thread of the event loop") }

  // MARK: - What comes from outside

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isOnLoop {
      localJobs.append(job)
      return
    }
    let isTaken = post { inbox in inbox.jobs.append(job) }
    // The loop has ended, and a handler that it gave up on is still at work. It may end elsewhere.
    if !isTaken { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
  }

  /// Runs `call` on the loop, soon. False if the loop has ended, and `call` will not run.
  @discardableResult
  func execute(_ call: @escaping @Sendable (EventLoop) -> Void) -> Bool {
    post { inbox in inbox.calls.append(call) }
  }

  private func post(_ put: (inout Inbox) -> Void) -> Bool {
    inbox.withLock { inbox in
      if inbox.isStopped { return false }
      put(&inbox)
      if !inbox.isAwake {
        inbox.isAwake = true
        var one: UInt64 = 1
        // Cannot fail: the counter is far from full, and the descriptor lives as long as the loop.
        _ = Glibc.write(wakeup, &one, 8)
      }
      return true
    }
  }

  // MARK: - The thread

  func run() {
    threadID.store(pthread_self(), ordering: .releasing)
    blockBrokenPipeSignal()
    let capacity = 512
    let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
    defer { events.deallocate() }
    while true {
      let isIdle = localJobs.isEmpty && hungry.isEmpty
      let hasMail = inbox.withLock { inbox in
        let hasMail = !inbox.jobs.isEmpty || !inbox.calls.isEmpty
        if isIdle, !hasMail { inbox.isAwake = false }
        return hasMail
      }
      let count = CPlatform_epoll_wait(epoll, events, Int32(capacity), isIdle && !hasMail ? timeout() : 0)
      beginIteration()
      for index in 0..<Int(max(count, 0)) { handle(events[index]) }
      feedHungry()
      takeMail()
      runJobs()
      fireDeadlines()
      counters.longestIteration.raise(to: Int(Clock.nanoseconds - now))
      if isFinished, stop() { return }
    }
  }

  private func beginIteration() {
    now = Clock.nanoseconds
    let second = Clock.seconds
    guard second != standardFieldsSecond else { return }
    standardFieldsSecond = second
    standardFields = Array("Date: \(Clock.httpDate(second))\r\n\(service.serverField)".utf8)
  }

  /// Writing to a TLS connection that the client has closed must not end the process.
  private func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Milliseconds until the next deadline, rounded up; -1 if there is none.
  private func timeout() -> Int32 {
    guard let earliest = deadlines.earliest else { return -1 }
    let now = Clock.nanoseconds
    guard earliest > now else { return 0 }
    return Int32(min((earliest - now + 999_999) / 1_000_000, 60_000))
  }

  private func handle(_ event: epoll_event) {
    var event = event
    let bits = CPlatform_epoll_id(&event)
    if bits == UInt64.max {
      var count: UInt64 = 0
      _ = Glibc.read(wakeup, &count, 8)
      return
    }
    let id = ConnectionID(bits: bits)
    if id.generation == 0 {
      accept(from: id.descriptor)
    } else {
      connection(id)?.handle(event.events)
    }
  }

  private func feedHungry() {
    guard !hungry.isEmpty else { return }
    let ids = hungry
    hungry.removeAll()
    for id in ids {
      guard let connection = connection(id) else { continue }
      connection.isHungry = false
      connection.readOn()
    }
  }

  private func takeMail() {
    let (jobs, calls) = inbox.withLock { inbox in
      inbox.isAwake = true
      let mail = (inbox.jobs, inbox.calls)
      if !mail.0.isEmpty { inbox.jobs = [] }
      if !mail.1.isEmpty { inbox.calls = [] }
      return mail
    }
    for call in calls { call(self) }
    localJobs.append(contentsOf: jobs)
  }

  /// Runs the jobs that are waiting now; those that they enqueue wait for the next iteration.
  private func runJobs() {
    guard !localJobs.isEmpty else { return }
    let jobs = localJobs
    localJobs = []
    let executor = asUnownedTaskExecutor()
    for job in jobs { job.runSynchronously(on: executor) }
  }

  private func fireDeadlines() {
    while let entry = deadlines.next(dueAt: now) {
      connection(entry.connection)?.deadlineEntryIsDue(entry.moment)
    }
    resumeAccepting()
    if let drain, now >= drain.deadline { cutAll() }
  }

  private var isFinished: Bool {
    drain?.isOver == true && openConnections == 0 && runningTasks == 0 && localJobs.isEmpty
  }

  /// Ends the loop unless something has arrived in the meantime.
  private func stop() -> Bool {
    inbox.withLock { inbox in
      guard inbox.jobs.isEmpty, inbox.calls.isEmpty else { return false }
      inbox.isStopped = true
      return true
    }
  }
}

// MARK: - The connections of the loop

extension EventLoop {
  /// The connection called `id`, unless it is closed.
  func connection(_ id: ConnectionID) -> Connection? {
    assertOnLoop()
    let index = Int(id.descriptor)
    guard index < connections.count, let connection = connections[index], connection.id == id else {
      return nil
    }
    return connection
  }

  /// The connection that waits for the response of `exchange`, unless it is closed or past it.
  func connection(awaiting exchange: ExchangeID) -> Connection? {
    guard let connection = connection(exchange.connection), connection.exchange.number == exchange.number
    else {
      return nil
    }
    return connection
  }

  func forEachConnection(_ body: (Connection) -> Void) {
    for connection in connections { if let connection { body(connection) } }
  }
}
