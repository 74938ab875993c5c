public import Engine
public import HTTPServer
internal import JSON

/// Errors as `application/problem+json` (RFC 9457), with the stable names that clients rely on.
public enum Problem {
  /// What an operation's failure looks like.
  public static func response(
    for error: EngineError, request id: String, at resource: ProtectedResource = .keysOnly
  ) -> Response {
    let face = error.face
    var response = response(
      status: face.status, code: face.code, message: error.message, more: error.details, request: id)
    if let challenge = resource.challenge(for: error) { response.headers.set("WWW-Authenticate", challenge) }
    if face.status == 429 { response.headers.set("Retry-After", "60") }
    if face.status == 503 { response.headers.set("Retry-After", "1") }
    return response
  }

  /// What the HTTP server itself answers: an unknown path, a body that is too large.
  public static func response(status: Int, reason: String, request: Request?) -> Response {
    let code =
      switch status {
      case 403: "forbidden"
      case 404: "not_found"
      case 405: "method_not_allowed"
      case 408: "timeout"
      case 413: "too_large"
      case 421: "unknown_host"
      case 503: "unavailable"
      default: "bad_request"
      }
    let hint = status == 404 ? " The routes are listed at /openapi.json." : ""
    return response(status: status, code: code, message: reason + hint, more: [:], request: request?.id)
  }

  private static func response(
    status: Int, code: String, message: String, more: JSONObject, request id: String?
  ) -> Response {
    var problem: JSONObject = [
      "type": .string("urn:mneme:error:\(code)"), "title": .string(code.replacing("_", with: " ")),
      "status": .integer(Int64(status)), "detail": .string(message), "error": .string(code),
      "message": .string(message),
    ]
    if let id { problem["request_id"] = .string(id) }
    for (key, value) in more { problem[key] = value }
    return Response(
      status, headers: ["Content-Type": "application/problem+json", "Cache-Control": "no-store"],
      body: .bytes(JSONValue.object(problem).bytes))
  }
}
