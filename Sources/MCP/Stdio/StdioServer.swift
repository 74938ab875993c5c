public import Engine
internal import Identity
internal import JSON
public import Model
internal import Operations
internal import Threads

/// MCP over a pair of pipes: one JSON object a line, in both directions, and nothing else.
///
/// ```swift
/// await StdioServer(endpoint) { try await (deployment.engine, key) }.run()
/// ```
///
/// It answers `initialize`, `server/discover` and `tools/list` before there is an engine, so that a client does not wait
/// for storage to be opened. Both protocols are spoken side by side: a request says which one it is in.
public struct StdioServer: Sendable {
  /// What a client of pipes may decide.
  public struct Settings: Sendable {
    public var offer = Offer()
    /// The role of the caller, which is not known yet when tools are listed.
    public var role = Role.owner
    /// Bytes of a line.
    public var lineLimit = 16 << 20
    /// Requests that are worked on at the same time; then reading waits.
    public var concurrency = 64
    /// Streams of changes that a client may hold at the same time.
    public var listenings = 16
    /// How often the store is looked at for those who want to hear of changes.
    public var watchInterval: Duration = .milliseconds(250)
    public var input: Int32 = 0
    public var output: Int32 = 1

    public init() {}
  }

  let endpoint: Endpoint
  let settings: Settings
  let connection: EngineConnection
  let agreement = Lock<Handshake?>(nil)
  let requests = InFlight()
  let subscriptions = Subscriptions()
  let questions = Questions()
  let watch: ChangeWatch
  let listenings = Lock(0)

  /// A server for one client. `open` is asked for the engine and the caller's credential once, at the first use; if it
  /// throws, the call that needed it fails, and the next one asks again.
  public init(
    _ endpoint: Endpoint, settings: Settings = Settings(),
    open: @escaping @Sendable () async throws -> (engine: MemoryEngine, secret: String?)
  ) {
    self.endpoint = endpoint
    self.settings = settings
    connection = EngineConnection(open)
    watch = ChangeWatch(interval: settings.watchInterval)
  }

  /// Serves until the input ends or the task is cancelled, then finishes what it began.
  ///
  /// The process must ignore `SIGPIPE`: a client that leaves is no reason to die before memories are written.
  public func run() async {
    let reader = LineReader(settings.input, limit: settings.lineLimit)
    let writer = LineWriter(settings.output)
    await withTaskCancellationHandler {
      await withDiscardingTaskGroup { listeners in
        listeners.addTask { await announceChanges(to: writer) }
        await withTaskGroup(of: Void.self) { group in
          var running = 0
          while let line = await reader.next() {
            guard let work = receive(line, writer) else { continue }
            if work.isEndless {
              listeners.addTask { await work.run() }
              continue
            }
            if running >= settings.concurrency {
              await group.next()
              running -= 1
            }
            group.addTask { await work.run() }
            running += 1
          }
          questions.close()
        }
        listeners.cancelAll()
      }
    } onCancel: {
      reader.stop()
    }
  }

  /// What is to be done for a line.
  struct Work: Sendable {
    /// Whether it ends only when the client or the input does.
    var isEndless = false
    let run: @Sendable () async -> Void
  }

  /// A reply that is being made; nil when the client called the request off.
  typealias Pending = @Sendable (LineWriter) async -> JSONValue?

  /// Takes a line in. What must happen in the order of the lines happens here; the rest is returned.
  private func receive(_ line: LineReader.Line, _ writer: LineWriter) -> Work? {
    let text: [UInt8]
    switch line {
    case .text(let bytes): text = bytes
    case .tooLong:
      return answer(Refusal(.invalidRequest, "A line has at most \(settings.lineLimit) bytes."), writer)
    }
    if text.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { return nil }
    let json: JSONValue
    do throws(JSONSyntaxError) { json = try JSONValue(parsing: text) } catch {
      return answer(Refusal(.parse, "The line is not JSON: \(error.description)"), writer)
    }
    do throws(Refusal) {
      if case .array(let messages) = json { return try batch(messages, writer) }
      guard let pending = try take(json) else { return nil }
      return Work(isEndless: isListen(json)) {
        if let reply = await pending(writer) { await writer.write(reply) }
      }
    } catch { return answer(error, writer, isModern: EraRouter.era(of: json) == .modern) }
  }

  private func isListen(_ json: JSONValue) -> Bool {
    EraRouter.era(of: json) == .modern && json["method"] == .string(ClientMethod.listen.rawValue)
  }

  private func answer(_ refusal: Refusal, _ writer: LineWriter, isModern: Bool = false) -> Work {
    let revision = isModern ? .july2026 : agreement.withLock { $0?.revision }
    return Work { await writer.write(Reply.refusal(refusal).json(for: revision)) }
  }

  /// Takes one message. Returns nil when it gets no reply.
  private func take(_ json: JSONValue) throws(Refusal) -> Pending? {
    if EraRouter.era(of: json) == .modern {
      switch try ModernLadder.judge(json, headers: nil) {
      case .acknowledge(let notification):
        requests.heed(notification)
        return nil
      case .serve(let request, let envelope): return try modern(request, envelope)
      }
    }
    switch try Message(json) {
    case .response(let id, let result):
      questions.answer(id, result)
      return nil
    case .notification(let notification):
      requests.heed(notification)
      return nil
    case .request(let request): return try legacy(request)
    }
  }

  /// Several messages in one line, which one revision has.
  private func batch(_ messages: [JSONValue], _ writer: LineWriter) throws(Refusal) -> Work? {
    guard agreement.withLock({ $0?.revision })?.hasBatches == true,
      (1...MCPDoor.batchLimit).contains(messages.count)
    else { throw Refusal(.invalidRequest, "A line holds one message.") }
    var parts: [Pending] = []
    for json in messages {
      do throws(Refusal) {
        if isListen(json) { throw Refusal(.invalidRequest, "A stream of changes is no part of a batch.") }
        if let pending = try take(json) { parts.append(pending) }
      } catch {
        let refusal = Reply.refusal(error).json(for: .march2025)
        parts.append { _ in refusal }
      }
    }
    let work = parts
    return Work {
      var replies: [JSONValue] = []
      for part in work { if let reply = await part(writer) { replies.append(reply) } }
      if !replies.isEmpty { await writer.write(.array(replies)) }
    }
  }
}
