internal import Engine
internal import Identity
internal import JSON
internal import Operations

/// A modern client's `subscriptions/listen`: one long request that hears of changes until somebody ends it.
struct Listening: Sendable {
  let id: RequestID
  private let wantsList: Bool
  private let uris: [String]

  static let subscriptionKey = "io.modelcontextprotocol/subscriptionId"

  /// Reads the filter. What is never announced here (tools and prompts do not change) is left out of what is honoured.
  init(_ request: RPCRequest) throws(RPCError) {
    guard let filter = request.params["notifications"]?.objectValue else {
      throw RPCError(.invalidParameters, "params.notifications says what to listen for: an object.")
    }
    id = request.id
    wantsList = filter["resourcesListChanged"]?.boolValue ?? false
    switch filter["resourceSubscriptions"] {
    case nil, .null: uris = []
    case .array(let elements):
      let texts = elements.compactMap(\.stringValue)
      guard texts.count == elements.count, texts.count <= Subscriptions.limit else {
        throw RPCError(
          .invalidParameters, "resourceSubscriptions is a list of at most \(Subscriptions.limit) URIs.")
      }
      if let unknown = texts.first(where: { ResourceAddress($0) == nil }) { throw .unknownResource(unknown) }
      uris = texts
    default: throw RPCError(.invalidParameters, "resourceSubscriptions is a list of URIs.")
    }
  }

  /// Sends what happens, from the acknowledgement on. Returns when the credential or the task ends, with the reply that
  /// then ends the request.
  func reply(
    _ exchange: Exchange, _ watch: ChangeWatch, send: @Sendable (JSONValue) async throws -> Void
  ) async -> JSONValue {
    do throws(RPCError) {
      try await announce(exchange, watch, send: send)
    } catch {
      return Reply(id: id, outcome: .error(error.fitting(.modern))).json(for: exchange.revision)
    }
    return [
      "jsonrpc": "2.0", "id": id.json,
      "result": ["resultType": "complete", "_meta": [Self.subscriptionKey: id.json]],
    ]
  }

  private func announce(
    _ exchange: Exchange, _ watch: ChangeWatch, send: @Sendable (JSONValue) async throws -> Void
  ) async throws(RPCError) {
    let subscriptions = Subscriptions()
    let changes: AsyncStream<Caller>
    let library: Library
    do throws(EngineError) {
      changes = try await watch.follow(exchange.look)
      library = try await exchange.library
    } catch { throw RPCError(error) }
    if wantsList { await subscriptions.addList(in: library) }
    for uri in uris { try await subscriptions.add(uri, in: library) }
    var honoured = JSONObject()
    if wantsList { honoured["resourcesListChanged"] = true }
    if !uris.isEmpty { honoured["resourceSubscriptions"] = .array(uris.map { .string($0) }) }
    let acknowledgement: JSONObject = [
      "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
      "params": ["notifications": .object(honoured)],
    ]
    do {
      try await send(marked(acknowledgement))
      let call = Call(engine: library.engine, caller: library.caller)
      try await subscriptions.announce(changes, to: call, selection: library.selection) { message in
        try await send(marked(message))
      }
      // Nobody is there to hear of it when something could not be sent.
    } catch {}
  }

  /// The message with the mark of its subscription.
  private func marked(_ message: JSONObject) -> JSONValue {
    var params = message["params"]?.objectValue ?? [:]
    params["_meta"] = [Self.subscriptionKey: id.json]
    var marked = message
    marked["params"] = .object(params)
    return .object(marked)
  }
}
