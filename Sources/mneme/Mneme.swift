import Glibc
import Threads

/// The executable: a server, a client on the command line, and what an administrator needs.
@main
enum Mneme {
  static func main() {
    // Before any other thread exists, so that all of them inherit it. The server reads its signals; any other command
    // ends by them like any other program.
    let arguments = Array(CommandLine.arguments.dropFirst())
    Signals.ignoreBrokenPipes()
    if arguments.first == "serve" { Signals.block() }
    exit(waitFor { await Program.run(arguments) })
  }

  /// Runs `body` on the concurrent pool while the main thread waits.
  private static func waitFor(_ body: @escaping @Sendable () async -> Int32) -> Int32 {
    let finished = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    sem_init(finished, 0, 0)
    let result = Lock<Int32>(0)
    nonisolated(unsafe) let signal = finished
    Task.detached {
      let code = await body()
      result.withLock { $0 = code }
      sem_post(signal)
    }
    while sem_wait(finished) != 0 {}
    return result.withLock { $0 }
  }
}
