internal import Engine
internal import JSON
internal import Operations

/// The catalogue as tools.
extension Endpoint {
  func list(_ params: JSONObject, in exchange: Exchange) throws(RPCError) -> JSONObject {
    try refuseCursor(params)
    let listing = exchange.offer.listing
    let listed = try listing.select(from: tools, for: exchange.role).map { tool in
      JSONValue.object(tool.listed(listing.detail, for: exchange.revision, in: exchange.offer.context))
    }
    return ["tools": .array(listed)]
  }

  /// The tool that a request calls, if it is such a request.
  func tool(of request: RPCRequest) -> Tool? {
    guard request.method == ClientMethod.callTool.rawValue else { return nil }
    return request.params["name"]?.stringValue.flatMap { byName[$0] }
  }

  func call(_ request: RPCRequest, in exchange: Exchange) async throws(RPCError) -> JSONObject {
    let params = request.params
    guard let name = params["name"]?.stringValue else {
      throw RPCError(.invalidParameters, "params.name is the name of a tool.")
    }
    guard let tool = byName[name] else { throw .unknownTool(name) }
    var arguments: JSONObject
    switch params["arguments"] {
    case .object(let object): arguments = object
    case nil, .null: arguments = [:]
    default: throw RPCError(.invalidParameters, "params.arguments is an object.")
    }
    if let context = exchange.offer.context { arguments = tool.filled(arguments, with: context) }
    do throws(EngineError) {
      let call = try await exchange.call()
      switch try await consent(to: tool, arguments, call, in: exchange) {
      case .given(let agreed): arguments = agreed
      case .refused:
        return ToolResult.declined.json(for: exchange.revision)
      case .asked(let question):
        return ["resultType": "input_required", "inputRequests": .object(question)]
      }
      let agreed = arguments
      let result = try await heard(request, in: exchange) { () async throws(EngineError) in
        try await tool.operation.run(agreed, call)
      }
      return ToolResult(result).json(for: exchange.revision)
    } catch {
      if case .fault(let cause) = error { report(cause, name) }
      return ToolResult(error).json(for: exchange.revision)
    }
  }

  // MARK: - Progress

  /// Runs the work of a request. A client that gave a token hears how far it is.
  private func heard(
    _ request: RPCRequest, in exchange: Exchange,
    _ work: @Sendable () async throws(EngineError) -> JSONObject
  ) async throws(EngineError) -> JSONObject {
    guard let say = exchange.say, let token = request.progressToken else { return try await work() }
    let progress = ProgressNotes(token: token, revision: exchange.revision)
    return try await Progress.heard(
      by: { step in if let note = progress.note(of: step) { say(note) } }, during: work)
  }

  // MARK: - Consent

  private enum Consent {
    /// With the arguments that say so.
    case given(JSONObject)
    case refused
    /// Ask, then call again.
    case asked(JSONObject)
  }

  private static let confirmation = "confirm"

  /// Whether the person agrees to something that should not be done by mistake.
  ///
  /// A client that cannot ask them is not kept from it: the operation then wants `confirm` among its arguments, and says so.
  private func consent(
    to tool: Tool, _ arguments: JSONObject, _ call: Call, in exchange: Exchange
  ) async throws(EngineError) -> Consent {
    guard tool.operation.asksFirst, arguments[Self.confirmation] != true else { return .given(arguments) }
    if case .never = exchange.asking { return .given(arguments) }
    guard let question = try await tool.operation.question(arguments, call) else { return .given(arguments) }
    let form: JSONObject = [
      "mode": "form", "message": .string(question),
      "requestedSchema": [
        "type": "object",
        "properties": [
          Self.confirmation: [
            "type": "boolean", "title": "Yes, do it", "description": "Whether it should be done.",
          ]
        ],
        "required": [.string(Self.confirmation)],
      ],
    ]
    let answer: JSONObject?
    switch exchange.asking {
    case .never: answer = nil
    case .again(let answers):
      guard let given = answers?[Self.confirmation]?.objectValue else {
        return .asked([Self.confirmation: ["method": "elicitation/create", "params": .object(form)]])
      }
      answer = given
    case .now(let ask):
      var form = form
      // Older revisions know one kind of form only, and no word for it.
      if exchange.revision < .november2025 { form["mode"] = nil }
      answer = await ask("elicitation/create", form)
    }
    guard answer?["action"] == "accept", answer?["content"]?[Self.confirmation] == true else {
      return .refused
    }
    var agreed = arguments
    agreed[Self.confirmation] = true
    return .given(agreed)
  }
}

extension RPCRequest {
  /// What the client wants to recognise notifications of progress by: text or an integer.
  var progressToken: JSONValue? {
    switch meta?["progressToken"] {
    case .string(let text): .string(text)
    case .integer(let number): .integer(number)
    default: nil
    }
  }
}
