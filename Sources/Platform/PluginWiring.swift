internal import Engine
internal import PluginHost
internal import RemoteModels
internal import Secrets
internal import WebClient

extension Configuration {
  /// What plugins are given of the world outside.
  var pluginServices: PluginServices {
    .standard(privateHosts: Set(pluginPrivateHosts.map { $0.lowercased() }), judge: remoteJudge)
  }

  private var remoteJudge: RemoteJudge? {
    guard let judge else { return nil }
    let secrets = DataFolder(data).secrets
    let session = WebSession()
    // A key that cannot be had is told by the endpoint, which refuses the question.
    let key = judge.secret.flatMap { try? secrets.open($0) }.map { Credential($0) }
    return RemoteJudge(judge, key: key) { (request) async throws(WebError) in try await session.send(request)
    }
  }
}

extension Deployment {
  /// Carries out queued work until the task is cancelled.
  public func runTasks() async {
    let patience = TaskRunner.Patience(
      first: .milliseconds(Int(configuration.pluginRetrySeconds * 1_000)),
      attempts: configuration.pluginAttempts)
    await TaskRunner(of: engine, handlers: plugins.handlers(for: engine), patience: patience).run()
  }
}
