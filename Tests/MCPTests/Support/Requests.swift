import JSON

@testable import MCP

/// A modern request as its client would write it.
func modern(
  _ method: String, in revision: String = "2026-07-28", id: JSONValue = 1, _ params: JSONObject = [:],
  capabilities: JSONObject = [:]
) -> JSONValue {
  var params = params
  var meta = params["_meta"]?.objectValue ?? [:]
  meta["io.modelcontextprotocol/protocolVersion"] = .string(revision)
  meta["io.modelcontextprotocol/clientCapabilities"] = .object(capabilities)
  meta["io.modelcontextprotocol/clientInfo"] = ["name": "tests", "version": "1"]
  params["_meta"] = .object(meta)
  return ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params)]
}

/// A legacy request.
func legacy(_ method: String, id: JSONValue = 1, _ params: JSONObject? = nil) -> JSONValue {
  var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
  if let params { message["params"] = .object(params) }
  return .object(message)
}

/// A notification, of either era.
func notification(_ method: String, _ params: JSONObject? = nil) -> JSONValue {
  var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
  if let params { message["params"] = .object(params) }
  return .object(message)
}

func initialize(
  _ revision: String = "2025-11-25", id: JSONValue = 0, capabilities: JSONObject = [:]
) -> JSONValue {
  legacy(
    "initialize", id: id,
    [
      "protocolVersion": .string(revision), "capabilities": .object(capabilities),
      "clientInfo": ["name": "tests", "version": "1"],
    ])
}
