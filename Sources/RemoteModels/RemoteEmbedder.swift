public import Inference
internal import JSON
internal import Threads
public import WebClient

/// A model elsewhere as an ``Embedder``.
///
/// - Texts are cut to the configured length, blank ones are all zeros without asking, and the rest are sent in batches.
/// - What may pass is tried again, after a growing time or the one that the server asks for. A server that fails again
///   and again is left in peace for a while; calls fail at once then.
/// - Interactive calls are tried twice at most, with little patience, and do not queue behind bulk calls.
/// - Vectors are checked (count, dimensions, finite) and scaled to unit length.
public final class RemoteEmbedder: Embedder {
  /// Sends a request; ``WebClient/send(_:)`` outside of tests.
  public typealias Transport = @Sendable (WebRequest) async throws(WebError) -> WebResponse

  public let model: ModelIdentity
  private let configuration: RemoteModelConfiguration
  private let wire: any EmbeddingWire
  private let batches: Batches
  private let transport: Transport
  private let timing: RemoteTiming
  private let breaker: Lock<CircuitBreaker>

  public convenience init(
    _ configuration: RemoteModelConfiguration, client: WebClient, timing: RemoteTiming = .system
  ) {
    self.init(configuration, timing: timing) { request throws(WebError) in try await client.send(request) }
  }

  public convenience init(
    _ configuration: RemoteModelConfiguration, timing: RemoteTiming = .system, transport: @escaping Transport
  ) {
    self.init(configuration, timing: timing, breaker: CircuitBreaker(), transport: transport)
  }

  package init(
    _ configuration: RemoteModelConfiguration, timing: RemoteTiming, breaker: CircuitBreaker,
    transport: @escaping Transport
  ) {
    self.configuration = configuration
    self.transport = transport
    self.timing = timing
    self.breaker = Lock(breaker)
    model = configuration.identity
    wire = configuration.provider.wire(
      model: configuration.model, dimensions: configuration.shortens ? configuration.dimensions : nil)
    batches = Batches(
      textLimit: configuration.batchTexts ?? configuration.provider.standardBatch,
      byteLimit: configuration.batchBytes)
  }

  public func embed(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] {
    // Providers refuse texts without anything in them.
    let places = texts.indices.filter { texts[$0].unicodeScalars.contains { !$0.properties.isWhitespace } }
    let sent = places.map { texts[$0].cut(toBytes: configuration.textBytes) }
    var results = [Embedding](
      repeating: Embedding(unit: [Float](repeating: 0, count: model.dimensions)), count: texts.count)
    var ranges = batches.ranges(of: sent)[...]
    let outcome = await withTaskGroup(of: (Range<Int>, Result<[Embedding], InferenceError>).self) { group in
      func startNext() {
        guard let range = ranges.popFirst() else { return }
        let batch = Array(sent[range])
        group.addTask { [self] in
          do throws(InferenceError) {
            return (range, .success(try await request(batch, as: kind, priority: priority)))
          } catch {
            return (range, .failure(error))
          }
        }
      }
      for _ in 0..<configuration.parallelRequests { startNext() }
      while let (range, result) = await group.next() {
        switch result {
        case .success(let embeddings):
          for (index, embedding) in zip(range, embeddings) { results[places[index]] = embedding }
          startNext()
        case .failure(let error):
          group.cancelAll()
          return Result<Void, InferenceError>.failure(error)
        }
      }
      return .success(())
    }
    try outcome.get()
    return results
  }

  /// The embeddings of one batch, however many tries that takes.
  private func request(
    _ texts: [String], as kind: TextKind, priority: EmbeddingPriority
  ) async throws(InferenceError) -> [Embedding] {
    let request = webRequest(for: texts, as: kind)
    var backoff = Backoff()
    var attempts = configuration.attempts
    if priority == .interactive {
      attempts = min(attempts, 2)
      backoff.longestWish = .seconds(2)
    }
    var attempt = 1
    while true {
      let failure: RemoteFailure
      do throws(RemoteFailure) {
        return try await once(request, count: texts.count)
      } catch {
        failure = error
      }
      guard failure.isWorthRepeating, attempt < attempts,
        let wait = backoff.wait(before: attempt, wish: failure.wish, random: timing.random())
      else { throw failure.error }
      do { try await timing.sleep(wait) } catch { throw .cancelled }
      attempt += 1
    }
  }

  private func webRequest(for texts: [String], as kind: TextKind) -> WebRequest {
    var request = WebRequest("POST", configuration.baseURL + wire.path)
    request.headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
    if let key = configuration.key { request.headers.append(("Authorization", "Bearer \(key.secret)")) }
    request.body = JSONValue.object(wire.request(texts, as: kind)).bytes
    request.timeout = .seconds(configuration.timeoutSeconds)
    // A float takes about 25 bytes at most as a number; the rest is for what stands around.
    request.responseLimit = (1 << 20) + texts.count * (model.dimensions * 32 + configuration.textBytes * 6)
    return request
  }

  /// One try, which the circuit breaker lets through and learns from.
  private func once(_ request: WebRequest, count: Int) async throws(RemoteFailure) -> [Embedding] {
    let ticket: CircuitBreaker.Ticket
    switch breaker.withLock({ $0.admit(at: timing.now()) }) {
    case .admitted(let admitted): ticket = admitted
    case .refused(let wait): throw .paused(wait, place: configuration.baseURL)
    }
    do throws(RemoteFailure) {
      let embeddings = try await answer(to: request, count: count)
      breaker.withLock { $0.succeeded(ticket) }
      return embeddings
    } catch {
      let time = timing.now()
      breaker.withLock { breaker in
        switch error.verdict {
        case .answered: breaker.succeeded(ticket)
        case .failed: breaker.failed(ticket, at: time, wish: error.wish)
        case .abandoned: breaker.abandoned(ticket, at: time)
        }
      }
      throw error
    }
  }

  private func answer(to request: WebRequest, count: Int) async throws(RemoteFailure) -> [Embedding] {
    let response: WebResponse
    do throws(WebError) { response = try await transport(request) } catch { throw RemoteFailure(error) }
    let body = try? JSONValue(parsing: response.body)
    guard response.status == 200 else {
      let words = body.flatMap(wire.complaint(in:)).map { configuration.key?.redacted($0) ?? $0 }
      throw RemoteFailure(response, complaint: words)
    }
    do throws(InferenceError) {
      guard let body else { throw .malformedAnswer("it is not JSON") }
      return try checked(try wire.vectors(in: body), count: count)
    } catch {
      throw .nonsense(error)
    }
  }

  private func checked(_ vectors: [[Float]], count: Int) throws(InferenceError) -> [Embedding] {
    guard vectors.count == count else {
      throw .malformedAnswer("\(vectors.count) vectors for \(count) texts")
    }
    return try vectors.map { values throws(InferenceError) in
      guard values.count == model.dimensions else {
        throw .malformedAnswer("a vector of \(values.count) dimensions; configured are \(model.dimensions)")
      }
      guard let embedding = Embedding(normalizing: values) else {
        throw .malformedAnswer("a vector with a component that is not a finite number")
      }
      return embedding
    }
  }
}
