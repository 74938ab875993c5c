/// A body that is being streamed.
final class BodyStream {
  enum Framing: Equatable {
    case chunked
    /// The handler said how many bytes there will be; this many are still to come.
    case fixed(Int)
    case untilClose
  }

  var framing: Framing
  let isEndless: Bool
  /// How many bytes may still be written, once the stream was asked to end: a farewell, but no more of the same.
  var allowance = Int.max
  private var writers: [CheckedContinuation<Bool, Never>] = []

  init(framing: Framing, isEndless: Bool) {
    self.framing = framing
    self.isEndless = isEndless
  }

  func park(_ writer: CheckedContinuation<Bool, Never>) { writers.append(writer) }

  /// Lets the writers go on, or tells them that nobody reads any more.
  func resumeWriters(_ isOpen: Bool) {
    guard !writers.isEmpty else { return }
    let waiting = writers
    writers = []
    for writer in waiting { writer.resume(returning: isOpen) }
  }
}

extension Connection {
  enum WriteResult { case taken, full }

  /// Sends the head of a streamed response.
  func beginStream(_ response: Response) {
    guard state == .handling else { return }
    let response = prepare(response)
    let framing: BodyStream.Framing =
      if let length = response.headers["Content-Length"].flatMap({ Int($0) }), length >= 0 {
        .fixed(length)
      } else if exchange.isVersion10 {
        .untilClose
      } else {
        .chunked
      }
    if framing == .untilClose { exchange.closes = true }
    let stream = BodyStream(framing: framing, isEndless: response.isEventStream)
    self.stream = stream
    borrowOutput()
    ResponseHead.append(
      response, to: &output, framing: .stream(framing), closes: exchange.closes,
      isVersion10: exchange.isVersion10,
      loop: loop)
    state = .streaming
    flush()
    if loop.isDraining { endEventStream() }
  }

  /// Takes a piece of the body. `full` asks the writer to wait.
  func write(_ bytes: [UInt8]) -> WriteResult? {
    guard state == .streaming, let stream else { return nil }
    guard !bytes.isEmpty else { return .taken }
    guard bytes.count <= stream.allowance else { return nil }
    stream.allowance -= bytes.count
    borrowOutput()
    switch stream.framing {
    case .untilClose: output.append(contentsOf: bytes)
    case .fixed(let remaining):
      guard bytes.count <= remaining else {
        abort()
        return nil
      }
      stream.framing = .fixed(remaining - bytes.count)
      output.append(contentsOf: bytes)
    case .chunked:
      output.append(contentsOf: String(bytes.count, radix: 16).utf8)
      output.append(contentsOf: "\r\n".utf8)
      output.append(contentsOf: bytes)
      output.append(contentsOf: "\r\n".utf8)
    }
    flush()
    guard state == .streaming else { return nil }
    return pendingOutput > loop.service.configuration.limits.pendingOutput ? .full : .taken
  }

  /// Keeps a writer until there is room again.
  func park(_ writer: CheckedContinuation<Bool, Never>) {
    guard state == .streaming, let stream else { return writer.resume(returning: false) }
    if pendingOutput <= loop.service.configuration.limits.pendingOutput {
      writer.resume(returning: true)
    } else {
      stream.park(writer)
    }
  }

  /// The handler has written everything, or has failed. A stream of events is whole wherever it ends.
  func endStream(isWhole: Bool) {
    guard state == .streaming, let stream else { return }
    task = nil
    switch stream.framing {
    case .chunked where isWhole || stream.isEndless:
      borrowOutput()
      output.append(contentsOf: "0\r\n\r\n".utf8)
    case .fixed(0) where isWhole, .untilClose where isWhole || stream.isEndless: break
    default: return abort()
    }
    state = .writing
    flush()
  }

  /// Asks a stream that has no end of its own to come to one.
  func endEventStream() {
    guard let stream, stream.isEndless else { return }
    stream.allowance = loop.service.configuration.limits.pendingOutput
    task?.cancel()
    stream.resumeWriters(false)
  }
}
