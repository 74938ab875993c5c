internal import JSON
internal import Operations

/// An operation as a tool.
struct Tool: Sendable {
  let operation: AnyOperation
  private let full: JSONObject
  private let brief: JSONObject

  init(_ operation: AnyOperation) {
    self.operation = operation
    full = operation.input
    brief = BriefSchema.of(operation.input)
  }

  var name: String { operation.name }

  /// The tool as it is listed, member by member in the same order each time.
  ///
  /// - Parameter context: The context that is meant when a call names none.
  func listed(_ detail: ToolListing.Detail, for revision: Revision, in context: String? = nil) -> JSONObject {
    var tool: JSONObject = ["name": .string(name)]
    if revision.hasStructuredContent { tool["title"] = .string(operation.title) }
    tool["description"] = .string(operation.about)
    let schema = detail == .full ? full : brief
    tool["inputSchema"] = .object(context.map { Self.defaulting(schema, to: $0) } ?? schema)
    if revision.hasStructuredContent, detail == .full {
      tool["outputSchema"] = .object(Self.outline(of: operation.output))
    }
    if revision.hasAnnotations { tool["annotations"] = .object(annotations(for: revision)) }
    return tool
  }

  private static let contextArgument = "context_id"

  /// The arguments, with the context that is meant when they name none.
  func filled(_ arguments: JSONObject, with context: String) -> JSONObject {
    guard full["properties"]?[Self.contextArgument] != nil, arguments[Self.contextArgument]?.isNull ?? true,
      arguments["context_ids"]?.isNull ?? true
    else { return arguments }
    var filled = arguments
    filled[Self.contextArgument] = .string(context)
    return filled
  }

  /// The schema when a context need not be named.
  private static func defaulting(_ schema: JSONObject, to context: String) -> JSONObject {
    guard var properties = schema["properties"]?.objectValue,
      var argument = properties[contextArgument]?.objectValue
    else { return schema }
    argument["default"] = .string(context)
    properties[contextArgument] = .object(argument)
    var result = schema
    result["properties"] = .object(properties)
    if let required = schema["required"]?.arrayValue {
      result["required"] = .array(required.filter { $0 != .string(contextArgument) })
    }
    return result
  }

  /// All four hints, since what is left out means the worst: destructive, and out in the open world.
  private func annotations(for revision: Revision) -> JSONObject {
    let access = operation.access
    var hints: JSONObject = [
      "readOnlyHint": .bool(access.effect == .reads), "destructiveHint": .bool(access.effect == .destroys),
      "idempotentHint": .bool(access.isIdempotent), "openWorldHint": false,
    ]
    if !revision.hasStructuredContent { hints["title"] = .string(operation.title) }
    return hints
  }

  /// The members of a result and their types, one level deep.
  ///
  /// The whole schema would double what a list costs. `status` is all that is required, since the error that a failed
  /// call returns must fit as well: clients check structured content whether the call failed or not.
  private static func outline(of definition: JSONObject) -> JSONObject {
    var properties = JSONObject()
    for (name, member) in definition["properties"]?.objectValue ?? [:] {
      properties[name] = .object(member["type"].map { ["type": $0] } ?? [:])
    }
    properties["status"] = ["type": "string", "enum": ["success", "error"]]
    return ["type": "object", "properties": .object(properties), "required": ["status"]]
  }
}

/// A schema cut to what a model can act on: names, kinds, choices, ranges and what each argument is for.
///
/// Everything that is left out is still enforced, and the error of a call that breaks it says what is allowed.
enum BriefSchema {
  static func of(_ definition: JSONObject) -> JSONObject { brief(definition, depth: 0) }

  private static func brief(_ definition: JSONObject, depth: Int) -> JSONObject {
    var result = JSONObject()
    for (keyword, value) in definition {
      switch keyword {
      case "pattern", "format", "minItems", "maxItems", "uniqueItems": continue
      case "default" where isObvious(value): continue
      case "minLength" where value == 1: continue
      case "maxLength" where definition["minLength"] == 1: continue
      // The arguments say what they are for; the members of an argument have names that do.
      case "description" where depth > 1: continue
      case "additionalProperties" where depth > 0: continue
      case "properties":
        let members = value.objectValue ?? [:]
        result[keyword] = .object(
          JSONObject(members.map { ($0.key, brief($0.value, depth: depth + 1)) }))
      case "items": result[keyword] = brief(value, depth: depth)
      case "anyOf": result[keyword] = .array((value.arrayValue ?? []).map { brief($0, depth: depth) })
      default: result[keyword] = value
      }
    }
    return result
  }

  private static func brief(_ value: JSONValue, depth: Int) -> JSONValue {
    value.objectValue.map { .object(brief($0, depth: depth)) } ?? value
  }

  /// Whether a default is what anybody would take for granted.
  private static func isObvious(_ value: JSONValue) -> Bool {
    switch value {
    case .bool(false), .object: true
    case .array(let elements): elements.isEmpty
    default: false
    }
  }
}
