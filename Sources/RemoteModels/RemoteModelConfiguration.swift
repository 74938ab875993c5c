public import Inference
public import JSON

/// Whose wire format a model speaks.
public enum Provider: String, Sendable, Hashable, CaseIterable {
  /// OpenAI, and the many servers that are compatible with `/v1/embeddings`.
  case openai
  case cohere
  case voyage
  case ollama

  /// Where the provider's own service is.
  public var standardURL: String {
    switch self {
    case .openai: "https://api.openai.com/v1"
    case .cohere: "https://api.cohere.com/v2"
    case .voyage: "https://api.voyageai.com/v1"
    case .ollama: "http://127.0.0.1:11434"
    }
  }

  /// Texts that the provider takes in a request.
  var standardBatch: Int {
    switch self {
    case .openai, .voyage, .ollama: 128
    case .cohere: 96
    }
  }
}

/// A model elsewhere, and how it is asked.
public struct RemoteModelConfiguration: Sendable, Hashable {
  public var provider = Provider.openai
  public var url: String?
  public var model = ""
  public var dimensions = 1
  public var shortens = false
  public var revision = ""
  public var key: Credential?
  /// The name of a sealed secret, which whoever makes the embedder puts in the place of the key.
  public var secret: String?
  public var batchTexts: Int?
  public var batchBytes = 256 << 10
  public var textBytes = 8_000
  public var timeoutSeconds = 60
  public var attempts = 4
  public var parallelRequests = 4

  public init() {}

  /// What made the vectors. The address is no part of it: a model may move.
  public var identity: ModelIdentity {
    var version = "\(provider.rawValue);text=\(textBytes)"
    if !revision.isEmpty { version += ";\(revision)" }
    return ModelIdentity(name: model, version: version, dimensions: dimensions)
  }

  var baseURL: String {
    let url = url ?? provider.standardURL
    return url.hasSuffix("/") ? String(url.dropLast()) : url
  }

  /// What each setting is called, means and allows. The key is read but written as `(hidden)`.
  public static let schema = Schema.record(RemoteModelConfiguration()) {
    Field("provider", \.provider, .enumeration(), "Whose wire format it speaks.", required: false)
    Field(
      "url", \.url, webAddress,
      "Where it is, up to and with the version, as in https://api.openai.com/v1; else the provider's own.")
    Field("model", \.model, .string(length: 1...200), "The model's name, as the provider calls it.")
    Field("dimensions", \.dimensions, .integer(1...16_384), "Floats in a vector.")
    Field(
      "shortens", \.shortens, .bool,
      "Asks for vectors of that many dimensions, of a model that can shorten them.",
      required: false)
    Field(
      "revision", \.revision, .string(length: 0...100),
      "Change it when the model behind the name has changed: its vectors are not compared with older ones.",
      required: false)
    Field("key", \.key, credential, "The provider's API key; better a secret.")
    Field("secret", \.secret, .string(length: 1...64), "The name of the key in `mneme secret list`.")
    Field("batch_texts", \.batchTexts, .integer(1...2_048), "Texts in a request, at most.")
    Field(
      "batch_bytes", \.batchBytes, .integer(1_024...16_777_216), "Bytes of text in a request, at most.",
      required: false)
    Field(
      "text_bytes", \.textBytes, .integer(64...1_048_576),
      "A longer text is cut there. No tokenizer makes more tokens than a text has bytes.", required: false)
    Field(
      "timeout_seconds", \.timeoutSeconds, .integer(1...3_600), "How long a request may take.",
      required: false)
    Field("attempts", \.attempts, .integer(1...10), "How often a request is tried.", required: false)
    Field(
      "parallel_requests", \.parallelRequests, .integer(1...64), "Requests of one call at the same time.",
      required: false)
  }.checked { model in
    guard model.key != nil, model.secret != nil else { return [] }
    return [SchemaFault(path: "secret", "is there beside a key", allowed: "one of them")]
  }

  static let webAddress = Schema<String>.string(length: 8...2_048).map(
    allowed: "addresses such as https://example.org/v1, without a query"
  ) { text throws(SchemaMismatch) in
    let isWeb = text.hasPrefix("https://") || text.hasPrefix("http://")
    guard isWeb, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), !text.contains(where: { "?#@".contains($0) })
    else {
      throw SchemaMismatch("no web address")
    }
    return text
  } from: {
    $0
  }

  private static let credential = Schema<String>.string(length: 1...4_096).map(
    allowed: "keys of printable ASCII characters"
  ) { text throws(SchemaMismatch) in
    guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw SchemaMismatch("not a key") }
    return Credential(text)
  } from: {
    $0.description
  }
}
