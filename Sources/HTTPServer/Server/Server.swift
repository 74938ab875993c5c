internal import CPlatform
import Glibc
import Synchronization
import Threads

/// An HTTP/1.1 server.
///
/// One thread a core waits for its share of the connections, reads requests with ``RequestParser``, finds their handler in
/// a ``Router``, and writes what it answers. HTTP/2 and HTTP/3 are left to a proxy in front.
///
/// ```swift
/// let server = try Server(configuration: configuration, router: router)
/// for address in try server.start() { print("listening on \(address)") }
/// …
/// await server.shutdown(grace: .seconds(10))
/// ```
public final class Server: Sendable {
  private struct State {
    var loops: [EventLoop] = []
    var addresses: [BoundAddress] = []
    var hasStarted = false
    var hasStopped = false
  }

  private let service: Service
  private let state = Lock(State())

  /// A server that does not listen yet. Fails if the certificate cannot be used.
  public init(configuration: ServerConfiguration, router: Router) throws(ServerError) {
    service = try Service(configuration, router)
  }

  /// Listens, and serves from then on. Returns where, with the ports that were chosen.
  @discardableResult
  public func start() throws(ServerError) -> [BoundAddress] {
    let isFirst = state.withLock { state in
      defer { state.hasStarted = true }
      return !state.hasStarted
    }
    guard isFirst else { throw ServerError(.other, "The server was started before; make a new one.") }
    let configured = service.configuration.loops
    let count = configured > 0 ? configured : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    var sockets: [ListenerSocket] = []
    var loops: [EventLoop] = []
    do throws(ServerError) {
      for listener in service.configuration.listeners {
        sockets += try ListenerSocket.open(listener, loops: count)
      }
      for number in 0..<count { loops.append(try EventLoop(service: service, number: number)) }
    } catch {
      ListenerSocket.closeAll(sockets)
      throw error
    }
    for (number, loop) in loops.enumerated() {
      let listeners = sockets.map { $0.descriptors[number] }
      loop.execute { $0.listen(on: listeners) }
      startThread(name: "http-\(number)") { loop.run() }
    }
    let addresses = sockets.map(\.address)
    state.withLock { state in
      state.loops = loops
      state.addresses = addresses
    }
    return addresses
  }

  /// Takes no more connections, delivers what is being answered, ends streams of events, and returns when the last
  /// client is gone; after `grace`, those that are left are cut off.
  public func shutdown(grace: Duration) async {
    let (loops, addresses) = state.withLock { state in
      defer { state.hasStopped = true }
      return state.hasStopped ? ([], []) : (state.loops, state.addresses)
    }
    let deadline = Clock.nanoseconds + grace.nanoseconds
    await withTaskGroup(of: Void.self) { group in
      for loop in loops {
        group.addTask {
          await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            loop.execute { $0.beginDrain(deadline: deadline) { done.resume() } }
          }
        }
      }
    }
    for case .unix(let path) in addresses { unlink(path) }
  }

  /// Reads the certificate and its key again, for connections that come from now on.
  /// If they cannot be used, the old ones stay.
  public func reloadCertificate() throws(ServerError) {
    guard let tls = service.tls else { throw ServerError(.other, "The server does not speak TLS.") }
    try tls.reload()
  }

  /// What the server has done so far.
  public var statistics: Statistics {
    let loops = state.withLock { $0.loops }
    var total = Statistics()
    for loop in loops { loop.counters.add(to: &total) }
    return total
  }
}
