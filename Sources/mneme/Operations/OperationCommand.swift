import Engine
import Identity
import JSON
import Operations
import Platform

/// An operation as a command: its arguments from words and flags, its result for a person or as JSON.
struct OperationCommand {
  private let operation: AnyOperation

  init(_ operation: AnyOperation) { self.operation = operation }

  /// Flags of every operation, besides its own arguments.
  static let common: Set<String> = ["in", "data", "config", "url", "api_key", "json", "text"]

  func run(_ words: [String]) async throws -> Int32 {
    let flags = try parse(words)
    let asJSON = flags.isSet("json") || !Console.isTerminal && !flags.isSet("text")
    let arguments = operation.command.complete(try arguments(from: flags))
    do {
      let result = try await answer(arguments, flags)
      Console.write(asJSON ? JSONValue.object(result).text + "\n" : Rendering.text(of: result))
      return 0
    } catch let error as EngineError where asJSON {
      // There is no log to look into, so the cause goes where a log would go.
      if case .fault(let cause) = error { Console.complain("\(cause)") }
      var body: JSONObject = [
        "status": "error", "error": .string(error.face.code), "message": .string(error.message),
      ]
      for (name, value) in error.details { body[name] = value }
      Console.write(JSONValue.object(body).text + "\n")
      return error.face.exit
    } catch let error as RemoteError where asJSON {
      Console.write(JSONValue.object(error.body).text + "\n")
      return error.exit
    } catch let error as RemoteError {
      Console.complain(error.message)
      return error.exit
    }
  }

  /// Asks the server that is named, or else the store in the data folder.
  private func answer(_ arguments: JSONObject, _ flags: Flags) async throws -> JSONObject {
    if let url = flags["url"] ?? environment["MNEME_URL"], !url.isEmpty {
      let key = flags["api_key"] ?? environment["MNEME_API_KEY"]
      return try await RemoteServer(url: url, key: key).run(operation, arguments)
    }
    return try await withDeployment(flags) { deployment in
      let key = flags["api_key"] ?? environment["MNEME_API_KEY"] ?? deployment.folder.readOwnerKey()
      let caller = try await deployment.engine.authenticate(
        bearer: key, door: .cli, client: "mneme/" + Release.version)
      return try await operation.run(
        arguments, spelled: .text, Call(engine: deployment.engine, caller: caller))
    }
  }

  private func parse(_ words: [String]) throws -> Flags {
    let switches = operation.arguments.filter { $0.definition["type"]?.stringValue == "boolean" }.map(\.name)
    return try Flags(
      words, switches: Set(switches + ["json", "text"]),
      known: Self.common.union(operation.arguments.map(\.name)))
  }

  /// The arguments as text, by name.
  private func arguments(from flags: Flags) throws -> JSONObject {
    var arguments: JSONObject = [:]
    for argument in operation.arguments {
      guard let values = flags.values[argument.name] else { continue }
      arguments[argument.name] = values.count == 1 ? .string(values[0]) : .array(values.map { .string($0) })
    }
    let expected = operation.command.positionals
    guard flags.words.count <= expected.count else {
      throw UsageError(
        "“\(flags.words[expected.count])” is one word too many. Put texts in quotes.\n\n"
          + Help.usage(of: operation))
    }
    for (name, word) in zip(expected, flags.words) { arguments[name] = .string(word) }
    let takesContext = operation.arguments.contains { $0.name == "context_id" }
    if takesContext, arguments["context_id"] == nil, arguments["context_ids"] == nil {
      arguments["context_id"] = .string(flags["in"] ?? environment["MNEME_CONTEXT"] ?? "default")
    }
    return arguments
  }
}
