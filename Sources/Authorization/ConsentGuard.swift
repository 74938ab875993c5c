internal import HTTPServer
internal import Identity

/// Sees to it that a form comes from a page that this browser was shown, and not from a page of somebody else who would
/// like the user to allow something (CSRF): the page carries a secret, and the browser keeps the same in a cookie that
/// other sites' forms do not send.
struct ConsentGuard: Sendable {
  let token: String

  /// The secret that the browser has already, so that two open pages do not spoil each other; or else a new one.
  init(for request: Request) {
    if let held = Self.held(by: request) {
      token = held
    } else {
      var random = SystemRandomNumberGenerator()
      token = base62(43, from: &random)
    }
  }

  /// Adds the cookie to the page.
  func guarding(_ response: Response, secure: Bool) -> Response {
    var response = response
    let rules = "Path=/; Max-Age=1800; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "")
    response.headers.add("Set-Cookie", "\(ConsentPage.cookie)=\(token); \(rules)")
    return response
  }

  /// Whether a form agrees with its browser's cookie.
  static func admits(_ form: FormParameters, from request: Request) -> Bool {
    guard let held = held(by: request), form.values("consent").count == 1 else { return false }
    return areEqual(Array(held.utf8), Array(form.values("consent")[0].utf8))
  }

  private static func held(by request: Request) -> String? {
    let cookies = request.headers.values(for: "Cookie").flatMap { $0.split(separator: ";") }
    let values = cookies.compactMap { cookie -> String? in
      let parts = cookie.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].filter({ $0 != " " }) == ConsentPage.cookie else { return nil }
      return parts[1].filter { $0 != " " }
    }
    // A neighbour's cookie of the same name would be a second one.
    guard values.count == 1, values[0].utf8.count == 43 else { return nil }
    return values[0]
  }
}
