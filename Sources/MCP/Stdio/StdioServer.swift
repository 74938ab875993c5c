public import Engine
public import Identity
internal import JSON
public import Model
internal import Operations
internal import Threads

/// MCP over a pair of pipes: one JSON object a line, in both directions, and nothing else.
///
/// ```swift
/// await StdioServer(endpoint) { try await (deployment.engine, owner) }.run()
/// ```
///
/// It answers `initialize`, `server/discover` and `tools/list` before there is an engine, so that a client does not wait
/// for storage to be opened. Both protocols are spoken side by side: a request says which one it is in.
public struct StdioServer: Sendable {
  /// What a client of pipes may decide.
  public struct Settings: Sendable {
    public var listing = ToolListing.core
    /// The role of the caller, which is not known yet when tools are listed.
    public var role = Role.owner
    /// Bytes of a line.
    public var lineLimit = 16 << 20
    /// Requests that are worked on at the same time; then reading waits.
    public var concurrency = 64
    public var input: Int32 = 0
    public var output: Int32 = 1

    public init() {}
  }

  private let endpoint: Endpoint
  private let settings: Settings
  private let connection: EngineConnection
  private let agreement = Lock(Agreement())
  private let requests = InFlight()

  /// What a legacy handshake settled.
  private struct Agreement: Sendable {
    var revision: Revision?
    var client: String?
  }

  /// A server for one client. `open` is asked for the engine and the caller once, at the first use; if it throws, the
  /// call that needed it fails, and the next one asks again.
  public init(
    _ endpoint: Endpoint, settings: Settings = Settings(),
    open: @escaping @Sendable () async throws -> (MemoryEngine, Caller)
  ) {
    self.endpoint = endpoint
    self.settings = settings
    connection = EngineConnection(open)
  }

  /// Serves until the input ends or the task is cancelled, then finishes what it began.
  ///
  /// The process must ignore `SIGPIPE`: a client that leaves is no reason to die before memories are written.
  public func run() async {
    let reader = LineReader(settings.input, limit: settings.lineLimit)
    let writer = LineWriter(settings.output)
    await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        var running = 0
        while let line = await reader.next() {
          guard let work = receive(line, writer) else { continue }
          if running >= settings.concurrency {
            await group.next()
            running -= 1
          }
          group.addTask { await work() }
          running += 1
        }
      }
    } onCancel: {
      reader.stop()
    }
  }

  private typealias Work = @Sendable () async -> Void

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
      return { if let reply = await pending() { await writer.write(reply) } }
    } catch { return answer(error, writer, isModern: EraRouter.era(of: json) == .modern) }
  }

  private func answer(_ refusal: Refusal, _ writer: LineWriter, isModern: Bool = false) -> Work {
    let revision = isModern ? .july2026 : agreement.withLock { $0.revision }
    return { await writer.write(Reply.refusal(refusal).json(for: revision)) }
  }

  /// A reply that is being made; nil when the client called the request off.
  private typealias Pending = @Sendable () async -> JSONValue?

  /// Takes one message. Returns nil when it gets no reply.
  private func take(_ json: JSONValue) throws(Refusal) -> Pending? {
    if EraRouter.era(of: json) == .modern {
      switch try ModernLadder.judge(json, headers: nil) {
      case .acknowledge(let notification):
        requests.heed(notification)
        return nil
      case .serve(let request, let envelope):
        return pending(request, in: envelope.revision, client: envelope.client)
      }
    }
    switch try Message(json) {
    case .response: return nil
    case .notification(let notification):
      requests.heed(notification)
      return nil
    case .request(let request): return try legacy(request)
    }
  }

  private func legacy(_ request: RPCRequest) throws(Refusal) -> Pending {
    if request.method == ClientMethod.initialize.rawValue {
      let handshake: Handshake
      do throws(RPCError) { handshake = try endpoint.handshake(request.params) } catch {
        throw Refusal(request.id, error)
      }
      agreement.withLock { $0 = Agreement(revision: handshake.revision, client: handshake.client) }
      return { Reply.result(handshake.result, to: request.id).json(for: handshake.revision) }
    }
    let agreement = agreement.withLock { $0 }
    // An answer, though not the one that is hoped for: silence would make a client that probes wait for its timeout.
    guard let revision = agreement.revision else {
      if request.method == ClientMethod.ping.rawValue {
        return pending(request, in: .november2025, client: nil)
      }
      throw Refusal(request.id, .invalidRequest, "Open the session with initialize.")
    }
    return pending(request, in: revision, client: agreement.client)
  }

  private func pending(_ request: RPCRequest, in revision: Revision, client: String?) -> Pending {
    let exchange = Exchange(
      revision: revision, listing: settings.listing, role: settings.role,
      call: { [connection] () async throws(EngineError) in
        let opened = try await connection.opened()
        return Call(engine: opened.engine, caller: opened.caller.named(client))
      })
    let ticket = requests.begin(request.id)
    return { [requests, endpoint] in
      let reply = await requests.run(ticket) { await endpoint.reply(to: request, in: exchange) }
      return reply?.json(for: revision)
    }
  }

  /// Several messages in one line, which one revision has.
  private func batch(_ messages: [JSONValue], _ writer: LineWriter) throws(Refusal) -> Work? {
    guard agreement.withLock({ $0.revision })?.hasBatches == true,
      (1...MCPDoor.batchLimit).contains(messages.count)
    else { throw Refusal(.invalidRequest, "A line holds one message.") }
    var parts: [Pending] = []
    for json in messages {
      do throws(Refusal) {
        if let pending = try take(json) { parts.append(pending) }
      } catch {
        let refusal = Reply.refusal(error).json(for: .march2025)
        parts.append { refusal }
      }
    }
    let work = parts
    return {
      var replies: [JSONValue] = []
      for part in work { if let reply = await part() { replies.append(reply) } }
      if !replies.isEmpty { await writer.write(.array(replies)) }
    }
  }
}
