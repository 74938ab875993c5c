internal import JSON

/// What a request is answered with.
struct Reply: Sendable {
  enum Outcome: Sendable {
    case result(JSONObject)
    case error(RPCError)
  }

  let id: RequestID?
  let outcome: Outcome

  static func result(_ result: JSONObject, to id: RequestID) -> Reply {
    Reply(id: id, outcome: .result(result))
  }

  static func refusal(_ refusal: Refusal) -> Reply { Reply(id: refusal.id, outcome: .error(refusal.error)) }

  /// The message. `revision` is nil while none is agreed upon.
  func json(for revision: Revision?) -> JSONValue {
    var message: JSONObject = ["jsonrpc": "2.0"]
    if let id {
      message["id"] = id.json
    } else if revision?.hasNullIDs ?? true {
      message["id"] = .null
    }
    switch outcome {
    case .result(let result): message["result"] = .object(result)
    case .error(let error): message["error"] = .object(error.json)
    }
    return .object(message)
  }

  var error: RPCError? {
    if case .error(let error) = outcome { error } else { nil }
  }
}
