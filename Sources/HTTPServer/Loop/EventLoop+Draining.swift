internal import CPlatform
import Glibc

// How a loop comes to its end.

extension EventLoop {
  /// The end of a loop that has begun.
  final class Drain {
    let deadline: UInt64
    var isOver = false
    private let finished: @Sendable () -> Void

    init(deadline: UInt64, finished: @escaping @Sendable () -> Void) {
      self.deadline = deadline
      self.finished = finished
    }

    func end() {
      guard !isOver else { return }
      isOver = true
      finished()
    }
  }

  var isDraining: Bool { drain != nil }

  /// Takes no more connections, lets each one finish what it has begun, and calls `finished` when the last is gone, or
  /// is cut at the deadline.
  func beginDrain(deadline: UInt64, finished: @escaping @Sendable () -> Void) {
    assertOnLoop()
    guard drain == nil else { return finished() }
    drain = Drain(deadline: deadline, finished: finished)
    for listener in listeners {
      // Whoever is in the queue was promised a connection; closing the listener would reset it.
      accept(from: listener, atMost: Int.max)
      // A Unix listener is shared by all loops under several descriptors; closing one alone would leave it watched.
      _ = CPlatform_epoll_remove(epoll, listener)
      close(listener)
    }
    listeners = []
    deadlines.insert(DeadlineQueue.Entry(moment: deadline, connection: ConnectionID(bits: 0)))
    forEachConnection { $0.beginDrain() }
    endDrainIfEmpty()
  }

  func endDrainIfEmpty() {
    if openConnections == 0 { drain?.end() }
  }

  func cutAll() {
    forEachConnection { $0.close() }
    endDrainIfEmpty()
  }
}
