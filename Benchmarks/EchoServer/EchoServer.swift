import Glibc
import HTTPServer
import JSON

/// A server to be measured: `/health` answers from the loop, `/echo` from an async handler on it, `/pool/echo` from the
/// pool, `/events` streams. `EchoServer [port] [loops] [certificate key]`; `./mneme bench http` starts it.
@main
struct EchoServer {
  static func main() async throws {
    let arguments = CommandLine.arguments
    var configuration = ServerConfiguration()
    let port = arguments.count > 1 ? Int(arguments[1]) ?? 8080 : 8080
    configuration.listeners = [.tcp(host: "127.0.0.1", port: port)]
    configuration.loops = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 0
    configuration.deadlines.idle = .seconds(600)
    if arguments.count > 4 {
      configuration.tls = TLSConfiguration(certificateFile: arguments[3], privateKeyFile: arguments[4])
    }

    var router = Router()
    let health = Response(200, bytes: Array(#"{"status":"ok"}"#.utf8), contentType: "application/json")
    router.on(.get, "/health", runs: .loop) { _ in health }
    router.on(.post, "/echo", runs: .loop) { await echo($0) }
    router.on(.post, "/pool/echo") { await echo($0) }
    router.on(.get, "/events", runs: .loop) { _ in
      .events { events in
        for number in 0... {
          try await events.send(ServerSentEvent(id: String(number), data: "tick"))
          try await Task.sleep(for: .milliseconds(100))
        }
      }
    }

    let server = try Server(configuration: configuration, router: router)
    for address in try server.start() { print("listening on \(address)") }
    fflush(nil)
    while true {
      try await Task.sleep(for: .seconds(3600))
    }
  }

  private static func echo(_ request: Request) async -> Response {
    // Parsed and written anew, as an operation would.
    guard let value = try? JSONValue(parsing: request.body) else { return Response(400, text: "not JSON") }
    return Response(200, bytes: value.bytes, contentType: "application/json")
  }
}
