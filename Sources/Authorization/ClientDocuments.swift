internal import JSON
public import Model
public import WebClient

/// Fetches what programs say about themselves at the URL that is their id (client ID metadata documents), and remembers
/// it as long as its server says.
///
/// The URL comes from a stranger, so the request must not reach what only this machine can: https only, no address but
/// public ones, no redirect, few bytes and little time.
public actor ClientDocuments {
  /// Asks a web server.
  public typealias Fetch = @Sendable (WebRequest) async throws(WebError) -> WebResponse

  private struct Entry {
    let outcome: Result<KnownClient, OAuthError>
    let until: Timestamp
  }

  private let fetch: Fetch
  private let clock: any WallClock
  private var entries: [String: Entry] = [:]
  private var underWay = 0

  static let capacity = 1_000
  static let concurrency = 8
  static let sizeLimit = 10 << 10

  public init(clock: any WallClock = SystemClock(), fetch: @escaping Fetch) {
    self.clock = clock
    self.fetch = fetch
  }

  /// Whether an id is the URL of a document, rather than one that this server gave.
  nonisolated static func isDocument(_ id: String) -> Bool { id.hasPrefix("https://") }

  /// The program whose id is `url`.
  func client(_ url: String) async throws(OAuthError) -> KnownClient {
    let now = clock.now()
    if let entry = entries[url], now < entry.until { return try entry.outcome.get() }
    guard let address = try? RedirectURI(url), address.scheme == "https", let host = address.host,
      Self.hasPath(url)
    else { throw OAuthError(.invalidClient, "client_id is no https URL with a path") }
    guard underWay < Self.concurrency else {
      throw OAuthError(.temporarilyUnavailable, "too many documents are being fetched; try again in a moment")
    }
    underWay += 1
    defer { underWay -= 1 }
    let outcome: Result<KnownClient, OAuthError>
    var lifetime = Duration.seconds(60)
    do throws(OAuthError) {
      let response = try await answer(url)
      outcome = .success(try Self.read(response.body, of: url, host: host))
      lifetime = Self.lifetime(response.headers["Cache-Control"])
    } catch { outcome = .failure(error) }
    if entries.count >= Self.capacity { entries = entries.filter { now < $0.value.until } }
    if entries.count < Self.capacity {
      entries[url] = Entry(outcome: outcome, until: clock.now() + lifetime)
    }
    return try outcome.get()
  }

  private func answer(_ url: String) async throws(OAuthError) -> WebResponse {
    var request = WebRequest("GET", url)
    request.headers = [("Accept", "application/json")]
    request.timeout = .seconds(5)
    request.connectTimeout = .seconds(5)
    request.responseLimit = Self.sizeLimit
    let response: WebResponse
    do throws(WebError) { response = try await fetch(request) } catch {
      // What the network looks like from here is not told.
      throw OAuthError(.invalidClient, "the document at client_id could not be fetched")
    }
    guard response.status == 200 else {
      throw OAuthError(.invalidClient, "the document at client_id was answered with \(response.status)")
    }
    return response
  }

  static func read(_ body: [UInt8], of url: String, host: String) throws(OAuthError) -> KnownClient {
    guard let json = try? JSONValue(parsing: body, depthLimit: 16), case .object(let object) = json else {
      throw OAuthError(.invalidClient, "the document at client_id is no JSON object")
    }
    guard object["client_id"]?.stringValue == url else {
      throw OAuthError(.invalidClient, "the document at client_id has another client_id")
    }
    guard object["client_name"]?.stringValue != nil else {
      throw OAuthError(.invalidClient, "the document at client_id has no client_name")
    }
    guard object["client_secret"] == nil, object["client_secret_expires_at"] == nil else {
      throw OAuthError(.invalidClient, "the document at client_id has a secret, for everybody to read")
    }
    let metadata: ClientMetadata
    do throws(OAuthError) { metadata = try ClientMetadata(json) } catch {
      throw OAuthError(.invalidClient, "the document at client_id: \(error.description)")
    }
    guard metadata.authentication == .none else {
      throw OAuthError(
        .invalidClient, "a program with a document has no secret: token_endpoint_auth_method is none")
    }
    return KnownClient(id: url, name: metadata.name, redirectURIs: metadata.redirectURIs, vouchedBy: host)
  }

  /// Between a minute and a day; an hour when the server does not say.
  static func lifetime(_ header: String?) -> Duration {
    let directives = (header ?? "").lowercased().split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    if directives.contains(where: { $0 == "no-store" || $0.hasPrefix("no-cache") }) { return .seconds(60) }
    let age = directives.first { $0.hasPrefix("max-age=") }.flatMap { Int64($0.dropFirst(8)) }
    return .seconds(max(60, min(age ?? 3_600, 86_400)))
  }

  private static func hasPath(_ url: String) -> Bool {
    let rest = url.dropFirst("https://".count)
    guard let slash = rest.firstIndex(of: "/") else { return false }
    let path = rest[slash...].prefix { $0 != "?" }
    let segments = path.split(separator: "/")
    return !segments.isEmpty && !segments.contains(".") && !segments.contains("..")
  }
}
