/// One request and what has come back for it.
///
/// Whoever waits is told exactly once: by the loop's thread, or at once if the task was cancelled before it began.
final class Exchange: @unchecked Sendable {
  // Sendable: `request` never changes; `waiter` and `isCancelled` are touched only under the lock of the loop;
  // the rest only on the thread of the loop.
  typealias Outcome = Result<WebResponse, WebError>

  let request: WebRequest
  var waiter: CheckedContinuation<Outcome, Never>?
  var isCancelled = false

  private(set) var headers = WebHeaders()
  private(set) var body: [UInt8] = []
  private(set) var isTooLarge = false
  /// Whether an address was not allowed.
  private(set) var isRefused = false
  private var headerBytes = 0

  /// All header lines of an answer together.
  private static let headerLimit = 256 << 10

  init(_ request: WebRequest) { self.request = request }

  /// Notes that the server's address is not allowed.
  func refuse() { isRefused = true }

  /// Takes in a header line. False breaks the exchange off.
  func take(header line: UnsafeRawBufferPointer) -> Bool {
    headerBytes += line.count
    guard headerBytes <= Self.headerLimit else {
      isTooLarge = true
      return false
    }
    headers.take(line: line)
    return true
  }

  /// Takes in a piece of the body. False breaks the exchange off.
  func take(body piece: UnsafeRawBufferPointer) -> Bool {
    guard body.count + piece.count <= request.responseLimit else {
      isTooLarge = true
      return false
    }
    body.append(contentsOf: piece)
    return true
  }
}
