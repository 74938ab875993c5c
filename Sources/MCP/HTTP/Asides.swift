internal import HTTPServer
internal import JSON

/// A request whose work may have something to say before it is answered: how far it is, or a question.
///
/// As long as it says nothing, its answer is one document like any other; with the first word it becomes a stream.
struct Asides: Sendable {
  /// Says something in between.
  typealias Say = @Sendable (JSONObject) -> Void

  private enum Utterance: Sendable {
    case aside(JSONObject)
    case reply(Reply?)
  }

  let pingInterval: Duration
  /// Whether a client that leaves the stream calls the work off, as modern ones do.
  let endsWithStream: Bool

  /// The answer to a request whose work is `run`. `answer` makes a document of the reply, nil when there is none to give.
  func answer(
    _ revision: Revision, _ run: @escaping @Sendable (_ say: @escaping Say) async -> Reply?,
    as answer: (Reply?) -> HTTPAnswer
  ) async -> HTTPAnswer {
    let (utterances, mouth) = AsyncStream.makeStream(of: Utterance.self)
    let work = Task {
      mouth.yield(.reply(await run { mouth.yield(.aside($0)) }))
      mouth.finish()
    }
    if endsWithStream { mouth.onTermination = { _ in work.cancel() } }
    var iterator = utterances.makeAsyncIterator()
    switch await iterator.next() {
    case .reply(let reply): return answer(reply)
    case nil: return answer(nil)
    case .aside(let first):
      return HTTPAnswer { events in
        try await events.keepingAlive(every: pingInterval) {
          try await events.send(.object(first))
          for await utterance in utterances {
            switch utterance {
            case .aside(let message): try await events.send(.object(message))
            case .reply(let reply):
              if let reply { try await events.send(reply.json(for: revision)) }
            }
          }
        }
      }
    }
  }
}
