internal import JSON
internal import LuaRuntime
internal import Model

/// A function of the host, declared once: the binding, the check, the editor's types and the reference page follow.
struct HostDeclaration: Sendable {
  /// A parameter, or a field of a table.
  struct Value: Sendable {
    let name: String
    /// In LuaCATS: `string`, `integer`, `number`, `boolean`, `any`, `string[]`, or a ``HostTable``.
    let type: String
    let about: String
    let isOptional: Bool

    /// A value that must be there. A type that ends in a question mark may be left out.
    init(_ name: String, _ type: String, _ about: String) {
      self.name = name
      self.type = type.hasSuffix("?") ? String(type.dropLast()) : type
      self.about = about
      isOptional = type.hasSuffix("?")
    }
  }

  enum Body: Sendable {
    /// Computes, on the script's thread.
    case computes(@Sendable (PluginRun, [JSONValue]) throws(HostError) -> JSONValue)
    /// Waits for others, for as long as the run has time.
    case waits(@Sendable (PluginRun, [JSONValue]) async throws(HostError) -> JSONValue)
  }

  let name: String
  /// What a plugin must have been granted; nil when anyone may call it.
  let capability: PluginCapability?
  let hooks: Set<PluginHook>
  let parameters: [Value]
  /// In LuaCATS; nil when it returns nothing.
  let result: String?
  let about: String
  let body: Body

  init(
    _ name: String, _ capability: PluginCapability?, in hooks: Set<PluginHook> = Set(PluginHook.allCases),
    _ parameters: [Value] = [], returns result: String? = nil, _ about: String, _ body: Body
  ) {
    self.name = name
    self.capability = capability
    self.hooks = hooks
    self.parameters = parameters
    self.result = result
    self.about = about
    self.body = body
  }

  /// The hooks that nobody waits for: what takes long, or changes things, belongs there.
  static let unhurried = Set(PluginHook.allCases.filter { !$0.isWaitedFor })

  /// What scripts call.
  var binding: HostFunction {
    HostFunction(name) { (call) throws(HostError) in
      guard let run = call.context as? PluginRun else {
        throw HostError("\(name) can be called in hooks only, not while the script is read")
      }
      try run.authorise(self)
      let arguments = try checked(call.arguments)
      switch body {
      case .computes(let body): return try body(run, arguments)
      case .waits(let body):
        return try Blocking.wait(until: run.deadline) { () async throws(HostError) in
          try await body(run, arguments)
        }
      }
    }
  }

  /// The arguments, one for each parameter: what was left out is null.
  func checked(_ given: [JSONValue]) throws(HostError) -> [JSONValue] {
    guard given.count <= parameters.count else {
      throw HostError("\(name) takes \(parameters.count) arguments, not \(given.count)")
    }
    var arguments: [JSONValue] = []
    for (place, parameter) in parameters.enumerated() {
      let value = place < given.count ? given[place] : .null
      if value.isNull {
        guard parameter.isOptional else {
          throw HostError(
            "\(name): argument \(place + 1) (\(parameter.name)) is missing; it is a \(parameter.type)")
        }
        arguments.append(.null)
        continue
      }
      guard Self.fits(value, parameter.type) else {
        throw HostError(
          "\(name): argument \(place + 1) (\(parameter.name)) must be of the type \(parameter.type)")
      }
      arguments.append(Self.isTable(parameter.type) ? value.asObject : value)
    }
    return arguments
  }

  private static func fits(_ value: JSONValue, _ type: String) -> Bool {
    switch type {
    case "any": true
    case "string": value.stringValue != nil
    case "integer": value.intValue != nil
    case "number": value.doubleValue != nil
    case "boolean": value.boolValue != nil
    case "string[]": value.arrayValue?.allSatisfy { $0.stringValue != nil } ?? false
    default: value.asObject.objectValue != nil
    }
  }

  private static func isTable(_ type: String) -> Bool {
    !["any", "string", "integer", "number", "boolean", "string[]"].contains(type)
  }
}

/// A table that crosses between host and script, with its fields.
struct HostTable: Sendable {
  let name: String
  let about: String
  let fields: [HostDeclaration.Value]
}
