internal import Model
internal import Engine
internal import JSON
internal import Operations
internal import Testing

@Suite struct DeclarationTests {
  @Test(arguments: Catalogue.all)
  func `a declaration keeps the rules of the house`(operation: AnyOperation) {
    #expect(operation.name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
    #expect(!operation.title.isEmpty)
    #expect(!operation.about.isEmpty)
    #expect(operation.about.utf8.count <= 2_048)
    #expect(operation.input["type"] == "object")
    #expect(operation.input["additionalProperties"] == false, "the input is not closed")
    #expect(
      operation.command.example == "mneme \(operation.name)"
        || operation.command.example.hasPrefix("mneme \(operation.name) "))
    let names = Set(operation.arguments.map(\.name))
    #expect(names.isSuperset(of: operation.route.parameters), "a path parameter is no argument")
    #expect(names.isSuperset(of: operation.command.positionals), "a positional is no argument")
    for argument in operation.arguments {
      #expect(!argument.about.isEmpty, "\(argument.name) says nothing about itself")
    }
    // What changes something must not be reachable by a link, and what reads may be cached.
    if operation.route.method == .get { #expect(operation.access.effect == .reads) }
  }

  @Test func `names and routes are unique`() {
    #expect(Set(Catalogue.all.map(\.name)).count == Catalogue.all.count)
    // Two paths that differ in the names of their parameters only are one route.
    let routes = Catalogue.all.map { operation in
      operation.route.method.rawValue + " " + operation.route.path.replacing(/\{[^}]*\}/, with: "{}")
    }
    #expect(Set(routes).count == routes.count)
    for operation in Catalogue.all { #expect(Catalogue.operation(operation.name)?.name == operation.name) }
    #expect(Catalogue.operation("no_such_operation") == nil)
  }

  @Test func `the first operation reads only and needs no argument`() async throws {
    let first = Catalogue.all[0]
    #expect(first.access.effect == .reads)
    try await World.with { world in
      let outcome = await world.run(first, [:], as: world.asker.acting(as: .viewer))
      #expect(outcome.error == nil, "\(outcome.text)")
    }
  }

  @Test(arguments: Catalogue.all)
  func `written as text, as in a query or on a command line, arguments mean the same`(
    operation: AnyOperation
  ) async throws {
    for template in try await Template.all(of: operation) {
      try await World.with { world in
        let typed = try template.arguments(for: world.asker)
        let text = JSONObject(typed.map { ($0.key, $0.value.asText) })
        let same = try operation.typed(text) == operation.typed(typed)
        #expect(same, "\(operation.name) with \(text)")
      }
    }
  }

  @Test(arguments: Catalogue.all)
  func `all that is wrong with the arguments is told at once`(operation: AnyOperation) async throws {
    let required = (operation.input["required"]?.arrayValue ?? []).compactMap(\.stringValue)
    try await World.with { world in
      let outcome = await world.run(operation, ["no_such_argument": 1], as: world.asker.caller)
      guard case .failure(.invalid(let faults)) = outcome else {
        Issue.record("an unknown argument is accepted: \(outcome.text)")
        return
      }
      #expect(Set(faults.map(\.path)).isSuperset(of: required + ["no_such_argument"]))
    }
  }
}

extension JSONValue {
  /// The value as somebody types it.
  fileprivate var asText: JSONValue {
    switch self {
    case .string: self
    case .array(let elements): .array(elements.map(\.asText))
    default: .string(text)
    }
  }
}
