internal import Engine
internal import Identity
internal import JSON
internal import Model
internal import Operations

/// What a transport knows about a request beside its words, and can do for it.
struct Exchange: Sendable {
  let revision: Revision
  let offer: Offer
  /// What the list of tools is cut to.
  let role: Role
  /// The engine and the caller, once something needs them.
  let call: @Sendable () async throws(EngineError) -> Call
  /// The same for one who asks again and again: the credential is looked at anew each time.
  let look: ChangeWatch.Look
  /// What a session wants to hear of; nil where there are no sessions.
  var subscriptions: Subscriptions?
  /// Says something on the request's own stream before it is answered; nil where there is no such stream.
  var say: (@Sendable (JSONObject) -> Void)?
  var asking = Asking.never
}

/// How the person behind a client can be asked something in the middle of a call.
enum Asking: Sendable {
  /// Not at all: the client did not say that it can.
  case never
  /// With the result: the client asks, and then sends the same request again with the answers, by their keys.
  case again(answers: JSONObject?)
  /// With a request of ours on the same stream. Nil when there will be no answer.
  case now(@Sendable (_ method: String, _ params: JSONObject) async -> JSONObject?)
}

extension Exchange {
  var library: Library {
    get async throws(EngineError) { Library(try await call(), selection: offer.context) }
  }
}
