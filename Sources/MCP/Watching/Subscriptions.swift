internal import Engine
internal import Identity
internal import JSON
internal import Operations
internal import Threads

/// What a client wants to hear of, and how it looked when the client last heard.
///
/// A page is news when its text has changed, so nobody is told of a change that they would not see.
final class Subscriptions: Sendable {
  /// Of one client.
  static let limit = 100

  /// A page, or that there is none.
  private typealias Looks = Int

  private struct State {
    var pages: [String: Looks] = [:]
    /// Nil while the client does not want to hear of the list.
    var list: Looks?
  }

  private let state = Lock(State())
  private let interest = AsyncStream.makeStream(of: Never.self)

  /// Comes back when there is something that the client wants to hear of.
  func wanted() async {
    for await _ in interest.stream {}
  }

  var uris: [String] { state.withLock { $0.pages.keys.sorted() } }

  /// Adds a page.
  func add(_ uri: String, in library: Library) async throws(RPCError) {
    guard let address = ResourceAddress(uri) else { throw .unknownResource(uri) }
    let isFull = state.withLock { $0.pages.count >= Self.limit && $0.pages[uri] == nil }
    guard !isFull else {
      throw RPCError(
        .invalidParameters, "A client can subscribe to \(Self.limit) resources. Unsubscribe from some first.")
    }
    let looks = try? await Self.looks(at: address, in: library)
    state.withLock { $0.pages[uri] = looks ?? 0 }
    interest.continuation.finish()
  }

  func remove(_ uri: String) {
    state.withLock { $0.pages[uri] = nil }
  }

  /// Adds the list of resources.
  func addList(in library: Library) async {
    let looks = try? await Self.looksOfList(in: library)
    state.withLock { $0.list = looks ?? 0 }
    interest.continuation.finish()
  }

  /// The notifications that are due.
  func news(in library: Library) async -> [JSONObject] {
    var news: [JSONObject] = []
    let known = state.withLock { $0 }
    // What cannot be looked at now, because the store is busy, is looked at the next time.
    if let before = known.list, let now = try? await Self.looksOfList(in: library), now != before {
      state.withLock { $0.list = now }
      news.append(Self.notification("notifications/resources/list_changed"))
    }
    for (uri, before) in known.pages.sorted(by: { $0.key < $1.key }) {
      guard let address = ResourceAddress(uri), let now = try? await Self.looks(at: address, in: library),
        now != before
      else { continue }
      let isStillWanted = state.withLock { state in
        guard state.pages[uri] != nil else { return false }
        state.pages[uri] = now
        return true
      }
      if isStillWanted {
        news.append(Self.notification("notifications/resources/updated", ["uri": .string(uri)]))
      }
    }
    return news
  }

  /// Sends what is news: now, and each time that something has changed for as long as `changes` goes on.
  func announce(
    _ changes: AsyncStream<Caller>, to call: Call, selection: String?,
    send: (JSONObject) async throws -> Void
  ) async rethrows {
    var caller: Caller? = call.caller
    var iterator = changes.makeAsyncIterator()
    while let present = caller {
      let library = Library(Call(engine: call.engine, caller: present), selection: selection)
      for message in await news(in: library) { try await send(message) }
      caller = await iterator.next()
    }
  }

  private static func notification(_ method: String, _ params: JSONObject? = nil) -> JSONObject {
    var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
    if let params { message["params"] = .object(params) }
    return message
  }

  private static func looks(at address: ResourceAddress, in library: Library) async throws(EngineError)
    -> Looks
  {
    do throws(EngineError) {
      return try await library.page(at: address, isWatching: true).text.hashValue
    } catch {
      switch error {
      case .memoryNotFound, .contextNotFound: return 0
      default: throw error
      }
    }
  }

  private static func looksOfList(in library: Library) async throws(EngineError) -> Looks {
    try await library.listed().hashValue
  }
}
