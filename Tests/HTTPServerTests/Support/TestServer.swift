import HTTPServer

extension ServerConfiguration {
  /// A free port of this machine, and patience without end: a machine under load starves its clients.
  static var forTests: ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.listeners = [.tcp(host: "127.0.0.1", port: 0)]
    configuration.loops = 2
    configuration.deadlines.head = .seconds(3600)
    configuration.deadlines.body = .seconds(3600)
    configuration.deadlines.idle = .seconds(3600)
    configuration.deadlines.write = .seconds(3600)
    return configuration
  }
}

/// Runs a server on a free port of this machine for as long as `body` takes.
func withServer<Result: Sendable>(
  configure: (inout ServerConfiguration) -> Void = { _ in }, routes: (inout Router) -> Void,
  _ body: (Server, BoundAddress) async throws -> Result
) async throws -> Result {
  var configuration = ServerConfiguration.forTests
  configure(&configuration)
  var router = Router()
  routes(&router)
  let server = try Server(configuration: configuration, router: router)
  let addresses = try server.start()
  do {
    let result = try await body(server, addresses[0])
    await server.shutdown(grace: .zero)
    return result
  } catch {
    await server.shutdown(grace: .zero)
    throw error
  }
}

/// A GET request for `path`.
func get(_ path: String, _ fields: String = "") -> String {
  "GET \(path) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n"
}
