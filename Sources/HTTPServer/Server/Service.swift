import Threads

/// What all loops of a server share.
final class Service: Sendable {
  let configuration: ServerConfiguration
  let routes: RoutingTable
  let admission: Admission
  let tls: TLSContext?
  /// `Server: name` with its line end, or nothing.
  let serverField: String
  // In nanoseconds, since they are compared with the clock for every request.
  let headDeadline: UInt64
  let bodyDeadline: UInt64
  let idleDeadline: UInt64
  let writeDeadline: UInt64
  let parserLimits: RequestParser.Limits

  init(_ configuration: ServerConfiguration, _ router: Router) throws(ServerError) {
    self.configuration = configuration
    routes = RoutingTable(router, errorResponse: configuration.errorResponse)
    admission = Admission(configuration.limits)
    if let tls = configuration.tls { self.tls = try TLSContext(tls) } else { tls = nil }
    let name = configuration.serverName.filter { $0.isASCII && !$0.isNewline }
    serverField = name.isEmpty ? "" : "Server: \(name)\r\n"
    headDeadline = configuration.deadlines.head.nanoseconds
    bodyDeadline = configuration.deadlines.body.nanoseconds
    idleDeadline = configuration.deadlines.idle.nanoseconds
    writeDeadline = configuration.deadlines.write.nanoseconds
    let limits = configuration.limits
    var parserLimits = RequestParser.Limits()
    parserLimits.head = limits.head
    parserLimits.target = limits.target
    parserLimits.fields = limits.fields
    self.parserLimits = parserLimits
  }
}

/// Counts open connections, in all and by client address, and says who may come in.
final class Admission: Sendable {
  private struct State {
    var total = 0
    var byAddress: [String: Int] = [:]
  }

  private let state = Lock(State())
  private let limits: ServerLimits

  init(_ limits: ServerLimits) { self.limits = limits }

  func admit(_ peer: Request.Peer) -> Bool {
    let isCounted = isCounted(peer)
    return state.withLock { state in
      guard state.total < limits.connections else { return false }
      if isCounted {
        guard state.byAddress[peer.address, default: 0] < limits.connectionsPerAddress else { return false }
        state.byAddress[peer.address, default: 0] += 1
      }
      state.total += 1
      return true
    }
  }

  func leave(_ peer: Request.Peer) {
    let isCounted = isCounted(peer)
    state.withLock { state in
      state.total -= 1
      guard isCounted, let count = state.byAddress[peer.address] else { return }
      state.byAddress[peer.address] = count > 1 ? count - 1 : nil
    }
  }

  private func isCounted(_ peer: Request.Peer) -> Bool { limits.limitsLoopback || !peer.isLocal }
}
