internal import CPlatform
internal import Glibc
internal import Threads

/// Reads a file descriptor line by line, on a thread of its own, no further ahead than it is asked to.
actor LineReader {
  /// What comes next.
  enum Line: Sendable, Equatable {
    /// Without its end, which is LF or CR LF.
    case text([UInt8])
    /// A line that was longer than allowed. It was passed over.
    case tooLong
  }

  private let thread = ThreadExecutor(name: "mcp-in")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let descriptor: Int32
  private let limit: Int
  private let wakeUp: WakeUp
  private var chunk = [UInt8](repeating: 0, count: 64 << 10)
  private var unread: Range<Int> = 0..<0
  private var hasEnded = false

  /// A reader whose lines are at most `limit` bytes long.
  init(_ descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
    wakeUp = WakeUp()
  }

  /// The next line, or nil at the end. A last line without an end counts.
  func next() -> Line? {
    var line: [UInt8] = []
    var isTooLong = false
    while true {
      if unread.isEmpty, !fill() {
        return isTooLong ? .tooLong : line.isEmpty ? nil : .text(withoutCarriageReturn(line))
      }
      let end = chunk[unread].firstIndex(of: UInt8(ascii: "\n"))
      let piece = unread.lowerBound..<(end ?? unread.upperBound)
      if line.count + piece.count > limit {
        isTooLong = true
        line = []
      } else if !isTooLong {
        line += chunk[piece]
      }
      unread = (end.map { $0 + 1 } ?? piece.upperBound)..<unread.upperBound
      if end != nil { return isTooLong ? .tooLong : .text(withoutCarriageReturn(line)) }
    }
  }

  /// Makes this and every later `next` return what it has, as at the end of the input. May be called from anywhere.
  nonisolated func stop() { wakeUp.ring() }

  private func withoutCarriageReturn(_ line: [UInt8]) -> [UInt8] {
    line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : line
  }

  /// Waits for bytes. Returns false at the end of the input.
  private func fill() -> Bool {
    while !hasEnded {
      var waits = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&waits, 2, -1) < 0, errno == EINTR { continue }
      if waits[1].revents != 0 { break }
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      if count <= 0 { break }
      unread = 0..<count
      return true
    }
    hasEnded = true
    return false
  }
}

/// A descriptor that becomes readable when somebody rings, so that a thread in `poll` notices.
private final class WakeUp: Sendable {
  let descriptor: Int32

  init() {
    descriptor = CPlatform_eventfd()
    precondition(descriptor >= 0, "cannot make an eventfd; is the limit of open files reached?")
  }

  deinit { close(descriptor) }

  func ring() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, 8)
  }
}
