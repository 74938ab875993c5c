// How handlers run, and how what they produce finds its connection again.

extension EventLoop {
  /// Runs the handler of `plan`, here or on the pool. Returns the task if it is still at work.
  func start(_ plan: RoutingTable.Plan, _ request: Request, _ exchange: ExchangeID) -> Task<Void, Never> {
    let handler = plan.handler
    switch plan.placement {
    case .loop:
      runningTasks += 1
      // Runs at once, up to where the handler first waits; most never do.
      return Task.immediate(executorPreference: self) {
        await self.answer(request, handler, exchange)
        self.assertOnLoop()
        self.runningTasks -= 1
      }
    case .pool:
      return Task { await self.answer(request, handler, exchange) }
    }
  }

  private func answer(_ request: Request, _ handler: Handler, _ exchange: ExchangeID) async {
    let response = await handler(request)
    guard case .stream(let produce) = response.body, request.method != .head, response.allowsBody else {
      onLoop { $0.connection(awaiting: exchange)?.respond(response) }
      return
    }
    onLoop { $0.connection(awaiting: exchange)?.beginStream(response) }
    do {
      try await produce(BodyWriter(self, exchange))
      onLoop { $0.connection(awaiting: exchange)?.endStream(isWhole: true) }
    } catch {
      onLoop { $0.connection(awaiting: exchange)?.endStream(isWhole: false) }
    }
  }

  private func onLoop(_ call: @escaping @Sendable (EventLoop) -> Void) {
    if isOnLoop { call(self) } else { execute(call) }
  }

  /// Sends a piece of a streamed body, and waits until there is room for the next.
  func write(_ bytes: [UInt8], to exchange: ExchangeID) async throws(BodyWriter.Closed) {
    guard isOnLoop else {
      // The piece is handed over first, and the wait for room follows on the loop: one hop for both.
      let isTaken = await withCheckedContinuation { (writer: CheckedContinuation<Bool, Never>) in
        let isPosted = execute { loop in
          guard let connection = loop.connection(awaiting: exchange) else {
            return writer.resume(returning: false)
          }
          switch connection.write(bytes) {
          case .taken: writer.resume(returning: true)
          case .full: connection.park(writer)
          case nil: writer.resume(returning: false)
          }
        }
        if !isPosted { writer.resume(returning: false) }
      }
      if isTaken { return }
      throw BodyWriter.Closed()
    }
    switch connection(awaiting: exchange)?.write(bytes) {
    case .taken: return
    case nil: throw BodyWriter.Closed()
    case .full: break
    }
    let hasRoom = await withCheckedContinuation { (writer: CheckedContinuation<Bool, Never>) in
      if let connection = connection(awaiting: exchange) {
        connection.park(writer)
      } else {
        writer.resume(returning: false)
      }
    }
    if !hasRoom { throw BodyWriter.Closed() }
  }
}
