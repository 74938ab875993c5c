import Glibc

// From bytes to requests.

extension Connection {
  /// Reads and serves until a request has to wait for its handler, or there is nothing more to read.
  func readOn() {
    guard !isConsuming else { return }
    // Others wait, too: whoever sends without pause is continued in the next iteration.
    var turns = 4
    while state == .reading || state == .lingering {
      if stashStart < stash.count {
        consumeStash()
        continue
      }
      guard canRead else { return }
      guard turns > 0 else {
        if !isHungry { loop.hungry.append(id) }
        isHungry = true
        return
      }
      turns -= 1
      switch transport.read(loop.readBuffer) {
      case .bytes(let count):
        loop.counters.bytesIn.add(count)
        // A plain socket that gave less than there was room for is empty; its next byte is a new event.
        if count < loop.readBuffer.count, !transport.buffersInput, !peerHasLeft { canRead = false }
        if state == .reading { consumeBuffer(count) }
      case .wouldBlock: canRead = false
      case .closed: endOfInput()
      case .failed: close()
      }
    }
  }

  /// The client sends nothing more; what it has asked for before is still delivered.
  private func endOfInput() {
    peerHasLeft = true
    canRead = false
    guard state == .reading, hasOutput else { return close() }
    exchange.closes = true
    state = .writing
  }

  private func consumeBuffer(_ count: Int) {
    let bytes = UnsafeRawBufferPointer(loop.readBuffer)[0..<count]
    bytes.withMemoryRebound(to: UInt8.self) { bytes in
      let consumed = consume(bytes.span)
      if consumed < count, state != .closed, state != .lingering {
        stash = Array(bytes[consumed...])
        stashStart = 0
      }
    }
  }

  private func consumeStash() {
    let bytes = stash
    let start = stashStart
    stashStart = start + consume(bytes.span.extracting(start...))
    if stashStart >= stash.count {
      stash = []
      stashStart = 0
    }
  }

  /// Serves the requests in `input`, as far as they can be answered at once. Returns how many bytes are used up.
  private func consume(_ input: Span<UInt8>) -> Int {
    var position = 0
    isConsuming = true
    while state == .reading {
      let step = parser.advance(input, &position)
      hasMoreInput = position < input.count
      switch step {
      case .needsInput:
        isConsuming = false
        flushDeferred()
        if state == .reading { watchProgress() }
        return position
      case .head: headIsKnown()
      case .complete: dispatch()
      case .rejected(let rejection): refuse(rejection)
      }
    }
    isConsuming = false
    flushDeferred()
    return position
  }

  /// Starts the deadline of a connection that has nothing left to do.
  func awaitRequest() {
    setDeadline(.idle, after: loop.service.idleDeadline)
    watchProgress()
  }

  /// Starts the deadline of what has begun to arrive. It is not moved by what arrives later.
  private func watchProgress() {
    if parser.isIdle { return }
    if !parser.isReadingBody {
      if deadlineKind != .head { setDeadline(.head, after: loop.service.headDeadline) }
    } else if deadlineKind != .body || parser.body.count >= bodyMark {
      bodyMark = parser.body.count + 1 << 20
      setDeadline(.body, after: loop.service.bodyDeadline)
    }
  }

  private func headIsKnown() {
    let plan = loop.service.routes.plan(parser.head.method, parser.head.pathBytes)
    self.plan = plan
    if let rejection = parser.admitBody(limit: plan.bodyLimit ?? loop.service.configuration.limits.body) {
      return refuse(rejection)
    }
    guard parser.head.expectsContinue, parser.head.hasBody, !hasMoreInput else { return }
    if plan.isRefusal {
      // The client waits to be told whether to send the body; it need not.
      hasUnreadBody = true
      start(plan, parser.head, [])
    } else {
      borrowOutput()
      output.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8)
      flush()
    }
  }

  private func dispatch() {
    let (head, body) = parser.takeRequest()
    guard let plan else { preconditionFailure("a request is complete before its head is known") }
    self.plan = nil
    start(plan, head, body)
  }

  private func start(_ plan: RoutingTable.Plan, _ head: RequestHead, _ body: [UInt8]) {
    loop.counters.requests.add()
    beginExchange(head)
    loop.lastSerial &+= 1
    var request = Request(head: head, body: body, peer: peer, serial: loop.lastSerial)
    request.parameters = plan.parameters
    state = .handling
    clearDeadline()
    let number = exchange.number
    let task = loop.start(plan, request, exchangeID)
    // A handler on the loop may have answered by now.
    guard exchange.number == number, state == .handling || state == .streaming else { return }
    self.task = task
    if peerHasLeft { task.cancel() }
    if loop.isDraining, state == .streaming { endEventStream() }
  }

  private func beginExchange(_ head: RequestHead) {
    exchange = Exchange(
      number: exchange.number &+ 1, isHead: head.method == .head, isVersion10: head.isVersion10,
      closes: !head.keepsAlive || hasUnreadBody, method: head.method)
    if !loop.service.configuration.cors.isNone { exchange.requestHeaders = head.headers }
  }

  /// Answers a request that cannot be read, as far as it can be answered, and ends the connection.
  func refuse(_ rejection: Rejection) {
    loop.counters.countRejection(rejection.status)
    hasUnreadBody = true
    // There is a plan as soon as the head is known. Before, it may end in the middle of a header.
    if plan != nil {
      beginExchange(parser.head)
    } else {
      exchange = Exchange(number: exchange.number &+ 1, isHead: parser.head.method == .head, closes: true)
    }
    var response = loop.service.configuration.errorResponse(rejection.status, rejection.reason, nil)
    if case .stream = response.body { response.body = .none }
    state = .handling
    respond(response)
  }
}
