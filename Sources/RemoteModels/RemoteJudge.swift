public import Inference
public import JSON
internal import WebClient

/// A language model elsewhere, behind an endpoint that is compatible with OpenAI's chat completions.
public struct RemoteJudge: Judge {
  /// Where it is, and how it is asked.
  public struct Configuration: Sendable, Hashable {
    public var url = ""
    public var model = ""
    /// The name of a sealed secret: the endpoint's key.
    public var secret: String?
    public var timeoutSeconds = 25

    public init() {}

    public static let schema = Schema.record(Configuration()) {
      Field(
        "url", \.url, RemoteModelConfiguration.webAddress,
        "Where it is, up to and with the version, as in https://api.openai.com/v1.")
      Field("model", \.model, .string(length: 1...200), "The model's name there.")
      Field("secret", \.secret, .string(length: 1...64), "The name of its key in `mneme secret list`.")
      Field(
        "timeout_seconds", \.timeoutSeconds, .integer(1...25), "How long an answer may take.", required: false
      )
    }
  }

  /// Sends a request.
  public typealias Transport = RemoteEmbedder.Transport

  private let configuration: Configuration
  private let key: Credential?
  private let transport: Transport

  public init(_ configuration: Configuration, key: Credential?, transport: @escaping Transport) {
    self.configuration = configuration
    self.key = key
    self.transport = transport
  }

  public func answer(_ question: JudgeQuestion) async throws(InferenceError) -> String {
    var messages: [JSONValue] = []
    if !question.instructions.isEmpty {
      messages.append(["role": "system", "content": .string(question.instructions)])
    }
    messages.append(["role": "user", "content": .string(question.prompt)])
    let base = configuration.url.hasSuffix("/") ? String(configuration.url.dropLast()) : configuration.url
    var request = WebRequest("POST", base + "/chat/completions")
    request.headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
    if let key { request.headers.append(("Authorization", "Bearer " + key.secret)) }
    request.body =
      JSONValue.object([
        "model": .string(configuration.model), "messages": .array(messages), "temperature": 0,
        "max_tokens": .integer(Int64(question.tokens)),
      ]).bytes
    request.timeout = .seconds(configuration.timeoutSeconds)
    request.responseLimit = 1 << 20
    let response: WebResponse
    do throws(WebError) { response = try await transport(request) } catch { throw RemoteFailure(error).error }
    let body = try? JSONValue(parsing: response.body)
    guard response.status == 200 else {
      let words = body?["error"]?["message"]?.stringValue.map { key?.redacted($0) ?? $0 }
      throw RemoteFailure(response, complaint: words).error
    }
    guard let text = body?["choices"]?[0]?["message"]?["content"]?.stringValue else {
      throw .malformedAnswer("the answer has no choices[0].message.content")
    }
    return text
  }
}
