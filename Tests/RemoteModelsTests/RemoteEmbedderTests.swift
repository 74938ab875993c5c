import Inference
import JSON
import RemoteModels
import Testing
import Threads
import WebClient

/// A service that answers as told, a clock that moves only by sleeping, and chance that is always one half.
private final class Scene: Sendable {
  private struct State {
    var answers: [Result<WebResponse, WebError>] = []
    var requests: [WebRequest] = []
    var time = Duration.zero
    var sleeps: [Duration] = []
  }

  private let state = Lock(State())

  var requests: [WebRequest] { state.withLock { $0.requests } }
  var sleeps: [Duration] { state.withLock { $0.sleeps } }

  func pass(_ time: Duration) { state.withLock { $0.time += time } }

  /// Answers the next request; when nothing is told, requests are answered rightly.
  func answer(
    _ status: Int, _ headers: [(name: String, value: String)] = [], _ body: String = "{}", times: Int = 1
  ) {
    let response = WebResponse(status: status, headers: WebHeaders(headers), body: Array(body.utf8))
    state.withLock {
      $0.answers += [Result<WebResponse, WebError>](repeating: .success(response), count: times)
    }
  }

  func fail(_ reason: WebError.Reason, times: Int = 1) {
    let answers = [Result<WebResponse, WebError>](
      repeating: .failure(WebError(reason, "no luck")), count: times)
    state.withLock { $0.answers += answers }
  }

  func embedder(_ change: (inout RemoteModelConfiguration) -> Void = { _ in }) -> RemoteEmbedder {
    var configuration = RemoteModelConfiguration()
    configuration.model = "m"
    configuration.dimensions = 2
    configuration.key = Credential("sk-secret")
    change(&configuration)
    let timing = RemoteTiming(
      now: { self.state.withLock { $0.time } },
      sleep: { duration in
        try Task.checkCancellation()
        self.state.withLock { state in
          state.time += duration
          state.sleeps.append(duration)
        }
      }, random: { 0.5 })
    return RemoteEmbedder(configuration, timing: timing) { request throws(WebError) in
      let told = self.state.withLock { state in
        state.requests.append(request)
        return state.answers.isEmpty ? nil : state.answers.removeFirst()
      }
      return try told?.get() ?? Self.right(request)
    }
  }

  /// The vector of a text is its length and 1, doubled.
  private static func right(_ request: WebRequest) -> WebResponse {
    let texts = (try? JSONValue(parsing: request.body ?? []))?.objectValue?["input"]?.arrayValue ?? []
    let entries = texts.enumerated().map { index, text in
      #"{"index":\#(index),"embedding":[\#((text.stringValue ?? "").utf8.count * 2),2]}"#
    }
    return WebResponse(status: 200, body: Array("{\"data\":[\(entries.joined(separator: ","))]}".utf8))
  }
}

@Suite struct RemoteEmbedderTests {
  private let scene = Scene()

  private func error(
    _ embedder: RemoteEmbedder, _ texts: [String] = ["a"], priority: EmbeddingPriority = .bulk
  ) async -> InferenceError? {
    await #expect(throws: InferenceError.self) {
      try await embedder.embed(texts, as: .document, priority: priority)
    }
  }

  @Test func `vectors come in order and of unit length, over several requests`() async throws {
    let embedder = scene.embedder { $0.batchTexts = 3 }
    let texts = (1...10).map { String(repeating: "x", count: $0) }
    let embeddings = try await embedder.embed(texts, as: .document, priority: .bulk)
    #expect(embeddings == (1...10).compactMap { Embedding(normalizing: [Float($0), 1]) })
    #expect(scene.requests.count == 4)
    #expect(scene.requests.allSatisfy { $0.headers.contains { $0 == ("Authorization", "Bearer sk-secret") } })
    #expect(scene.requests.allSatisfy { $0.url == "https://api.openai.com/v1/embeddings" })
  }

  @Test func `blank texts are zeros and are not sent, and long ones are cut`() async throws {
    let embedder = scene.embedder { $0.textBytes = 64 }
    let long = String(repeating: "x", count: 100)
    let embeddings = try await embedder.embed(["", long, " \n"], as: .document, priority: .bulk)
    #expect(embeddings[0].values == [0, 0] && embeddings[2].values == [0, 0])
    #expect(embeddings[1] == Embedding(normalizing: [64, 1]))
    #expect(try await embedder.embed([" "], as: .query, priority: .interactive).count == 1)
    #expect(try await embedder.embed([], as: .query, priority: .interactive).isEmpty)
    #expect(scene.requests.count == 1)
  }

  @Test func `what may pass is tried again after growing times`() async throws {
    scene.answer(503)
    scene.fail(.timedOut)
    scene.answer(429)
    let embeddings = try await scene.embedder().embed(["a"], as: .document, priority: .bulk)
    #expect(embeddings.count == 1)
    #expect(scene.sleeps == [.milliseconds(250), .milliseconds(500), .seconds(1)])
  }

  @Test func `a server that states a time is asked again after it`() async throws {
    scene.answer(429, [("Retry-After", "20")])
    _ = try await scene.embedder().embed(["a"], as: .document, priority: .bulk)
    #expect(scene.sleeps == [.seconds(20) + .milliseconds(250)])
  }

  @Test func `who waits is told at once when the server wants patience`() async {
    scene.answer(429, [("Retry-After", "20")])
    #expect(await error(scene.embedder(), priority: .interactive) == .overloaded(retryAfter: .seconds(20)))
    #expect(scene.sleeps.isEmpty)
  }

  @Test func `tries end`() async {
    scene.answer(500, times: 4)
    let failure = await error(scene.embedder())
    #expect(failure == .unavailable("status 500"))
    #expect(scene.requests.count == 4)
  }

  @Test(arguments: [
    (400, InferenceError.refused("status 400: …")), (401, .unauthorised("status 401: …")),
    (403, .unauthorised("status 403: …")), (404, .unavailable("status 404: …")),
    (422, .refused("status 422: …")),
    (302, .unavailable("status 302: …: redirects are not followed")),
    (204, .malformedAnswer("status 204: …")),
  ])
  func `what will not pass is told at once, without the key`(status: Int, expected: InferenceError) async {
    scene.answer(status, [], #"{"error":{"message":"sk-secret"}}"#)
    #expect(await error(scene.embedder()) == expected)
    #expect(scene.requests.count == 1)
  }

  @Test(arguments: [
    "", "<html>", "{}", #"{"data":[]}"#, #"{"data":[{"index":0,"embedding":[1,2,3]}]}"#,
    #"{"data":[{"index":0,"embedding":[1e39,0]}]}"#, #"{"data":[{"index":0,"embedding":"AADAfwAAAAA="}]}"#,
  ])
  func `an answer that makes no sense is not taken for vectors`(body: String) async {
    scene.answer(200, [], body)
    guard case .malformedAnswer? = await error(scene.embedder()) else {
      Issue.record("taken for vectors, or another error")
      return
    }
  }

  @Test func `a server that keeps failing is left in peace, then tried once`() async throws {
    let embedder = scene.embedder { $0.attempts = 1 }
    scene.fail(.unreachable, times: 5)
    for _ in 0..<5 { _ = await error(embedder) }
    guard case .unavailable(let reason)? = await error(embedder) else {
      Issue.record("another error")
      return
    }
    #expect(reason.contains("left in peace for 10 s"))
    #expect(scene.requests.count == 5)
    scene.pass(.seconds(10))
    #expect(try await embedder.embed(["a"], as: .document, priority: .bulk).count == 1)
    #expect(try await embedder.embed(["a"], as: .document, priority: .bulk).count == 1)
  }

  @Test func `refused texts do not open the circuit`() async throws {
    let embedder = scene.embedder()
    scene.answer(400, times: 20)
    for _ in 0..<20 { _ = await error(embedder) }
    #expect(try await embedder.embed(["a"], as: .document, priority: .bulk).count == 1)
  }

  @Test func `a cancelled call says so`() async {
    scene.fail(.cancelled)
    #expect(await error(scene.embedder()) == .cancelled)
  }
}
