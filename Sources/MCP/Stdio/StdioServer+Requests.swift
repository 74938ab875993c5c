internal import Engine
internal import Identity
internal import JSON
internal import Operations
internal import Threads

/// How requests over pipes are answered.
extension StdioServer {
  func modern(_ request: RPCRequest, _ envelope: Envelope) throws(Refusal) -> Pending {
    var exchange = exchange(in: envelope.revision, client: envelope.client)
    if request.method == ClientMethod.listen.rawValue { return try listen(request, in: exchange) }
    if canElicit(envelope.capabilities) {
      exchange.asking = .again(answers: request.params["inputResponses"]?.objectValue)
    }
    return pending(request, in: exchange)
  }

  func legacy(_ request: RPCRequest) throws(Refusal) -> Pending {
    if request.method == ClientMethod.initialize.rawValue { return try initialize(request) }
    // An answer, though not the one that is hoped for: silence would make a client that probes wait for its timeout.
    guard let handshake = agreement.withLock({ $0 }) else {
      if request.method == ClientMethod.ping.rawValue {
        return pending(request, in: exchange(in: .november2025, client: nil))
      }
      throw Refusal(request.id, .invalidRequest, "Open the session with initialize.")
    }
    var exchange = exchange(in: handshake.revision, client: handshake.client)
    exchange.subscriptions = subscriptions
    return pending(request, in: exchange, canAsk: handshake.canAsk)
  }

  private func initialize(_ request: RPCRequest) throws(Refusal) -> Pending {
    let handshake: Handshake
    do throws(RPCError) { handshake = try Handshake(request.params) } catch {
      throw Refusal(request.id, error)
    }
    agreement.withLock { $0 = handshake }
    let exchange = exchange(in: handshake.revision, client: handshake.client)
    return { [endpoint] _ in
      do throws(RPCError) {
        let greeting = try await endpoint.greeting(handshake, in: exchange)
        return Reply.result(greeting, to: request.id).json(for: handshake.revision)
      } catch { return Reply.refusal(Refusal(request.id, error)).json(for: handshake.revision) }
    }
  }

  private func exchange(in revision: Revision, client: String?) -> Exchange {
    Exchange(
      revision: revision, offer: settings.offer, role: settings.role,
      call: { [connection] () async throws(EngineError) in
        let (engine, caller) = try await connection.use(by: client)
        return Call(engine: engine, caller: caller)
      },
      look: { [connection] () async throws(EngineError) in
        let (engine, caller) = try await connection.use(by: client)
        return (caller, try await engine.changeMark(as: caller))
      })
  }

  private func pending(_ request: RPCRequest, in exchange: Exchange, canAsk: Bool = false) -> Pending {
    let ticket = requests.begin(request.id)
    return { [requests, endpoint, questions] writer in
      // What is said in between must be written before the reply.
      let (asides, mouth) = AsyncStream.makeStream(of: JSONObject.self)
      let say: Asides.Say = { mouth.yield($0) }
      var exchange = exchange
      exchange.say = say
      if canAsk { exchange.asking = .now { method, params in await questions.ask(method, params, by: say) } }
      let settled = exchange
      async let reply = {
        defer { mouth.finish() }
        return await requests.run(ticket) { await endpoint.reply(to: request, in: settled) }
      }()
      for await aside in asides { await writer.write(.object(aside)) }
      return await reply?.json(for: settled.revision)
    }
  }

  private func listen(_ request: RPCRequest, in exchange: Exchange) throws(Refusal) -> Pending {
    let listening: Listening
    do throws(RPCError) { listening = try Listening(request) } catch {
      throw Refusal(request.id, error.fitting(.modern))
    }
    let isFull = listenings.withLock { count in
      guard count < settings.listenings else { return true }
      count += 1
      return false
    }
    if isFull {
      throw Refusal(
        request.id, .invalidParameters,
        "This client listens \(settings.listenings) times already. Call one off with notifications/cancelled."
      )
    }
    let ticket = requests.begin(request.id)
    return { [requests, watch, listenings] writer in
      defer { listenings.withLock { $0 -= 1 } }
      return await requests.run(ticket) {
        await listening.reply(exchange, watch) { message in await writer.write(message) }
      }
    }
  }

  /// Tells a client of sessions what has changed, from the moment on when it first wants to know.
  func announceChanges(to writer: LineWriter) async {
    await subscriptions.wanted()
    guard let revision = agreement.withLock({ $0?.revision }) else { return }
    let exchange = exchange(in: revision, client: nil)
    guard let changes = try? await watch.follow(exchange.look), let call = try? await exchange.call() else {
      return
    }
    await subscriptions.announce(changes, to: call, selection: exchange.offer.context) { message in
      await writer.write(.object(message))
    }
  }
}
