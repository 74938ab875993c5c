internal import CPlatform
import Glibc

/// A serial executor that owns one thread: the place for a C library that blocks.
///
/// Swift's cooperative pool is only as wide as the machine, so a blocking call there stops other tasks. An actor
/// whose `unownedExecutor` is one of these may block as long as it likes, and its C handle never changes threads:
///
/// ```swift
/// actor Connection {
///   private let thread = ThreadExecutor(name: "sqlite-writer")
///   nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
/// }
/// ```
///
/// The thread ends after the executor is released and its last job has run.
public final class ThreadExecutor: SerialExecutor, TaskExecutor {
  private let inbox = Inbox()

  /// Starts the thread. `name` is shown by `top -H`; at most 15 bytes count.
  public init(name: String) {
    let inbox = self.inbox
    startThread(name: name) { inbox.run() }
  }

  deinit { inbox.close() }

  public func enqueue(_ job: consuming ExecutorJob) {
    inbox.put(UnownedJob(job), executor: asUnownedSerialExecutor(), task: asUnownedTaskExecutor())
  }

  public func checkIsolated() {
    precondition(inbox.isCurrentThread, "not on the thread of this executor")
  }

  public func isIsolatingCurrentContext() -> Bool? { inbox.isCurrentThread }
}

/// The jobs that wait for the thread. Outlives the executor, since the thread reads it to its end.
private final class Inbox: @unchecked Sendable {
  // Sendable: every field is read and written only while `mutex` is held.
  private struct Entry {
    let job: UnownedJob
    let executor: UnownedSerialExecutor
    let task: UnownedTaskExecutor
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let arrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var waiting: [Entry] = []
  private var closed = false
  private var thread: pthread_t?

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(arrived, nil)
  }

  deinit {
    pthread_cond_destroy(arrived)
    pthread_mutex_destroy(mutex)
    arrived.deallocate()
    mutex.deallocate()
  }

  var isCurrentThread: Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
  }

  func put(_ job: UnownedJob, executor: UnownedSerialExecutor, task: UnownedTaskExecutor) {
    pthread_mutex_lock(mutex)
    waiting.append(Entry(job: job, executor: executor, task: task))
    pthread_cond_signal(arrived)
    pthread_mutex_unlock(mutex)
  }

  func close() {
    pthread_mutex_lock(mutex)
    closed = true
    pthread_cond_signal(arrived)
    pthread_mutex_unlock(mutex)
  }

  func run() {
    pthread_mutex_lock(mutex)
    thread = pthread_self()
    while true {
      while waiting.isEmpty && !closed { pthread_cond_wait(arrived, mutex) }
      if waiting.isEmpty { break }
      let batch = waiting
      waiting = []
      pthread_mutex_unlock(mutex)
      for entry in batch { entry.job.runSynchronously(isolatedTo: entry.executor, taskExecutor: entry.task) }
      pthread_mutex_lock(mutex)
    }
    pthread_mutex_unlock(mutex)
  }
}

/// Runs `body` on a new, detached thread.
public func startThread(name: String, _ body: @escaping @Sendable () -> Void) {
  final class Start {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 1 << 20)
  var thread = pthread_t()
  let start = Unmanaged.passRetained(Start(name: name, body: body))
  let status = pthread_create(
    &thread, &attributes,
    { raw in
      guard let raw else { return nil }
      let start = Unmanaged<Start>.fromOpaque(raw).takeRetainedValue()
      CPlatform_name_thread(start.name)
      start.body()
      return nil
    }, start.toOpaque())
  precondition(
    status == 0, "cannot start a thread (\(String(cString: strerror(status)))); is the process limit reached?"
  )
}
