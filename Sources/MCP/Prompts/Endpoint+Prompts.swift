internal import Engine
internal import JSON

/// Prompts, and what is suggested while a person fills them in.
extension Endpoint {
  func listPrompts(_ params: JSONObject, in exchange: Exchange) throws(RPCError) -> JSONObject {
    try refuseCursor(params)
    return ["prompts": .array(Prompt.all.map { .object($0.listed(for: exchange.revision)) })]
  }

  func getPrompt(_ params: JSONObject, in exchange: Exchange) async throws(RPCError) -> JSONObject {
    guard let name = params["name"]?.stringValue else {
      throw RPCError(.invalidParameters, "params.name is the name of a prompt.")
    }
    guard let prompt = Prompt.named(name) else { throw .unknownPrompt(name) }
    let arguments = try prompt.read(params["arguments"])
    let words = try await asked("prompts/get") { () async throws(EngineError) in
      let context = arguments["context"] ?? exchange.offer.context
      return try await prompt.words(arguments, Library(try await exchange.call(), selection: context))
    }
    let message: JSONValue = ["role": "user", "content": ["type": "text", "text": .string(words)]]
    return ["description": .string(prompt.about), "messages": [message]]
  }

  func complete(_ params: JSONObject, in exchange: Exchange) async throws(RPCError) -> JSONObject {
    guard let argument = params["argument"]?["name"]?.stringValue,
      let value = params["argument"]?["value"]?.stringValue
    else {
      throw RPCError(.invalidParameters, "params.argument has a name and a value, both strings.")
    }
    let suggestions = try Suggestions.of(params["ref"], argument: argument)
    // What was filled in before narrows what comes after.
    let chosen = params["context"]?["arguments"]?["context"]?.stringValue
    let found = try await asked("completion/complete") { () async throws(EngineError) in
      let library = Library(try await exchange.call(), selection: chosen ?? exchange.offer.context)
      do throws(EngineError) { return try await suggestions.values(for: value, in: library) } catch {
        // A context that is still being typed has nothing to suggest.
        guard case .contextNotFound = error else { throw error }
        return ([], false)
      }
    }
    let completion: JSONObject = [
      "values": .array(found.values.map { .string($0) }), "hasMore": .bool(found.hasMore),
    ]
    return ["completion": .object(completion)]
  }
}
