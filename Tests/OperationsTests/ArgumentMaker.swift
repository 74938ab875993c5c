public import Testing
internal import Inference
internal import JSON
internal import TestSupport
internal import Model
public import Operations

/// Makes arguments for any operation from its published schema.
///
/// What an argument refers to is told by its name (``Reference``); everything else follows from the schema. An argument
/// that looks like a reference and is not listed here is an error, so that a new one is not passed over.
struct ArgumentMaker: Sendable {
  let tenant: Tenant

  /// What the value of an argument names.
  enum Reference: Sendable {
    case context, secondContext, memory, key, externalID, sourceURI, idempotencyKey, stateKey, contextName
    case keyName, tag, sourceType, plugin, task, linkingMemory, edge, policy
  }

  struct Unknown: Error, CustomStringConvertible {
    let description: String
  }

  static func reference(_ argument: String, of operation: AnyOperation) -> Reference? {
    switch argument {
    // A link that is made leads the other way than the one that is there.
    case "source_id" where operation.isAboutEdges: operation.name == "create_edge" ? .memory : .linkingMemory
    case "target_id" where operation.isAboutEdges: operation.name == "create_edge" ? .linkingMemory : .memory
    case "cursor": .edge
    case "context_id", "context_ids", "target_context_id", "target_id": .context
    case "source_context_id", "source_id": .secondContext
    case "memory_id", "linked_memory_ids", "supersedes": .memory
    case "key_id": .key
    case "plugin": .plugin
    case "policy": .policy
    case "task_id": .task
    case "external_id", "external_ids": .externalID
    case "source_uri", "source_uri_prefix", "linked_source_uris": .sourceURI
    case "source_type": .sourceType
    case "idempotency_key": .idempotencyKey
    case "key": .stateKey
    case "name_contains": .contextName
    case "name": operation.name.hasSuffix("_key") ? .keyName : .contextName
    case "tags", "with_tags", "prefix": .tag
    default: nil
    }
  }

  /// The values of that kind that this tenant has: all ways to name it.
  func values(_ reference: Reference) -> [String] {
    switch reference {
    case .context: tenant.contexts.prefix(1).flatMap { [$0.id.description, $0.name] }
    case .secondContext: tenant.contexts.suffix(1).flatMap { [$0.id.description, $0.name] }
    case .memory: [tenant.memory.description, tenant.forgotten.description]
    case .linkingMemory: [tenant.linking.description]
    case .edge: [tenant.edge.description]
    case .key: [tenant.key.description]
    case .externalID: ["\(tenant.word)-resource"]
    case .sourceURI: ["https://\(tenant.word).example/1"]
    case .idempotencyKey: ["\(tenant.word)-once"]
    case .stateKey: ["cursor-\(tenant.word)"]
    case .contextName: ["\(tenant.word)-first"]
    case .keyName: ["\(tenant.word) key"]
    case .tag: ["tide-\(tenant.word)"]
    case .sourceType: [tenant.word]
    case .policy: tenant.policy.map { [$0] } ?? []
    case .plugin: tenant.plugin.map { [$0] } ?? []
    case .task: [tenant.task.description]
    }
  }

  /// A value of the same form that nobody has.
  static func unknown(like value: String) -> String {
    ContextID(value) != nil
      ? "01976c1e-8f9a-7c3d-9b1f-0a2b3c4d5e6f" : value.replacing("zqother", with: "zqnobody")
  }

  /// Arguments of these names.
  func arguments(_ names: Set<String>, of operation: AnyOperation) throws -> JSONObject {
    var arguments: JSONObject = [:]
    for (name, definition) in operation.input["properties"]?.objectValue ?? [:] where names.contains(name) {
      arguments[name] = try value(name, definition, of: operation)
    }
    return arguments
  }

  private func value(
    _ name: String, _ definition: JSONValue, of operation: AnyOperation
  ) throws -> JSONValue {
    if let constant = definition["const"] { return constant }
    if let first = definition["enum"]?[0] { return first }
    if let first = definition["anyOf"]?[0] { return try value(name, first, of: operation) }
    switch definition["type"]?.stringValue {
    case "string": return .string(try text(name, definition, of: operation))
    // The other way than usual, so that everything that can be added to an answer is.
    case "boolean": return .bool(!(definition["default"]?.boolValue ?? false))
    case "integer": return number(definition, orElse: 1)
    case "number": return name == "gte" ? 0 : name == "lte" ? 1 : number(definition, orElse: 0.5)
    case "array": return .array(try elements(name, definition, of: operation))
    // Filters are published with their form in one place only.
    case "object" where ["and", "or", "not", "filters"].contains(name) && definition["properties"] == nil:
      return ["type": name == "not" ? "nothing" : "note"]
    case "object":
      var object: JSONObject = [:]
      for (key, inner) in definition["properties"]?.objectValue ?? ["note": ["type": "string"]] {
        object[key] = try value(key, inner, of: operation)
      }
      return .object(object)
    case nil: return ["note": "harbour"]
    case let type?: throw unknown(name, operation, "its type is \(type)")
    }
  }

  /// As much as is allowed, if that is not absurd.
  private func number(_ definition: JSONValue, orElse fallback: JSONValue) -> JSONValue {
    if let maximum = definition["maximum"], maximum.doubleValue ?? .infinity <= 1_000 { return maximum }
    return definition["default"] ?? definition["minimum"] ?? fallback
  }

  private func elements(
    _ name: String, _ definition: JSONValue, of operation: AnyOperation
  ) throws -> [JSONValue] {
    guard let item = definition["items"] else {
      throw unknown(name, operation, "its elements are not declared")
    }
    let least = definition["minItems"]?.intValue ?? 1
    if least < 2 { return [try value(name, item, of: operation)] }
    guard case .context? = Self.reference(name, of: operation), least == 2 else {
      throw unknown(name, operation, "it needs \(least) elements")
    }
    return tenant.contexts.map { .string($0.id.description) }
  }

  /// The scripts and grants of a plugin, which are not any text.
  private func script(_ name: String, of operation: AnyOperation) -> String? {
    switch name {
    case "manifest": PluginSource.manifest("\(tenant.word)-new")
    case "main": PluginSource.main
    case "source": PolicySource.scoring
    case "grant": "log"
    default: nil
    }
  }

  private func text(
    _ name: String, _ definition: JSONValue, of operation: AnyOperation
  ) throws -> String {
    if let script = script(name, of: operation) { return script }
    if let reference = Self.reference(name, of: operation), let own = values(reference).first {
      // What is made anew must not be there yet.
      return operation.name.hasPrefix("create_") && !operation.isAboutEdges ? own + "-new" : own
    }
    if name.hasSuffix("edge_type") || name.hasSuffix("_types") || name == "current_type" {
      return "related_to"
    }
    if name.hasSuffix("_after") { return "2001-01-01T00:00:00Z" }
    if name.hasSuffix("_at") || name.hasSuffix("_before") { return "2099-01-01T00:00:00Z" }
    let suffixes = ["_id", "_ids", "_key", "_keys", "_uri", "_uris", "_name"]
    let isText = name == "display_name" || !suffixes.contains(where: name.hasSuffix)
    guard isText, definition["format"] == nil else { throw unknown(name, operation, "it names something") }
    let least = definition["minLength"]?.intValue ?? 0
    guard least <= 200, definition["maxLength"]?.intValue ?? .max >= 7 else {
      throw unknown(name, operation, "its length is unusual")
    }
    guard ["\\S", nil].contains(definition["pattern"]?.stringValue) else {
      throw unknown(name, operation, "its pattern is unusual")
    }
    if name == "type" { return "note" }
    if name == "embedding_model" { return TestEmbedder.model.name }
    var text = "harbour"
    while text.count < least { text += " harbour" }
    return text
  }

  private func unknown(_ name: String, _ operation: AnyOperation, _ why: String) -> Unknown {
    Unknown(
      description:
        "ArgumentMaker does not know how to fill “\(name)” of \(operation.name): \(why). Say what it refers to there."
    )
  }
}

/// A set of arguments that an operation accepts together.
struct Template: Sendable {
  let operation: AnyOperation
  /// The argument that this one is about; nil for the least that the operation needs.
  let focus: String?
  let names: Set<String>

  /// The least arguments that the operation takes, and for each other argument the least that includes it.
  ///
  /// Rules across arguments are learned from what the operation answers: a missing one is added, and one that excludes
  /// the one in question is left out.
  static func all(of operation: AnyOperation) async throws -> [Template] {
    try await known.templates(of: operation)
  }

  private static let known = Known()

  /// Finds the templates of an operation once, since every suite asks for them.
  private actor Known {
    private var tasks: [String: Task<[Template], any Error>] = [:]

    func templates(of operation: AnyOperation) async throws -> [Template] {
      let task = tasks[operation.name] ?? Task { try await Template.find(for: operation) }
      tasks[operation.name] = task
      return try await task.value
    }
  }

  private static func find(for operation: AnyOperation) async throws -> [Template] {
    let required = Set((operation.input["required"]?.arrayValue ?? []).compactMap(\.stringValue))
    var templates = [try await accepted(operation, focus: nil, required: required)]
    for argument in operation.arguments where !required.contains(argument.name) {
      templates.append(try await accepted(operation, focus: argument.name, required: required))
    }
    return templates
  }

  private static func accepted(
    _ operation: AnyOperation, focus: String?, required: Set<String>
  ) async throws -> Template {
    var names = required.union(focus.map { [$0] } ?? [])
    var outcome = try await attempt(operation, names)
    while let faults = outcome.faults {
      let missing = Set(faults.filter { $0.message == "missing" }.map(\.path)).subtracting(names)
      guard !missing.isEmpty else { break }
      names.formUnion(missing)
      outcome = try await attempt(operation, names)
    }
    if outcome.error == nil { return Template(operation: operation, focus: focus, names: names) }
    for left in names.subtracting(required) where left != focus {
      let fewer = names.subtracting([left])
      if try await attempt(operation, fewer).error == nil {
        return Template(operation: operation, focus: focus, names: fewer)
      }
    }
    throw ArgumentMaker.Unknown(
      description: "\(operation.name) does not accept \(names.sorted()): \(outcome.text)")
  }

  private static func attempt(_ operation: AnyOperation, _ names: Set<String>) async throws -> Outcome {
    try await World.with { world in
      let arguments = try ArgumentMaker(tenant: world.asker).arguments(names, of: operation)
      return await world.run(operation, arguments, as: world.asker.caller)
    }
  }

  /// The arguments, with what a tenant has.
  func arguments(for tenant: Tenant) throws -> JSONObject {
    try ArgumentMaker(tenant: tenant).arguments(names, of: operation)
  }
}

extension AnyOperation: CustomTestStringConvertible {
  public var testDescription: String { name }
}

extension AnyOperation {
  /// Whether `source_id` and `target_id` are the ends of a link.
  fileprivate var isAboutEdges: Bool { name.hasSuffix("_edge") || name.hasSuffix("_edges") }
}
