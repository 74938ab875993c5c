public import Engine
public import JSON

/// An operation whose input and output are JSON: what the doors work with.
public struct AnyOperation: Sendable {
  public let name: String
  public let title: String
  public let about: String
  public let access: Access
  public let audience: Audience
  public let route: Route
  public let command: Command
  /// The JSON Schema of the arguments.
  public let input: JSONObject
  /// What each argument is, for help texts and flags.
  public let arguments: [FieldDescription]
  /// The JSON Schema of the result.
  public let output: JSONObject

  private let retype: @Sendable (JSONObject) throws(EngineError) -> JSONObject
  private let body: @Sendable (JSONObject, Spelling, Call) async throws(EngineError) -> JSONObject
  private let inquiry: @Sendable (JSONObject, Call) async throws(EngineError) -> String?

  /// How the arguments are written.
  public enum Spelling: Sendable, Hashable {
    /// As JSON values of their types.
    case typed
    /// As text, as on a command line or in a query.
    case text
  }

  public init<Declared: Operation>(_ operation: Declared.Type) {
    name = operation.name
    title = operation.title
    about = operation.about
    access = operation.access
    audience = operation.audience
    route = operation.route
    command = operation.command
    input = operation.input.definition
    arguments = operation.input.fields
    output = Self.withStatus(operation.output.definition)
    let schema = operation.input
    retype = { arguments throws(EngineError) in
      do throws(SchemaFaults) {
        return schema.encode(try schema.decode(lenient: .object(arguments))).objectValue ?? [:]
      } catch { throw EngineError.invalid(error.faults) }
    }
    inquiry = { arguments, call async throws(EngineError) in
      let input: Declared.Input
      do throws(SchemaFaults) { input = try schema.decode(.object(arguments)) } catch {
        throw EngineError.invalid(error.faults)
      }
      return try await operation.question(input, call)
    }
    body = { arguments, spelling, call async throws(EngineError) in
      let input: Declared.Input
      do throws(SchemaFaults) {
        input =
          spelling == .typed
          ? try schema.decode(.object(arguments)) : try schema.decode(lenient: .object(arguments))
      } catch { throw EngineError.invalid(error.faults) }
      let output = try await operation.run(input, call)
      var result: JSONObject = ["status": "success"]
      if case .object(let members) = operation.output.encode(output) {
        for (key, value) in members { result[key] = value }
      }
      return result
    }
  }

  /// Runs it: role and permission, then arguments, then the work.
  public func run(
    _ arguments: JSONObject, spelled spelling: Spelling = .typed, _ call: Call
  ) async throws(EngineError) -> JSONObject {
    try call.caller.require(access.role)
    try call.caller.require(permission: access.permission)
    return try await body(arguments, spelling, call)
  }

  /// Whether it may want a person's yes.
  public var asksFirst: Bool { input["properties"]?["confirm"] != nil }

  /// What a person should be asked before it is run with these arguments; nil when there is nothing to ask.
  public func question(_ arguments: JSONObject, _ call: Call) async throws(EngineError) -> String? {
    try call.caller.require(access.role)
    return try await inquiry(arguments, call)
  }

  /// The same arguments with JSON values of their types, and the defaults filled in.
  public func typed(_ arguments: JSONObject) throws(EngineError) -> JSONObject { try retype(arguments) }

  /// Every result says that it is one.
  private static func withStatus(_ definition: JSONObject) -> JSONObject {
    var properties: JSONObject = ["status": ["const": "success"]]
    for (key, value) in definition["properties"]?.objectValue ?? [:] { properties[key] = value }
    var result = definition
    result["properties"] = .object(properties)
    result["required"] = .array(["status"] + (definition["required"]?.arrayValue ?? []))
    return result
  }
}
