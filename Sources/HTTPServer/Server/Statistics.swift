import Synchronization

/// What a server has done so far.
public struct Statistics: Sendable, Equatable {
  public var connectionsOpen = 0
  public var connectionsAccepted = 0
  /// Connections that were turned away, because there were too many in all, of one address, or of open files.
  public var connectionsRefused = 0
  public var requests = 0
  public var bytesIn = 0
  public var bytesOut = 0
  /// Requests that the server refused to read, by status.
  public var rejections: [Int: Int] = [:]
  /// Connections that were cut because the client took its answer too slowly.
  public var stalled = 0
  /// The longest time that an event loop spent between two looks at its sockets. Beyond some milliseconds, a handler
  /// that runs on the loop does too much.
  public var longestIteration: Duration = .zero
}

/// The counters of one event loop. Only the loop writes; anyone may read.
final class Counters: Sendable {
  struct Counter: ~Copyable, Sendable {
    private let value = Atomic<Int>(0)

    /// Adds without a locked instruction, since there is one writer.
    func add(_ amount: Int = 1) {
      value.store(value.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    func raise(to amount: Int) {
      if amount > value.load(ordering: .relaxed) { value.store(amount, ordering: .relaxed) }
    }

    var current: Int { value.load(ordering: .relaxed) }
  }

  let opened = Counter()
  let closed = Counter()
  let refused = Counter()
  let requests = Counter()
  let bytesIn = Counter()
  let bytesOut = Counter()
  let stalled = Counter()
  let longestIteration = Counter()
  private let rejected400 = Counter()
  private let rejected408 = Counter()
  private let rejected413 = Counter()
  private let rejected414 = Counter()
  private let rejected417 = Counter()
  private let rejected431 = Counter()
  private let rejected501 = Counter()
  private let rejected505 = Counter()

  func countRejection(_ status: Int) {
    switch status {
    case 408: rejected408.add()
    case 413: rejected413.add()
    case 414: rejected414.add()
    case 417: rejected417.add()
    case 431: rejected431.add()
    case 501: rejected501.add()
    case 505: rejected505.add()
    default: rejected400.add()
    }
  }

  func add(to total: inout Statistics) {
    total.connectionsAccepted += opened.current
    total.connectionsOpen += opened.current - closed.current
    total.connectionsRefused += refused.current
    total.requests += requests.current
    total.bytesIn += bytesIn.current
    total.bytesOut += bytesOut.current
    total.stalled += stalled.current
    total.longestIteration = max(total.longestIteration, .nanoseconds(longestIteration.current))
    let rejections = [
      400: rejected400.current, 408: rejected408.current, 413: rejected413.current, 414: rejected414.current,
      417: rejected417.current, 431: rejected431.current, 501: rejected501.current, 505: rejected505.current,
    ]
    for (status, count) in rejections where count > 0 { total.rejections[status, default: 0] += count }
  }
}
