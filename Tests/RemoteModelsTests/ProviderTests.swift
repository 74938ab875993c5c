import Glibc
import Inference
import JSON
import RemoteModels
import TestSupport
import Testing
import WebClient

/// The stand-in of the embedding services, which OpenAI's own client takes for the real thing
/// (Tests/EndToEnd/test_remote_models.py).
private func withStandIn(_ body: (String) async throws -> Void) async throws {
  struct Missing: Error, CustomStringConvertible {
    let description = "MNEME_TEST_PYTHON names no Python interpreter; `./mneme test` sets it."
  }
  guard let python = getenv("MNEME_TEST_PYTHON") else { throw Missing() }
  let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(
    separator: "/")
  let standIn = try ChildProcess(
    String(cString: python), [tests + "/EndToEnd/standins/embeddings.py", "--child"])
  defer {
    standIn.kill()
    standIn.wait()
  }
  let url = try #require(standIn.readLine())
  try await body(url)
}

@Suite struct ProviderTests {
  private static let bases: [Provider: String] = [
    .openai: "/v1", .cohere: "/v2", .voyage: "/voyage/v1/", .ollama: "",
  ]

  private func configuration(_ provider: Provider, _ url: String) -> RemoteModelConfiguration {
    var configuration = RemoteModelConfiguration()
    configuration.provider = provider
    configuration.url = url + (Self.bases[provider] ?? "")
    configuration.model = "test-large"
    configuration.dimensions = 32
    configuration.key = Credential("test-key-1234567890")
    return configuration
  }

  @Test(arguments: Provider.allCases)
  func `a provider's service is understood`(provider: Provider) async throws {
    try await withStandIn { url in
      let embedder = RemoteEmbedder(configuration(provider, url), client: WebClient())
      let texts = (0..<300).map { "text \($0) äöü 日本" } + [""]
      let embeddings = try await embedder.embed(texts, as: .document, priority: .bulk)
      #expect(embeddings.count == 301)
      #expect(Set(embeddings).count == 301)
      #expect(embeddings.dropLast().allSatisfy { abs($0.similarity(to: $0) - 1) < 1e-5 })
      let alone = try await embedder.embed(["text 7 äöü 日本"], as: .document, priority: .interactive)
      #expect(alone == [embeddings[7]])
      let query = try await embedder.embed(query: "text 7 äöü 日本")
      // Where the wire knows the difference, a query is told apart from a document.
      #expect((query == embeddings[7]) == (provider == .openai || provider == .ollama))
    }
  }

  @Test(arguments: Provider.allCases)
  func `shorter vectors are asked for`(provider: Provider) async throws {
    try await withStandIn { url in
      var configuration = configuration(provider, url)
      (configuration.dimensions, configuration.shortens) = (16, true)
      let embedder = RemoteEmbedder(configuration, client: WebClient())
      let embedding = try await embedder.embed(query: "a")
      #expect(embedding.values.count == 16)
    }
  }

  @Test(arguments: [Provider.openai, .cohere, .voyage])
  func `a wrong key is refused, and not repeated in the error`(provider: Provider) async throws {
    try await withStandIn { url in
      var configuration = configuration(provider, url)
      configuration.key = Credential("sk-wrong")
      let embedder = RemoteEmbedder(configuration, client: WebClient())
      let error = await #expect(throws: InferenceError.self) { try await embedder.embed(query: "a") }
      #expect(error == .unauthorised("status 401: Incorrect API key provided: …."))
    }
  }

  @Test(arguments: Provider.allCases)
  func `a model that is not there is told in the service's words`(provider: Provider) async throws {
    try await withStandIn { url in
      var configuration = configuration(provider, url)
      configuration.model = "nobody"
      let embedder = RemoteEmbedder(configuration, client: WebClient())
      let error = await #expect(throws: InferenceError.self) { try await embedder.embed(query: "a") }
      #expect(error == .unavailable("status 404: The model `nobody` does not exist"))
    }
  }

  @Test func `an overloaded service is asked again`() async throws {
    try await withStandIn { url in
      let client = WebClient()
      var trouble = WebRequest("POST", url + "/standin/next")
      trouble.body = Array(#"{"status":429,"headers":{"Retry-After":"0"},"times":2}"#.utf8)
      _ = try await client.send(trouble)
      let embedder = RemoteEmbedder(configuration(.openai, url), client: client)
      let embeddings = try await embedder.embed(["a"], as: .document, priority: .bulk)
      #expect(embeddings.count == 1)
    }
  }
}
