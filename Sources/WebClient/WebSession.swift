/// A client for HTTP and HTTPS, by libcurl.
///
/// Exchanges run side by side on one thread of the client's own, over connections that are kept and reused. Certificates
/// are verified, redirects are not followed, proxies are taken from the environment (`https_proxy`, `no_proxy`).
/// A cancelled task gets ``WebError/Reason/cancelled`` at once, and its exchange is broken off.
///
/// How it hangs together: ``send(_:)`` makes an `Exchange` and hands it to the `ExchangeLoop`, whose thread
/// drives all exchanges through one `CurlMulti`.
public final class WebSession: Sendable {
  private let loop: ExchangeLoop

  /// A client, which trusts the authorities of this machine or, instead of them, those in a file in PEM, and talks to the
  /// servers within its reach.
  public init(authorities file: String? = nil, reach: Reach = .anywhere) {
    loop = ExchangeLoop(authorities: file, reach: reach)
  }

  deinit { loop.close() }

  /// Sends `request` and returns the whole answer.
  public func send(_ request: WebRequest) async throws(WebError) -> WebResponse {
    let exchange = Exchange(request)
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in loop.start(exchange, waiter: waiter) }
    } onCancel: {
      loop.cancel(exchange)
    }
    // The client is let go of only now, since letting go ends what is under way.
    return try withExtendedLifetime(self) { outcome }.get()
  }
}
