internal import JSON

/// One message of a client.
enum Message: Sendable {
  case request(RPCRequest)
  case notification(RPCNotification)
  /// The answer to a question of ours; its result is nil when the client could not ask.
  case response(RequestID, JSONObject?)
}

/// A message that gets an answer.
struct RPCRequest: Sendable {
  let id: RequestID
  let method: String
  let params: JSONObject

  /// What the client says about the request rather than in it.
  var meta: JSONObject? { params["_meta"]?.objectValue }
}

/// A message that never gets one.
struct RPCNotification: Sendable {
  let method: String
  let params: JSONObject
}

/// Why a message cannot be served, and to whom that is said.
struct Refusal: Error, Hashable, Sendable {
  /// The request's id, if it could be read.
  let id: RequestID?
  let error: RPCError

  init(_ code: RPCError.Code, _ message: String) { self.init(nil, RPCError(code, message)) }

  init(_ id: RequestID?, _ code: RPCError.Code, _ message: String) {
    self.init(id, RPCError(code, message))
  }

  init(_ id: RequestID?, _ error: RPCError) {
    self.id = id
    self.error = error
  }
}

extension Message {
  /// Reads one message. An array is none: whoever accepts batches takes them apart first.
  init(_ json: JSONValue) throws(Refusal) {
    guard case .object(let object) = json else {
      throw Refusal(.invalidRequest, "A message is one JSON object.")
    }
    // By the key, not by its value: `"id": null` is a request with a broken id, which is owed an error.
    let sentID = object["id"]
    let id = sentID.flatMap(RequestID.init)
    guard object["jsonrpc"] == "2.0" else {
      throw Refusal(id, .invalidRequest, "A message says \"jsonrpc\": \"2.0\".")
    }
    if sentID != nil, id == nil { throw Refusal(.invalidRequest, "An id is a string or an integer.") }
    guard let method = object["method"] else {
      guard let id, object["result"] != nil || object["error"] != nil else {
        throw Refusal(id, .invalidRequest, "A request names its method.")
      }
      self = .response(id, object["result"]?.objectValue)
      return
    }
    guard case .string(let method) = method else {
      throw Refusal(id, .invalidRequest, "A method is a string.")
    }
    let params: JSONObject
    switch object["params"] {
    case .object(let object): params = object
    // Some clients spell “no parameters” like this.
    case nil, .null: params = [:]
    default: throw Refusal(id, .invalidParameters, "params is an object.")
    }
    if let id {
      self = .request(RPCRequest(id: id, method: method, params: params))
    } else {
      self = .notification(RPCNotification(method: method, params: params))
    }
  }
}
