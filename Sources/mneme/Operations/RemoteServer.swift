import JSON
import Operations
import WebClient

/// A server elsewhere, asked over REST.
struct RemoteServer {
  let url: String
  let key: String?

  func run(_ operation: AnyOperation, _ arguments: JSONObject) async throws -> JSONObject {
    var rest = try operation.typed(arguments).filter { arguments[$0.key] != nil }.map { ($0.key, $0.value) }
    var path = operation.route.path
    for name in operation.route.parameters {
      guard let position = rest.firstIndex(where: { $0.0 == name }) else { continue }
      path = path.replacing("{\(name)}", with: escaped(rest.remove(at: position).1.stringValue ?? ""))
    }
    var request = WebRequest(operation.route.method.rawValue, url.trimmingSuffix("/") + path)
    request.headers = [("Accept", "application/json"), ("User-Agent", "mneme/" + Release.version)]
    if let key { request.headers.append(("Authorization", "Bearer " + key)) }
    if operation.route.hasBody {
      request.headers.append(("Content-Type", "application/json"))
      request.body = JSONValue.object(JSONObject(rest)).bytes
    } else if !rest.isEmpty {
      let items = rest.flatMap { name, value in
        (value.arrayValue ?? [value]).map { "\(name)=\(escaped($0.stringValue ?? $0.text))" }
      }
      request.url += "?" + items.joined(separator: "&")
    }
    let response = try await WebSession().send(request)
    guard let body = (try? JSONValue(parsing: response.body))?.objectValue else {
      throw RemoteError(
        status: response.status, body: ["message": "\(url) did not answer like a Mneme server."])
    }
    if response.status >= 400 { throw RemoteError(status: response.status, body: body) }
    return body
  }

  /// Everything but letters, digits and `-._~` as `%XX`.
  private func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let character = Character(Unicode.Scalar(byte))
      if byte < 128, character.isLetter || character.isNumber || "-._~".contains(character) {
        result.append(character)
      } else {
        result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}

/// What a server elsewhere refused.
struct RemoteError: Error {
  let status: Int
  let body: JSONObject

  var message: String { body["message"]?.stringValue ?? "The server answered \(status)." }

  /// The exit code that the same error has here.
  var exit: Int32 {
    switch status {
    case 401, 403: 3
    case 404: 4
    case 409: 5
    case 422, 400: 2
    case 429: 6
    case 503, 507: 7
    default: 1
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
