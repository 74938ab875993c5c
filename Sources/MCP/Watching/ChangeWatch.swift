internal import Engine
internal import Identity

/// Notices that what somebody may read has changed, whoever changed it: this process or another on the same store.
///
/// It looks at the sequence numbers of the store's feeds a few times a second, once for each principal however many
/// streams it holds, and only while somebody follows. When there is much to look at it looks less often, so that
/// watching never takes more than a tenth of the time.
actor ChangeWatch {
  /// Who is asking now, and what the store looks like to them. Throws `unauthenticated` when the credential opens nothing
  /// any more: a stream ends with its key.
  typealias Look = @Sendable () async throws(EngineError) -> (caller: Caller, mark: ChangeMark)

  private struct Watched {
    let look: Look
    var mark: ChangeMark
    var followers: [UInt64: AsyncStream<Caller>.Continuation] = [:]
  }

  private let interval: Duration
  private var watched: [Principal: Watched] = [:]
  private var serial: UInt64 = 0
  private var looking: Task<Void, Never>?

  init(interval: Duration = .milliseconds(250)) { self.interval = interval }

  /// The caller anew each time that something has changed since this call. Ends when the credential ends.
  func follow(_ look: @escaping Look) async throws(EngineError) -> AsyncStream<Caller> {
    let (caller, mark) = try await look()
    let principal = Principal(caller)
    serial += 1
    let number = serial
    let (stream, continuation) = AsyncStream.makeStream(of: Caller.self, bufferingPolicy: .bufferingNewest(1))
    continuation.onTermination = { [weak self] _ in
      Task { await self?.leave(principal, number) }
    }
    // Whoever follows already has heard of everything up to the older mark; this one hears of a little too much.
    watched[principal, default: Watched(look: look, mark: mark)].followers[number] = continuation
    if looking == nil { looking = Task { await keepLooking() } }
    return stream
  }

  var followers: Int { watched.values.reduce(0) { $0 + $1.followers.count } }

  private func leave(_ principal: Principal, _ number: UInt64) {
    watched[principal]?.followers[number] = nil
    if watched[principal]?.followers.isEmpty == true { watched[principal] = nil }
    if watched.isEmpty {
      looking?.cancel()
      looking = nil
    }
  }

  private func keepLooking() async {
    while !Task.isCancelled {
      let start = ContinuousClock.now
      for principal in watched.keys { await look(as: principal) }
      try? await Task.sleep(for: max(interval, (ContinuousClock.now - start) * 9))
    }
  }

  private func look(as principal: Principal) async {
    guard let look = watched[principal]?.look else { return }
    do throws(EngineError) {
      let (caller, mark) = try await look()
      guard let entry = watched[principal], entry.mark != mark else { return }
      watched[principal]?.mark = mark
      for follower in entry.followers.values { follower.yield(caller) }
    } catch {
      // A store that is busy answers the next time.
      guard case .unauthenticated = error, let entry = watched[principal] else { return }
      for follower in entry.followers.values { follower.finish() }
    }
  }
}
