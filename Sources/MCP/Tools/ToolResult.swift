internal import Engine
internal import JSON

/// What a tool's call returns: one JSON text for the model, and the same as structured content for the program.
struct ToolResult: Sendable {
  private let content: JSONObject
  private let isError: Bool

  init(_ result: JSONObject) {
    content = result
    isError = false
  }

  /// A call that failed. The agent reads it and can do better: this is no error of the protocol.
  init(_ error: EngineError) {
    var content: JSONObject = [
      "status": "error", "error": .string(error.face.code), "message": .string(error.message),
    ]
    for (key, value) in error.details { content[key] = value }
    self.content = content
    isError = true
  }

  /// The person was asked, and did not agree.
  static let declined = ToolResult(
    failure: "declined",
    "The user was asked and did not agree. Nothing was changed. Ask what they want instead.")

  private init(failure code: String, _ message: String) {
    content = ["status": "error", "error": .string(code), "message": .string(message)]
    isError = true
  }

  func json(for revision: Revision) -> JSONObject {
    let text: JSONValue = ["type": "text", "text": .string(JSONValue.object(content).text)]
    var result: JSONObject = ["content": [text]]
    if revision.hasStructuredContent { result["structuredContent"] = .object(content) }
    if isError { result["isError"] = true }
    return result
  }
}
