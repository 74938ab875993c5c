internal import Identity
internal import Model
internal import Threads

/// Whose credential opened a session. Only that one may use it: the id of a session proves nothing.
struct Principal: Hashable, Sendable {
  let user: UserID
  let workspace: WorkspaceID
  let key: KeyID?
  let grant: GrantID?

  init(_ caller: Caller) {
    user = caller.user
    workspace = caller.workspace
    key = caller.key
    grant = caller.grant
  }
}

/// What a legacy client and the server agreed upon.
final class Session: Sendable {
  let id: String
  let principal: Principal
  let handshake: Handshake
  let requests = InFlight()
  let subscriptions = Subscriptions()
  let questions = Questions()
  private let stream = Lock<StreamEnd?>(nil)

  var revision: Revision { handshake.revision }
  var client: String? { handshake.client }

  /// Ends the stream that a client holds open.
  typealias StreamEnd = @Sendable () -> Void

  init(id: String, principal: Principal, _ handshake: Handshake) {
    self.id = id
    self.principal = principal
    self.handshake = handshake
  }

  /// Takes the one stream that a session may have. Returns false when it is taken.
  func openStream(_ end: @escaping StreamEnd) -> Bool {
    stream.withLock { held in
      if held != nil { return false }
      held = end
      return true
    }
  }

  /// Gives the stream back.
  func closeStream() {
    let end = stream.withLock { held in
      defer { held = nil }
      return held
    }
    end?()
  }

  /// Ends whatever hangs on the session.
  func close() {
    closeStream()
    questions.close()
  }
}
