import Inference
import JSON
import RemoteModels
import Testing
import Threads
import WebClient

@Suite struct RemoteJudgeTests {
  private static func judge(
    _ answer: @escaping @Sendable (WebRequest) throws(WebError) -> WebResponse
  ) -> RemoteJudge {
    var configuration = RemoteJudge.Configuration()
    configuration.url = "https://models.example/v1/"
    configuration.model = "small"
    return RemoteJudge(configuration, key: Credential("sk-secret")) { (request) throws(WebError) in
      try answer(request)
    }
  }

  @Test func `a question goes out as a chat, and the words of the answer come back`() async throws {
    let seen = Lock<WebRequest?>(nil)
    let judge = Self.judge { (request) throws(WebError) in
      seen.withLock { $0 = request }
      return WebResponse(status: 200, body: Array(#"{"choices":[{"message":{"content":"yes"}}]}"#.utf8))
    }
    let question = JudgeQuestion(instructions: "Be brief.", prompt: "Is tea green?", tokens: 7)
    #expect(try await judge.answer(question) == "yes")
    let request = try #require(seen.withLock { $0 })
    #expect(request.url == "https://models.example/v1/chat/completions")
    #expect(request.headers.contains { $0.name == "Authorization" && $0.value == "Bearer sk-secret" })
    let body = try JSONValue(parsing: request.body ?? [])
    #expect(body["model"] == "small" && body["max_tokens"] == 7)
    #expect(
      body["messages"] == [
        ["role": "system", "content": "Be brief."], ["role": "user", "content": "Is tea green?"],
      ])
  }

  @Test func `what is no answer is an error, which does not tell the key`() async throws {
    let nonsense = Self.judge { (_) throws(WebError) in WebResponse(status: 200, body: Array("{}".utf8)) }
    await #expect(throws: InferenceError.self) { try await nonsense.answer(JudgeQuestion(prompt: "x")) }
    let refusal = Self.judge { (_) throws(WebError) in
      WebResponse(status: 401, body: Array(#"{"error":{"message":"bad key sk-secret"}}"#.utf8))
    }
    let error = await #expect(throws: InferenceError.self) {
      try await refusal.answer(JudgeQuestion(prompt: "x"))
    }
    #expect(error.map { "\($0)".contains("sk-secret") } == false)
    let silence = Self.judge { (_) throws(WebError) in throw WebError(.timedOut, "slow") }
    #expect(
      await #expect(throws: InferenceError.self) { try await silence.answer(JudgeQuestion(prompt: "x")) }?
        .isTransient == true)
  }
}
