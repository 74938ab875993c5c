import Glibc
import Threads

/// The signals that the program answers to.
enum Signals {
  private static func set() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
    return signals
  }

  /// Keeps them from interrupting any thread. Call it before there is a second one.
  static func block() {
    var signals = set()
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// A client that leaves is an error of a write, not the end of the process.
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// Each signal as it comes.
  static func stream() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      startThread(name: "signals") {
        var signals = set()
        while true {
          var number: Int32 = 0
          if sigwait(&signals, &number) == 0 { continuation.yield(number) }
        }
      }
    }
  }
}
