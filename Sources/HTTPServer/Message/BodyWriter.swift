/// Where a streamed body is written to.
///
/// Writes happen one after the other: the next one begins when the one before has returned.
public struct BodyWriter: Sendable {
  /// The connection is gone: the client has left, or the server is shutting down.
  public struct Closed: Error, CustomStringConvertible {
    public var description: String { "the client has left" }
  }

  private enum Sink: Sendable {
    case connection(EventLoop, ExchangeID)
    case function(@Sendable ([UInt8]) async throws(Closed) -> Void)
  }

  private let sink: Sink

  init(_ loop: EventLoop, _ exchange: ExchangeID) { sink = .connection(loop, exchange) }

  /// A writer that hands everything to `write`.
  public init(_ write: @escaping @Sendable ([UInt8]) async throws(Closed) -> Void) { sink = .function(write) }

  /// Sends `bytes`. Waits while the client reads more slowly than they come, so that memory stays bounded.
  ///
  /// - Throws: ``Closed`` if nobody will read them.
  public func write(_ bytes: [UInt8]) async throws(Closed) {
    switch sink {
    case .function(let write): try await write(bytes)
    case .connection(let loop, let exchange): try await loop.write(bytes, to: exchange)
    }
  }

  /// Sends `text` as UTF-8.
  public func write(_ text: String) async throws(Closed) { try await write(Array(text.utf8)) }
}
