import HTTPServer
import JSON

/// A stream of events that is read while it is written.
final class Events: Sendable {
  private let writing: Task<Void, Never>
  private let pieces: AsyncStream<[UInt8]>

  /// The events of an answer.
  init?(_ response: Response) {
    guard case .stream(let produce) = response.body else { return nil }
    let (pieces, mouth) = AsyncStream.makeStream(of: [UInt8].self)
    self.pieces = pieces
    writing = Task {
      try? await produce(BodyWriter { mouth.yield($0) })
      mouth.finish()
    }
  }

  deinit { writing.cancel() }

  /// The next message; nil at the end. (The server writes each event at once.)
  func next() async throws -> JSONValue? {
    for await piece in pieces {
      let lines = String(decoding: piece, as: UTF8.self).split(separator: "\n")
      guard let data = lines.first(where: { $0.hasPrefix("data: ") }) else { continue }
      return try JSONValue(parsing: String(data.dropFirst("data: ".count)))
    }
    return nil
  }

  /// As when the client or the server goes.
  func cancel() { writing.cancel() }
}
