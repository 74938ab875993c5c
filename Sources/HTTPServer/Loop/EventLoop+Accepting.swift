internal import CPlatform
import Glibc

// How connections come in.

extension EventLoop {
  /// Watches sockets that listen, and owns them from now on.
  func listen(on descriptors: [Int32]) {
    assertOnLoop()
    listeners = descriptors
    watchListeners()
  }

  private func watchListeners() {
    acceptsAgain = nil
    for descriptor in listeners {
      let id = ConnectionID(descriptor: descriptor, generation: 0)
      // Where loops share a socket, one of them is woken for a newcomer, not all.
      let interest = CPlatform_EPOLLIN | CPlatform_EPOLLEXCLUSIVE
      let status = CPlatform_epoll_add(epoll, descriptor, interest, id.bits)
      precondition(status == 0, "a new listener cannot be watched: \(String(cString: strerror(errno)))")
    }
  }

  /// Looks away from the listeners for a moment: there are clients, and nothing to take them in with.
  private func pauseAccepting() {
    guard acceptsAgain == nil else { return }
    for descriptor in listeners { _ = CPlatform_epoll_remove(epoll, descriptor) }
    let moment = now + 50_000_000
    acceptsAgain = moment
    deadlines.insert(DeadlineQueue.Entry(moment: moment, connection: ConnectionID(bits: 0)))
  }

  /// Looks at the listeners again, if it is time.
  func resumeAccepting() {
    if let acceptsAgain, now >= acceptsAgain { watchListeners() }
  }

  /// Takes what waits at a listener, up to a batch, so that a rush of newcomers leaves time for the others.
  func accept(from listener: Int32, atMost batch: Int = 64) {
    var address = sockaddr_storage()
    for _ in 0..<batch {
      let descriptor = CPlatform_accept(listener, &address)
      if descriptor >= 0 {
        welcome(descriptor, SocketAddress.peer(address, isSecure: service.tls != nil))
        continue
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EMFILE, ENFILE, ENOBUFS, ENOMEM:
        guard turnAway(from: listener) else { return }
      default: return
      }
    }
  }

  /// Without a free descriptor, a waiting client would wait on, and wake the loop again and again. The spare one is
  /// given up to take the client in and close it.
  private func turnAway(from listener: Int32) -> Bool {
    if spareDescriptor >= 0 { close(spareDescriptor) }
    // The kernel looks for a descriptor before it looks for a client; there may be none.
    let descriptor = CPlatform_accept(listener, nil)
    if descriptor >= 0 {
      counters.refused.add()
      close(descriptor)
    }
    let error = errno
    spareDescriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    // Somebody else took the descriptor in between.
    if descriptor < 0, error == EMFILE || error == ENFILE { pauseAccepting() }
    return descriptor >= 0
  }

  private func welcome(_ descriptor: Int32, _ peer: Request.Peer) {
    guard service.admission.admit(peer) else {
      refuse(descriptor)
      return
    }
    lastGeneration = lastGeneration &+ 1 == UInt32.max ? 1 : lastGeneration + 1
    let id = ConnectionID(descriptor: descriptor, generation: lastGeneration)
    // Edge-triggered: one system call for the life of the connection, whatever it waits for.
    let interest = CPlatform_EPOLLIN | CPlatform_EPOLLOUT | CPlatform_EPOLLRDHUP | CPlatform_EPOLLET
    guard let transport = Transport(descriptor, service.tls),
      CPlatform_epoll_add(epoll, descriptor, interest, id.bits) == 0
    else {
      service.admission.leave(peer)
      counters.refused.add()
      close(descriptor)
      return
    }
    let connection = Connection(self, id, peer, transport)
    let index = Int(descriptor)
    if index >= connections.count {
      connections.append(contentsOf: repeatElement(nil, count: index + 1 - connections.count))
    }
    connections[index] = connection
    openConnections += 1
    counters.opened.add()
    connection.open()
  }

  /// Answers 503 as well as one system call can, and closes.
  private func refuse(_ descriptor: Int32) {
    counters.refused.add()
    if service.tls == nil {
      var answer: [UInt8] = []
      let response = service.configuration.errorResponse(503, "There are too many connections.", nil)
      ResponseHead.append(response, to: &answer, framing: .whole, closes: true, loop: self)
      if case .bytes(let body) = response.body { answer.append(contentsOf: body) }
      _ = answer.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      shutdown(descriptor, Int32(SHUT_WR))
      // Bytes left unread would turn the close into a reset, which may overtake the answer.
      _ = recv(descriptor, readBuffer.baseAddress, readBuffer.count, 0)
    }
    close(descriptor)
  }

  /// Called by a connection that is closing.
  func remove(_ connection: Connection) {
    connections[Int(connection.id.descriptor)] = nil
    openConnections -= 1
    counters.closed.add()
    service.admission.leave(connection.peer)
  }
}
