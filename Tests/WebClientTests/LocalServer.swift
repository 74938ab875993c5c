import HTTPServer
import TestSupport
import Threads

/// Runs a server on a free port of this machine for as long as `body` takes.
func withServer(
  tls: TLSConfiguration? = nil, routes: (inout Router) -> Void, _ body: (Server, String) async throws -> Void
) async throws {
  var configuration = ServerConfiguration()
  configuration.listeners = [.tcp(host: "127.0.0.1", port: 0)]
  configuration.loops = 1
  configuration.tls = tls
  var router = Router()
  routes(&router)
  let server = try Server(configuration: configuration, router: router)
  let address = try server.start()[0]
  do {
    try await body(server, "\(tls == nil ? "http" : "https")://\(address)")
    await server.shutdown(grace: .zero)
  } catch {
    await server.shutdown(grace: .zero)
    throw error
  }
}

/// A certificate for 127.0.0.1 that its own key has signed.
func selfSignedCertificate(in folder: TemporaryFolder) async throws -> TLSConfiguration {
  let files = TLSConfiguration(
    certificateFile: folder.file("certificate.pem"), privateKeyFile: folder.file("key.pem"))
  try await blocking {
    let program = try ChildProcess(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-batch", "-days",
        "2",
        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        "-out", files.certificateFile, "-keyout", files.privateKeyFile,
      ])
    guard program.wait() == 0 else { throw NoCertificate() }
  }
  return files
}

struct NoCertificate: Error {}

/// Something that happens once, and that a test can wait for.
final class Signal: Sendable {
  private struct State {
    var hasFired = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Lock(State())

  func fire() {
    let waiting = state.withLock { state in
      state.hasFired = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let hasFired = state.withLock { state in
        if !state.hasFired { state.waiting.append(continuation) }
        return state.hasFired
      }
      if hasFired { continuation.resume() }
    }
  }

  /// Waits until the task is cancelled, or the signal is given.
  func waitOrCancellation() async {
    await withTaskCancellationHandler {
      await wait()
    } onCancel: {
      fire()
    }
  }
}

/// Lets nobody pass before a number of them has come.
actor MeetingPoint {
  private let count: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(of count: Int) { self.count = count }

  func meet() async {
    await withCheckedContinuation { continuation in
      waiting.append(continuation)
      guard waiting.count == count else { return }
      for one in waiting { one.resume() }
      waiting = []
    }
  }
}
