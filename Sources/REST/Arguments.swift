internal import Engine
internal import HTTPServer
internal import JSON
internal import Operations

/// The arguments of an operation, gathered from where REST puts them.
enum Arguments {
  /// Path parameters and, for operations without a body, the query; otherwise the body's members. A name in the path is
  /// never given a second time elsewhere.
  static func read(
    _ request: Request, for operation: AnyOperation
  ) throws(EngineError) -> (JSONObject, AnyOperation.Spelling) {
    var arguments: JSONObject
    if operation.route.hasBody {
      arguments = try body(of: request)
    } else {
      arguments = query(of: request)
    }
    for name in operation.route.parameters {
      guard let value = request.parameters[name] else { continue }
      if let other = arguments[name], other != .string(value) {
        throw .invalid(
          name, "is “\(value)” in the path and something else in the request", allowed: "one value")
      }
      arguments[name] = .string(value)
    }
    return (arguments, operation.route.hasBody ? .typed : .text)
  }

  private static func body(of request: Request) throws(EngineError) -> JSONObject {
    if request.body.isEmpty { return [:] }
    // Whatever its Content-Type says: `curl -d '{…}'` calls it a form.
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONValue(parsing: request.body) } catch {
      throw .invalid("", "the body is not JSON: \(error)")
    }
    guard case .object(let object) = value else {
      throw .invalid("", "the body is no object", allowed: "a JSON object with the operation's arguments")
    }
    return object
  }

  /// A name that occurs several times is a list.
  private static func query(of request: Request) -> JSONObject {
    var arguments: JSONObject = [:]
    for (name, value) in request.queryItems {
      switch arguments[name] {
      case nil: arguments[name] = .string(value)
      case .array(let values): arguments[name] = .array(values + [.string(value)])
      case .some(let first): arguments[name] = .array([first, .string(value)])
      }
    }
    return arguments
  }
}
