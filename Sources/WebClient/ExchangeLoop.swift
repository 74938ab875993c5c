internal import CCurl
internal import Glibc
internal import Threads

/// The thread of a client, and what other threads ask of it.
final class ExchangeLoop: Sendable {
  private struct Inbox {
    var starting: [Exchange] = []
    var leaving: [Exchange] = []
    var isClosed = false
    /// Set for as long as the multi handle exists. `curl_multi_wakeup` may be called from any thread, but not after the
    /// handle is gone, so it is only called under the lock.
    var multi: MultiHandle?
  }

  /// The address of a multi handle, for waking it.
  private struct MultiHandle: @unchecked Sendable {
    // Sendable: away from its thread it is only given to `curl_multi_wakeup`, which allows that.
    let pointer: UnsafeMutableRawPointer
  }

  private let inbox = Lock(Inbox())

  private static let isReady: Void = { curl_global_init(Int(CURL_GLOBAL_DEFAULT)) }()

  /// Starts the thread, which ends after ``close()``.
  init(authorities: String?, reach: Reach) {
    _ = Self.isReady
    startThread(name: "web-client") { [self] in run(authorities: authorities, reach: reach) }
  }

  func start(_ exchange: Exchange, waiter: CheckedContinuation<Exchange.Outcome, Never>) {
    let isAccepted = inbox.withLock { inbox in
      guard !exchange.isCancelled, !inbox.isClosed else { return false }
      exchange.waiter = waiter
      inbox.starting.append(exchange)
      wake(inbox)
      return true
    }
    if !isAccepted { waiter.resume(returning: .failure(cancelled(exchange))) }
  }

  func cancel(_ exchange: Exchange) {
    let waiter = inbox.withLock { inbox in
      exchange.isCancelled = true
      guard let waiter = exchange.waiter else { return nil as CheckedContinuation<Exchange.Outcome, Never>? }
      exchange.waiter = nil
      inbox.leaving.append(exchange)
      wake(inbox)
      return waiter
    }
    waiter?.resume(returning: .failure(cancelled(exchange)))
  }

  func close() {
    inbox.withLock { inbox in
      inbox.isClosed = true
      wake(inbox)
    }
  }

  private func wake(_ inbox: Inbox) { if let multi = inbox.multi { curl_multi_wakeup(multi.pointer) } }

  private func cancelled(_ exchange: Exchange) -> WebError {
    WebError(.cancelled, "\(exchange.request.place): cancelled")
  }

  // MARK: - On the thread

  private func run(authorities: String?, reach: Reach) {
    // A server that hangs up is an error of one exchange. Curl sees to that on plain sockets, OpenSSL does not.
    var broken = sigset_t()
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &broken, nil)
    let multi = CurlMulti()
    let handle = MultiHandle(pointer: multi.handle)
    inbox.withLock { $0.multi = handle }
    while true {
      let (starting, leaving, isClosed) = inbox.withLock { inbox in
        defer {
          inbox.starting = []
          inbox.leaving = []
          if inbox.isClosed { inbox.multi = nil }
        }
        return (inbox.starting, inbox.leaving, inbox.isClosed)
      }
      for exchange in starting where !leaving.contains(where: { $0 === exchange }) {
        do throws(WebError) {
          multi.add(try CurlExchange(exchange, authorities: authorities, reach: reach))
        } catch {
          finish(exchange, .failure(error))
        }
      }
      for exchange in leaving { multi.remove(exchange) }
      if isClosed { break }
      for (exchange, outcome) in multi.turn() { finish(exchange, outcome) }
      multi.wait()
    }
    for exchange in multi.removeAll() { finish(exchange, .failure(cancelled(exchange))) }
  }

  private func finish(_ exchange: Exchange, _ outcome: Exchange.Outcome) {
    let waiter = inbox.withLock { _ in
      defer { exchange.waiter = nil }
      return exchange.waiter
    }
    waiter?.resume(returning: outcome)
  }
}

/// The owner of a multi handle: exchanges that share connections. Used on one thread only.
private final class CurlMulti {
  let handle: UnsafeMutableRawPointer
  private var running: [UnsafeMutableRawPointer: CurlExchange] = [:]

  init() {
    guard let handle = curl_multi_init() else { preconditionFailure("libcurl has no memory for a handle") }
    self.handle = handle
    // A server is not given more connections than a browser's few; what is beyond waits in curl's own queue.
    CCurl_multi_set_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, 32)
  }

  deinit {
    for handle in running.keys { curl_multi_remove_handle(self.handle, handle) }
    running = [:]
    curl_multi_cleanup(handle)
  }

  func add(_ exchange: CurlExchange) {
    running[exchange.handle] = exchange
    curl_multi_add_handle(handle, exchange.handle)
  }

  func remove(_ exchange: Exchange) {
    guard let found = running.values.first(where: { $0.exchange === exchange }) else { return }
    curl_multi_remove_handle(handle, found.handle)
    running[found.handle] = nil
  }

  func removeAll() -> [Exchange] {
    let all = running.values.map(\.exchange)
    for exchange in all { remove(exchange) }
    return all
  }

  /// Moves every exchange on as far as it goes now. Returns those that have ended.
  func turn() -> [(Exchange, Exchange.Outcome)] {
    var count: Int32 = 0
    curl_multi_perform(handle, &count)
    var ended: [(Exchange, Exchange.Outcome)] = []
    while let message = curl_multi_info_read(handle, &count) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let found = running.removeValue(forKey: easy)
      else { continue }
      let code = message.pointee.data.result
      ended.append((found.exchange, found.outcome(code)))
      // After this, `message` is gone.
      curl_multi_remove_handle(handle, easy)
    }
    return ended
  }

  /// Sleeps until a socket, a timer or a wake-up has something to do.
  func wait() { curl_multi_poll(handle, nil, 0, 60_000, nil) }
}
