internal import Glibc
internal import JSON
internal import Threads

/// Writes messages, one a line and one after the other, on a thread of its own: a client that reads slowly may make it
/// wait as long as it likes.
actor LineWriter {
  private let thread = ThreadExecutor(name: "mcp-out")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let descriptor: Int32
  /// Whether nobody reads any more. What comes after that is dropped.
  private var isBroken = false

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Writes a message. JSON has no line break outside of strings, and inside they are escaped.
  func write(_ message: JSONValue) {
    var line: [UInt8] = []
    message.write(into: &line)
    line.append(UInt8(ascii: "\n"))
    var offset = 0
    while offset < line.count, !isBroken {
      let count = line[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        offset += count
      } else if errno == EAGAIN {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, -1)
      } else if errno != EINTR {
        isBroken = true
      }
    }
  }
}
