internal import Engine
internal import JSON
internal import Model
internal import Storage

/// What a running server does by itself: it purges what was forgotten more than 30 days ago, expired state and tokens; and it
/// embeds what has no vector yet: because the model was not there when it was written, or because a context changes its
/// model; it works off the queue of tasks; and once a day learned links fade.
struct Upkeep: Sendable {
  private let task: Task<Void, Never>
  private let embedding: Task<Void, Never>
  private let fading: Task<Void, Never>
  private let queue: Task<Void, Never>
  private let folder: Task<Void, Never>?

  init(_ deployment: Deployment, log: Log) {
    task = Task {
      while !Task.isCancelled {
        await Upkeep.purge(deployment.store, log: log)
        try? await Task.sleep(for: .seconds(3_600))
      }
    }
    fading = Task {
      while !Task.isCancelled {
        await Upkeep.fade(deployment.store, log: log)
        try? await Task.sleep(for: .seconds(86_400))
      }
    }
    queue = Task { await deployment.runTasks() }
    folder = deployment.configuration.pluginFolder.map { path in
      let watch = PluginFolderWatch(path: DataFolder(path).path, engine: deployment.engine, log: log)
      return Task { await watch.run() }
    }
    embedding = Task { await deployment.catchUpEmbedding(log: log) }
  }

  func stop() async {
    task.cancel()
    embedding.cancel()
    fading.cancel()
    queue.cancel()
    folder?.cancel()
    // What was begun is brought to its end, so that it is not done twice.
    await queue.value
  }

  /// Page by page, so that no writer waits long for it.
  private static func fade(_ store: any Store, log: Log) async {
    let now = SystemClock().now()
    var removed = 0
    do {
      while !Task.isCancelled {
        let page = try await store.fadeEdges(at: now, limit: 500)
        removed += page.removed
        if page.faded < 500 { break }
        await Task.yield()
      }
      if removed > 0 { log.write(.info, "links faded away", ["edges": .integer(Int64(removed))]) }
    } catch { log.write(.warning, "fading failed", ["cause": .string("\(error)")]) }
  }

  private static func purge(_ store: any Store, log: Log) async {
    let now = SystemClock().now()
    do {
      let memories = try await store.purge(forgottenBefore: now - Limits.forgottenRetention)
      let entries = try await store.purgeState(expiredBy: now)
      let tokens = try await store.purgeTokens(expiredBy: now, clientsUnusedSince: now - .days(30))
      let queries = try await store.purgeQueries(expiredBy: now)
      _ = try await store.purgeTasks(finishedBefore: now - .days(1))
      guard memories + entries + tokens + queries > 0 else { return }
      log.write(
        .info, "purged",
        [
          "memories": .integer(Int64(memories)), "state_entries": .integer(Int64(entries)),
          "grants_and_clients": .integer(Int64(tokens)),
          "queries": .integer(Int64(queries)),
        ])
    } catch { log.write(.warning, "purge failed", ["cause": .string("\(error)")]) }
  }
}

extension Deployment {
  /// Embeds what has no vector yet, until the task is cancelled. Several processes may do it on one data folder: what two of
  /// them embed at once is kept once.
  public func catchUpEmbedding(log: Log) async {
    while !Task.isCancelled {
      let count = await engine.catchUpEmbedding()
      if count > 0 { log.write(.info, "embedded", ["memories": .integer(Int64(count))]) }
      try? await Task.sleep(for: .seconds(2))
    }
  }
}
