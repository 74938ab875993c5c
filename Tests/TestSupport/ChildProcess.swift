internal import Glibc
internal import Threads

/// Another program that a test starts, reads from, and ends.
///
/// Its calls block, so they belong on a thread: see ``blocking(_:)``.
public final class ChildProcess {
  private let process: pid_t
  private let output: UnsafeMutablePointer<FILE>

  /// Starts `executable`, whose standard output the test reads.
  public init(_ executable: String, _ arguments: [String]) throws {
    let (process, reading) = try started.withLock { (started) throws in
      started += 1
      return try Self.spawn([executable] + arguments)
    }
    guard let output = fdopen(reading, "r") else { throw SystemFailure(call: "fdopen", number: errno) }
    self.process = process
    self.output = output
  }

  /// Starts a process. Returns its number and the end of a pipe where its output arrives.
  private static func spawn(_ words: [String]) throws -> (process: pid_t, reading: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemFailure(call: "pipe", number: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    var pointers = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process: pid_t = 0
    let status = posix_spawn(&process, words[0], &actions, nil, &pointers, environ)
    guard status == 0 else {
      close(ends[0])
      throw SystemFailure(call: "posix_spawn \(words[0])", number: status)
    }
    return (process, ends[0])
  }

  deinit { fclose(output) }

  /// The next line of its output, without its end; nil after the last.
  public func readLine() -> String? {
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    let count = getline(&line, &capacity, output)
    guard count > 0, let line else { return nil }
    let bytes = UnsafeRawBufferPointer(start: line, count: count)
    // A line without an end was cut off by the end of the process.
    return bytes.last == UInt8(ascii: "\n") ? String(decoding: bytes.dropLast(), as: UTF8.self) : nil
  }

  /// All lines until it ends its output.
  public func readLines() -> [String] {
    var lines: [String] = []
    while let line = readLine() { lines.append(line) }
    return lines
  }

  /// Ends it at once: no handler of its own runs.
  public func kill() { _ = Glibc.kill(process, SIGKILL) }

  /// Waits until it has ended. Returns its exit status, or minus the signal that ended it.
  @discardableResult
  public func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }
}

/// How many were started. They start one at a time: one that started while another's pipe is made would hold that pipe open.
private let started = Lock(0)

/// A call to the system that failed.
public struct SystemFailure: Error {
  public let call: String
  public let number: Int32
}

/// Runs `body`, which may block, on a thread of its own.
public func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    startThread(name: "blocking") { continuation.resume(with: Result { try body() }) }
  }
}

/// The path of a program that the package builds beside the tests.
public func builtExecutable(_ name: String) throws -> String {
  var path = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = readlink("/proc/self/exe", &path, path.count - 1)
  guard count > 0 else { throw SystemFailure(call: "readlink", number: errno) }
  let own = String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  let executable = "\(folder)/\(name)"
  guard access(executable, X_OK) == 0 else {
    throw SystemFailure(call: "access \(executable)", number: errno)
  }
  return executable
}
