internal import HTTPServer
internal import Identity
internal import JSON
internal import Operations

/// The protocol with sessions.
extension MCPDoor {
  static let sessionHeader = "Mcp-Session-Id"
  /// Messages of one batch.
  static let batchLimit = 100

  func legacy(
    _ visit: Visit, _ body: Result<JSONValue, JSONSyntaxError>, _ accepts: Acceptance
  ) async -> HTTPAnswer {
    let json: JSONValue
    do { json = try body.get() } catch {
      let refusal = Refusal(.parse, "The body is not JSON: \(error.description)")
      return .legacy(refusal, visit.statedRevision, status: 400)
    }
    if visit.headers.revision.count > 1 {
      let refusal = Refusal(
        .invalidRequest, "The header \(RoutingHeaders.revisionName) was sent more than once.")
      return .legacy(refusal, nil, status: 400)
    }
    if case .array(let messages) = json { return await batch(messages, of: visit) }
    do throws(Refusal) {
      let message = try Message(json)
      if case .request(let request) = message, request.method == ClientMethod.initialize.rawValue {
        return await initialize(request, visit)
      }
      switch session(of: visit, for: message.id) {
      case .failure(let answer): return answer
      case .success(let session):
        if accepts.events, case .request(let request) = message, mayInterject(request, in: session) {
          let asides = Asides(pingInterval: settings.pingInterval, endsWithStream: false)
          return await asides.answer(session.revision) { say in
            await reply(to: message, in: session, visit, say)
          } as: { reply in
            reply.map { .legacy($0, session.revision) } ?? .accepted
          }
        }
        guard let reply = await reply(to: message, in: session, visit) else { return .accepted }
        return .legacy(reply, session.revision)
      }
    } catch { return .legacy(error, visit.statedRevision, status: 400) }
  }

  /// Whether the work of a request may have something to say before its reply.
  private func mayInterject(_ request: RPCRequest, in session: Session) -> Bool {
    guard let tool = endpoint.tool(of: request) else { return false }
    return request.progressToken != nil || session.handshake.canAsk && tool.operation.asksFirst
  }

  private func initialize(_ request: RPCRequest, _ visit: Visit) async -> HTTPAnswer {
    do throws(RPCError) {
      let handshake = try Handshake(request.params)
      let exchange = exchange(visit, as: visit.caller.named(handshake.client), in: handshake.revision)
      let greeting = try await endpoint.greeting(handshake, in: exchange)
      let session = sessions.open(handshake, for: visit.principal)
      var answer = HTTPAnswer.legacy(.result(greeting, to: request.id), handshake.revision)
      answer.sessionID = session.id
      return answer
    } catch { return .legacy(Refusal(request.id, error), visit.statedRevision, status: 200) }
  }

  /// Several messages at once, which one revision has.
  private func batch(_ messages: [JSONValue], of visit: Visit) async -> HTTPAnswer {
    let session: Session
    switch self.session(of: visit, for: nil) {
    case .failure(let answer): return answer
    case .success(let found): session = found
    }
    guard session.revision.hasBatches, (1...Self.batchLimit).contains(messages.count) else {
      let what =
        session.revision.hasBatches
        ? "A batch has 1 to \(Self.batchLimit) messages."
        : "Revision \(session.revision.rawValue) has no batches."
      return .legacy(Refusal(.invalidRequest, what), session.revision, status: 400)
    }
    var replies: [JSONValue] = []
    for json in messages {
      do throws(Refusal) {
        let message = try Message(json)
        if let reply = await reply(to: message, in: session, visit) {
          replies.append(reply.json(for: session.revision))
        }
      } catch { replies.append(Reply.refusal(error).json(for: session.revision)) }
    }
    return replies.isEmpty ? .accepted : HTTPAnswer(status: 200, message: .array(replies))
  }

  /// The reply to a message of a session; nil when there is none to give.
  private func reply(
    to message: Message, in session: Session, _ visit: Visit, _ say: Asides.Say? = nil
  ) async -> Reply? {
    switch message {
    case .response(let id, let result):
      session.questions.answer(id, result)
      return nil
    case .notification(let notification):
      session.requests.heed(notification)
      return nil
    case .request(let request):
      let caller = visit.caller.named(session.client)
      var exchange = exchange(visit, as: caller, in: session.revision)
      exchange.subscriptions = session.subscriptions
      if let say {
        exchange.say = say
        if session.handshake.canAsk {
          exchange.asking = .now { method, params in await session.questions.ask(method, params, by: say) }
        }
      }
      let settled = exchange
      return await session.requests.run(session.requests.begin(request.id)) { [endpoint] in
        await endpoint.reply(to: request, in: settled)
      }
    }
  }

  // MARK: - Sessions

  private enum Found {
    case success(Session)
    case failure(HTTPAnswer)
  }

  private func session(of visit: Visit, for id: RequestID?) -> Found {
    guard let name = visit.request.headers[Self.sessionHeader] else {
      let message = "The header \(Self.sessionHeader) is missing. Open a session with initialize."
      return .failure(.legacy(Refusal(id, .invalidRequest, message), visit.statedRevision, status: 400))
    }
    guard let session = sessions.find(name, for: visit.principal) else {
      let message = "There is no such session any more. Open one with initialize."
      return .failure(.legacy(Refusal(id, .invalidRequest, message), visit.statedRevision, status: 404))
    }
    return .success(session)
  }

  // MARK: - GET and DELETE

  /// A stream for what the server has to say unasked: that something has changed which the client subscribed to.
  func get(_ visit: Visit) async -> Response {
    // The router asks us for HEAD as well, whose answer has no body that could hold the stream's place.
    guard visit.request.method == .get else { return Response(204) }
    guard EraRouter.era(headers: visit.headers, body: nil) == .legacy else { return .noSuchMethod }
    guard Acceptance(visit.request.headers["Accept"]).events else {
      return .refusal(406, "A stream is text/event-stream; Accept does not name it.")
    }
    switch session(of: visit, for: nil) {
    case .failure(let answer): return answer.response(.anything)
    case .success(let session):
      let (ended, end) = AsyncStream.makeStream(of: Never.self)
      guard session.openStream({ end.finish() }) else {
        return .refusal(409, "This session has a stream already.")
      }
      return .events { events in
        defer { session.closeStream() }
        try await events.ping()
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { for await _ in ended {} }
          group.addTask {
            while sessions.find(session.id, for: session.principal) != nil {
              try await Task.sleep(for: settings.pingInterval)
              try await events.ping()
            }
          }
          group.addTask { try await announce(changesTo: session, visit, events) }
          try await group.next()
          group.cancelAll()
        }
      }
    }
  }

  /// Tells the client of a session what has changed, from the moment on when it first wants to know. Ends with the
  /// credential.
  private func announce(
    changesTo session: Session, _ visit: Visit, _ events: EventWriter
  ) async throws {
    await session.subscriptions.wanted()
    let changes = try await watch.follow(look(visit, as: session.client))
    let call = Call(engine: engine, caller: visit.caller)
    // What changed while there was no stream is news as well.
    try await session.subscriptions.announce(changes, to: call, selection: visit.offer.context) { message in
      try await events.send(.object(message))
    }
  }

  func delete(_ visit: Visit) async -> Response {
    guard EraRouter.era(headers: visit.headers, body: nil) == .legacy else { return .noSuchMethod }
    switch session(of: visit, for: nil) {
    case .failure(let answer): return answer.response(.anything)
    case .success(let session):
      sessions.end(session)
      return Response(204)
    }
  }
}

extension MCPDoor.Visit {
  /// The revision that the client names in its header. Without one it is the first that had HTTP.
  var statedRevision: Revision { headers.revision.first.flatMap(Revision.init) ?? .march2025 }
}

extension Message {
  /// The id of a request.
  var id: RequestID? {
    if case .request(let request) = self { request.id } else { nil }
  }
}

extension Acceptance {
  static let anything = Acceptance(nil)
}

extension Response {
  /// A modern client only posts.
  static var noSuchMethod: Response {
    var response = Response.refusal(405, "This revision of the protocol has POST only.")
    response.headers.set("Allow", "POST")
    return response
  }
}
