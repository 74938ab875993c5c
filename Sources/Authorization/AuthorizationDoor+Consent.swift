internal import Engine
internal import HTTPServer
internal import Identity
internal import Model

/// The user decides.
extension AuthorizationDoor {
  /// `GET /authorize`: the page, or why there is none.
  func showConsent(_ request: Request) async -> Response {
    let parameters = Self.asked(request.queryItems)
    switch await judge(parameters, request) {
    case .failure(let refusal): return answer(refusal, request)
    case .success(let asked):
      let consent = ConsentGuard(for: request)
      return consent.guarding(
        ConsentPage.ask(asked, parameters, guarded: consent.token), secure: isSecure(request))
    }
  }

  /// `POST /authorize`: the form of that page. All of it is judged anew, since it comes from outside.
  func decide(_ request: Request) async -> Response {
    let form = FormParameters(request.formItems)
    let parameters = Self.asked(form.items)
    guard isOwn(request.headers["Origin"], request), ConsentGuard.admits(form, from: request) else {
      return ConsentPage.refuse(
        "This form does not belong to a page that your browser was shown, or the page is too old.",
        status: 403)
    }
    switch await judge(parameters, request) {
    case .failure(let refusal): return answer(refusal, request)
    case .success(let asked):
      guard form.values("decision") == ["allow"] else {
        return redirect(asked, with: OAuthError(.accessDenied, "the user did not allow it"), request)
      }
      do throws(SignInProblem) {
        let user = try await signIn(form, for: asked, from: request)
        return await allow(asked, by: user, request)
      } catch {
        let consent = ConsentGuard(for: request)
        var page = ConsentPage.ask(
          asked, parameters, guarded: consent.token, problem: error.message,
          name: form.values("name").first ?? "",
          status: error.status)
        if let seconds = error.retryAfter { page.headers.set("Retry-After", String(seconds)) }
        return page
      }
    }
  }

  /// The parameters of the request, and not what the form adds to them: otherwise whoever makes the link could fill in
  /// the form.
  private static func asked(_ items: [(name: String, value: String)]) -> FormParameters {
    let known: Set<String> = [
      "response_type", "response_mode", "client_id", "redirect_uri", "scope", "state", "code_challenge",
      "code_challenge_method", "resource",
    ]
    return FormParameters(items.filter { known.contains($0.name) })
  }

  private func judge(
    _ parameters: FormParameters, _ request: Request
  ) async -> Result<AuthorizationRequest, AuthorizationRequest.Refusal> {
    do throws(AuthorizationRequest.Refusal) {
      let id = try AuthorizationRequest.clientID(parameters)
      let known: KnownClient
      do throws(OAuthError) { known = try await client(id, for: request) } catch {
        throw .page("\(error.description).")
      }
      return .success(try AuthorizationRequest(parameters, of: known, at: address.base(for: request)))
    } catch { return .failure(error) }
  }

  private func answer(_ refusal: AuthorizationRequest.Refusal, _ request: Request) -> Response {
    switch refusal {
    case .page(let reason): ConsentPage.refuse(reason)
    case .redirect(let error, let place, let state): redirect(place, state, with: error, request)
    }
  }

  // MARK: - Signing in

  private struct SignInProblem: Error {
    let message: String
    var status = 403
    var retryAfter: Int?
  }

  private func signIn(
    _ form: FormParameters, for asked: AuthorizationRequest, from request: Request
  ) async throws(SignInProblem) -> SignedInUser {
    let now = clock.now()
    let key = form.values("key").first
    let name = form.values("name").first
    guard let password = key == nil ? form.values("password").first : "", key != nil || name != nil else {
      throw SignInProblem(message: "Type an API key, or a name and a password.")
    }
    // Only passwords can be guessed, so only their names are slowed down; an address, whatever it tries.
    let who = key == nil ? name.map { "name \($0)" } : nil
    for wait in [
      who.flatMap { namesThrottle.delay(for: $0, at: now) },
      addressThrottle.delay(for: request.remoteAddress, at: now),
    ] {
      guard let wait else { continue }
      let seconds = Int(wait.components.seconds) + 1
      throw SignInProblem(
        message: "There were too many wrong attempts. Try again in \(seconds) seconds.", status: 429,
        retryAfter: seconds)
    }
    do throws(EngineError) {
      let user: SignedInUser
      if let key {
        user = try await engine.signIn(key: key, workspace: asked.target.workspace)
      } else {
        // Counted before it is known how it ends, so that many at once are as slow as one after the other.
        if let who { namesThrottle.failed(who, at: now) }
        user = try await engine.signIn(
          name: name ?? "", password: password, workspace: asked.target.workspace, hasher: hasher)
      }
      if let who { namesThrottle.succeeded(who) }
      return user
    } catch {
      switch error {
      case .unauthenticated:
        addressThrottle.failed(request.remoteAddress, at: now)
        throw SignInProblem(
          message: key == nil
            ? "This name and password do not open anything here." : "This key does not open anything here.")
      case .invalid: throw SignInProblem(message: error.message)
      default:
        throw SignInProblem(message: "The server cannot do this now. Try again in a moment.", status: 503)
      }
    }
  }

  // MARK: - Sending back

  private func allow(
    _ asked: AuthorizationRequest, by user: SignedInUser, _ request: Request
  ) async -> Response {
    do throws(OAuthError) {
      let code = try await issuer.allow(asked, by: user)
      return redirect(asked.redirectURI, asked.state, with: [("code", code.text)], request)
    } catch { return redirect(asked, with: error, request) }
  }

  private func redirect(
    _ asked: AuthorizationRequest, with error: OAuthError, _ request: Request
  ) -> Response { redirect(asked.redirectURI, asked.state, with: error, request) }

  private func redirect(
    _ place: RedirectURI, _ state: String?, with error: OAuthError, _ request: Request
  ) -> Response {
    redirect(
      place, state, with: [("error", error.code.rawValue), ("error_description", error.description)], request)
  }

  private func redirect(
    _ place: RedirectURI, _ state: String?, with parameters: [(name: String, value: String)],
    _ request: Request
  ) -> Response {
    var parameters = parameters
    if let state { parameters.append(("state", state)) }
    // Whose answer this is, so that a program which talks to several servers is not led to mix them up (RFC 9207).
    parameters.append(("iss", address.base(for: request)))
    // 303: whatever the form held is not sent on.
    return Response(
      303,
      headers: [
        "Location": place.adding(parameters), "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
      ])
  }

  /// Whether a form comes from this server. Browsers that were told to keep the address to themselves say `null`.
  private func isOwn(_ origin: String?, _ request: Request) -> Bool {
    guard let origin, origin != "null" else { return true }
    let base = address.base(for: request)
    return base == origin || base.hasPrefix(origin + "/")
  }

  private func isSecure(_ request: Request) -> Bool { address.base(for: request).hasPrefix("https://") }
}
