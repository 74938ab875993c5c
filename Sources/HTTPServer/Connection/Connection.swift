internal import CPlatform
import Glibc

/// One client, from its first byte to its last: reads requests, has them answered one after the other, writes.
///
/// Lives and dies on the thread of its loop; from outside there are only its ``ConnectionID`` and ``ExchangeID``. How it
/// reads is in `Connection+Reading`, how it writes in `Connection+Writing`, how it streams in `Connection+Streaming`.
final class Connection {
  enum State {
    case handshaking
    /// Waits for a request, or for the rest of one.
    case reading
    /// A handler is at work.
    case handling
    /// The response is known, but not yet all out.
    case writing
    case streaming
    /// The last response is out, and half of the connection is closed. What the client still sends is thrown away, since
    /// closing at once would reset the connection and might take the response with it.
    case lingering
    case closed
  }

  /// A request, and what its response must respect.
  struct Exchange {
    var number: UInt32 = 0
    var isHead = false
    var isVersion10 = false
    /// Whether the connection ends with this response.
    var closes = false
    var method = Method.get
    /// Kept only where a CORS policy will ask for them.
    var requestHeaders: Headers?
  }

  enum DeadlineKind { case none, handshake, idle, head, body, write, linger }

  let loop: EventLoop
  let id: ConnectionID
  let peer: Request.Peer
  let transport: Transport
  var parser: RequestParser
  var state = State.reading
  var exchange = Exchange()
  var task: Task<Void, Never>?
  var stream: BodyStream?
  var plan: RoutingTable.Plan?

  // Input.
  /// Bytes that came after the request that is being answered.
  var stash: [UInt8] = []
  var stashStart = 0
  var isConsuming = false
  var hasMoreInput = false
  var isHungry = false
  /// Whether the socket may have something to read, as far as edge-triggered events tell.
  var canRead = false
  var peerHasLeft = false
  var hasUnreadBody = false
  var bodyMark = 0

  // Output.
  var output: [UInt8] = []
  var outputStart = 0
  /// A body too long to be copied behind its head.
  var tail: [UInt8] = []
  var tailStart = 0
  var canWrite = true
  var written = 0
  var writtenMark = 0
  var isFlushDeferred = false

  private(set) var deadlineKind = DeadlineKind.none
  private var deadline = UInt64.max
  private var earliestEntry = UInt64.max

  init(_ loop: EventLoop, _ id: ConnectionID, _ peer: Request.Peer, _ transport: Transport) {
    self.loop = loop
    self.id = id
    self.peer = peer
    self.transport = transport
    parser = RequestParser(limits: loop.service.parserLimits)
  }

  var exchangeID: ExchangeID { ExchangeID(connection: id, number: exchange.number) }

  func open() {
    if transport.needsHandshake {
      state = .handshaking
      setDeadline(.handshake, after: loop.service.headDeadline)
    } else {
      awaitFirstRequest()
    }
  }

  /// A head that has begun has its own deadline, and the time between two requests another; before the first byte, the
  /// longer of both counts.
  private func awaitFirstRequest() {
    setDeadline(.idle, after: max(loop.service.headDeadline, loop.service.idleDeadline))
  }

  // MARK: - Events

  func handle(_ events: UInt32) {
    if events & (CPlatform_EPOLLERR | CPlatform_EPOLLHUP) != 0 { return close() }
    if events & CPlatform_EPOLLRDHUP != 0 { peerLeft() }
    if events & CPlatform_EPOLLOUT != 0 { canWrite = true }
    if events & (CPlatform_EPOLLIN | CPlatform_EPOLLRDHUP) != 0 { canRead = true }
    if state == .handshaking { shakeHands() }
    if hasOutput { flush() }
    if canRead { readOn() }
  }

  private func shakeHands() {
    switch transport.handshake() {
    case .done:
      state = .reading
      awaitFirstRequest()
    case .wouldBlock: break
    case .failed: close()
    }
  }

  /// The client sends nothing more. As in Go's server, its handler is cancelled; what the handler answers nevertheless is
  /// delivered, for clients that close only their half.
  private func peerLeft() {
    peerHasLeft = true
    task?.cancel()
  }

  // MARK: - Deadlines

  func setDeadline(_ kind: DeadlineKind, after nanoseconds: UInt64) {
    deadlineKind = kind
    deadline = loop.now + nanoseconds
    enterDeadline()
  }

  func clearDeadline() { deadlineKind = .none }

  private func enterDeadline() {
    guard deadline < earliestEntry else { return }
    earliestEntry = deadline
    loop.deadlines.insert(DeadlineQueue.Entry(moment: deadline, connection: id))
  }

  /// Called when an entry of this connection is due; the deadline may have moved since.
  func deadlineEntryIsDue(_ moment: UInt64) {
    guard moment == earliestEntry else { return }
    earliestEntry = UInt64.max
    guard deadlineKind != .none else { return }
    if deadline > loop.now { return enterDeadline() }
    switch deadlineKind {
    case .none: break
    case .idle, .handshake, .linger: close()
    case .head: refuse(.slowHead)
    case .body: refuse(.slowBody)
    case .write:
      loop.counters.stalled.add()
      abort()
    }
  }

  // MARK: - The end

  /// After the last response: lets the client read it.
  func beginClose() {
    guard hasUnreadBody || canRead || stashStart < stash.count else { return close() }
    transport.endOutput()
    state = .lingering
    stash = []
    stashStart = 0
    setDeadline(.linger, after: min(loop.service.writeDeadline, 5_000_000_000))
    readOn()
  }

  func close() {
    guard state != .closed else { return }
    state = .closed
    clearDeadline()
    task?.cancel()
    task = nil
    stream?.resumeWriters(false)
    stream = nil
    loop.remove(self)
    transport.close()
    loop.endDrainIfEmpty()
  }

  /// Closes so that the client cannot take what it has for everything.
  func abort() {
    transport.breakOnClose()
    close()
  }

  // MARK: - Draining

  func beginDrain() {
    switch state {
    case .reading:
      // A request may have arrived that was not looked at yet; who sent it is served.
      canRead = true
      readOn()
      if state == .reading, parser.isIdle, !hasOutput { close() }
    case .streaming: endEventStream()
    default: break
    }
  }
}
