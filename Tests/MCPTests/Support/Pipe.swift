import Glibc
import Threads

/// A pipe. Each end is closed once: by `close…`, or at the end.
final class Pipe: Sendable {
  struct Failure: Error {}

  /// Where it is written to.
  let input: Int32
  /// Where it is read from.
  let output: Int32
  private let isInputOpen = Lock(true)
  private let isOutputOpen = Lock(true)
  private let thread = ThreadExecutor(name: "pipe")

  init() throws {
    // A test that closes the reading end must not end the process.
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure() }
    (output, input) = (ends[0], ends[1])
  }

  deinit {
    closeInput()
    closeOutput()
  }

  func closeInput() {
    isInputOpen.withLock { isOpen in
      if isOpen { close(input) }
      isOpen = false
    }
  }

  func closeOutput() {
    isOutputOpen.withLock { isOpen in
      if isOpen { close(output) }
      isOpen = false
    }
  }

  /// Writes everything in pieces of `size` bytes, then closes the writing end.
  func write(_ bytes: [UInt8], in size: Int = 1 << 16) async {
    await Task(executorPreference: thread) {
      var offset = 0
      while offset < bytes.count {
        let piece = bytes[offset..<min(offset + size, bytes.count)]
        let count = piece.withUnsafeBytes { Glibc.write(self.input, $0.baseAddress, $0.count) }
        guard count > 0 else { break }
        offset += count
      }
      self.closeInput()
    }.value
  }
}
