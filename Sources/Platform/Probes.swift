internal import Engine
internal import HTTPServer
internal import JSON
internal import Operations
internal import Storage
internal import Threads

/// What monitors ask: whether the process lives, whether it can work, and how much it did.
final class Probes: Sendable {
  private let deployment: Deployment
  private let server = Lock<Server?>(nil)

  init(_ deployment: Deployment) { self.deployment = deployment }

  /// From now on, /metrics tells what `server` did.
  func watch(_ server: Server) { self.server.withLock { $0 = server } }

  func mount(on router: inout Router) {
    let health = JSONValue.object(["status": "ok", "version": .string(Release.version)]).bytes
    let alive = Response(200, bytes: health, contentType: "application/json")
    router.on(.get, "/health", runs: .loop, bare: true) { _ in alive }
    router.on(.get, "/ready") { [self] _ in await ready() }
    router.on(.get, "/metrics") { [self] _ in
      Response(200, text: metrics(), contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  /// Each dependency, with how long it took to answer. Storage must; without the model, memories are found by their words.
  private func ready() async -> Response {
    let (storage, isReady) = await storage()
    let body: JSONObject = [
      "status": isReady ? "ready" : "not ready", "dependencies": [.object(storage), .object(await model())],
    ]
    return Response(
      isReady ? 200 : 503, bytes: JSONValue.object(body).bytes, contentType: "application/json")
  }

  private func storage() async -> (JSONObject, isReady: Bool) {
    let watch = Stopwatch()
    do {
      try await deployment.store.ping()
      return (["name": "storage", "status": "ok", "milliseconds": watch.milliseconds], true)
    } catch {
      let reason = JSONValue.string(error.message)
      return (
        ["name": "storage", "status": "down", "reason": reason, "milliseconds": watch.milliseconds], false
      )
    }
  }

  private func model() async -> JSONObject {
    let watch = Stopwatch()
    switch await deployment.engine.modelHealth() {
    case .absent:
      return ["name": "model", "status": "absent", "reason": "memories are found by their words only"]
    case .answering(let model):
      return [
        "name": "model", "status": "ok", "model": .string(model), "milliseconds": watch.milliseconds,
      ]
    case .failing(let model, let reason):
      return [
        "name": "model", "status": "down", "model": .string(model), "reason": .string(reason),
        "milliseconds": watch.milliseconds,
      ]
    }
  }

  /// The server's counters in the text format of Prometheus.
  private func metrics() -> String {
    guard let counts = server.withLock({ $0?.statistics }) else { return "" }
    let rows: [(name: String, kind: String, help: String, value: Int)] = [
      ("connections_open", "gauge", "Open connections.", counts.connectionsOpen),
      ("connections_accepted_total", "counter", "Connections accepted.", counts.connectionsAccepted),
      ("connections_refused_total", "counter", "Connections turned away.", counts.connectionsRefused),
      ("requests_total", "counter", "Requests read.", counts.requests),
      ("received_bytes_total", "counter", "Bytes read.", counts.bytesIn),
      ("sent_bytes_total", "counter", "Bytes written.", counts.bytesOut),
      (
        "clients_stalled_total", "counter", "Connections cut because the client read too slowly.",
        counts.stalled
      ),
    ]
    return rows.map { row in
      "# HELP mneme_http_\(row.name) \(row.help)\n# TYPE mneme_http_\(row.name) \(row.kind)\nmneme_http_\(row.name) \(row.value)\n"
    }.joined()
  }
}

private struct Stopwatch {
  private let start = ContinuousClock.now

  var milliseconds: JSONValue {
    .double(Double((ContinuousClock.now - start) / .microseconds(1)) / 1_000)
  }
}
