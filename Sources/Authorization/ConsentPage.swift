internal import HTTPServer
internal import Identity
internal import Model

/// The page on which a user signs in and decides: plain HTML, nothing that runs, nothing from elsewhere.
///
/// Whatever a program says about itself is escaped, and shown beside where the user would be sent, which is the one thing
/// that it cannot make up.
enum ConsentPage {
  /// The name of the cookie that a form must agree with (see ``ConsentGuard``).
  static let cookie = "mneme_consent"

  /// Asks the user. `parameters` come back with the form; `problem` is what was wrong with the last attempt.
  static func ask(
    _ request: AuthorizationRequest, _ parameters: FormParameters, guarded token: String,
    problem: String? = nil, name: String = "", status: Int = 200
  ) -> Response {
    let hidden = (parameters.items + [("consent", token)]).map { item in
      "<input type=\"hidden\" name=\"\(escaped(item.0))\" value=\"\(escaped(item.1))\">"
    }.joined()
    let scopes = request.scopes.sorted().map { "<li>\(about($0))</li>" }.joined()
    let place = request.redirectURI.host ?? "\(request.redirectURI.scheme): (a program on this device)"
    let body = """
      <h1>Allow access to your memories?</h1>
      <p><strong>\(escaped(request.client.name))</strong> asks to use Mneme in your name.
      \(provenance(request.client))</p>
      <p>It wants to:</p><ul>\(scopes)</ul>
      <p>You will be sent back to <strong>\(escaped(place))</strong>.\
      \(request.redirectURI.isLoopback || request.client.isLocal ? local : "")</p>
      \(problem.map { "<p class=\"problem\" role=\"alert\">\(escaped($0))</p>" } ?? "")
      <form method="post" action="authorize" autocomplete="off">
      \(hidden)<input type="hidden" name="decision" value="allow">
      <fieldset><legend>Sign in with a key</legend>
      <label>API key <input type="password" name="key" autocomplete="off" placeholder="mn_live_…"></label></fieldset>
      <fieldset><legend>or with a password</legend>
      <label>Name <input name="name" value="\(escaped(name))" autocomplete="username"></label>
      <label>Password <input type="password" name="password" autocomplete="current-password"></label></fieldset>
      <button type="submit">Sign in and allow</button></form>
      <form method="post" action="authorize">\(hidden)<input type="hidden" name="decision" value="deny">
      <button type="submit" class="quiet">Do not allow</button></form>
      <p class="note">What you allow ends when you revoke it, or the key that you sign in with.</p>
      """
    return page(body, status: status, title: "Allow access?")
  }

  /// Tells the user why there is nothing to decide.
  static func refuse(_ reason: String, status: Int = 400) -> Response {
    page(
      """
      <h1>This cannot go on</h1><p class="problem" role="alert">\(escaped(reason))</p>
      <p>Nothing was allowed. Go back to the program that brought you here and try again.</p>
      """, status: status, title: "This cannot go on")
  }

  private static let local = """
     That is a program on this device, and any program here can say that it is this one: allow it only if you started \
    it yourself, just now.
    """

  private static func provenance(_ client: KnownClient) -> String {
    guard let host = client.vouchedBy else { return "It gave itself this name; nobody has checked it." }
    return "It is described by <strong>\(escaped(host))</strong>."
  }

  private static func about(_ permission: Permission) -> String {
    switch permission {
    case .read: "find and read memories"
    case .write: "remember, change and forget"
    case .admin: "<strong>administer</strong>: make contexts, issue and revoke keys"
    }
  }

  private static func page(_ body: String, status: Int, title: String) -> Response {
    let html = """
      <!doctype html><html lang="en"><head><meta charset="utf-8"><title>\(title) · Mneme</title>
      <meta name="viewport" content="width=device-width, initial-scale=1"><style>\(style)</style></head>
      <body><main>\(body)</main></body></html>
      """
    // Without form-action: browsers apply it to where a form's answer redirects, too, which here is the whole point.
    let policy =
      "default-src 'none'; style-src 'sha256-\(base64(sha256(Array(style.utf8)), isForURLs: false))'; "
      + "base-uri 'none'; frame-ancestors 'none'"
    return Response(
      status,
      headers: [
        "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Pragma": "no-cache",
        "Content-Security-Policy": policy, "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
      ], body: .bytes(Array(html.utf8)))
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }

  private static let style = """
    body{font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff}main{max-width:32rem;margin:3rem auto;padding:0 1rem}
    fieldset{border:1px solid #ccc;border-radius:6px;margin:1rem 0}label{display:block;margin:.5rem 0}
    input:not([type=hidden]){display:block;width:100%;box-sizing:border-box;padding:.5rem;font:inherit}
    button{font:inherit;padding:.6rem 1rem;border-radius:6px;border:1px solid #235;background:#235;color:#fff}
    .quiet{background:none;color:#235}.problem{border-left:4px solid #b00;padding-left:.8rem}.note{color:#666;font-size:.9em}
    form{margin-bottom:.8rem}
    @media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}.quiet{color:#9cf}.note{color:#999}}
    """
}
