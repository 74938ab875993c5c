internal import Glibc
public import Inference
internal import RemoteModels
internal import Secrets
internal import WebClient

/// Where the built-in models are, and which of them a configuration asks for.
public enum ModelFolder {
  /// Shared by all data folders of a user.
  public static var standardPath: String {
    if let cache = getenv("XDG_CACHE_HOME"), cache.pointee != 0 {
      return String(cString: cache) + "/mneme/models"
    }
    return "~/.cache/mneme/models"
  }

  /// The models of a configuration.
  public static func store(_ configuration: Configuration) -> ModelStore {
    ModelStore(directory: DataFolder(configuration.models).path)
  }

  /// What people call the built-in models, by the files that they are in, as ``ModelStore/list()`` has them.
  public static var names: [[String]] {
    [[name(of: .int8), name(of: .exact)], [StaticModel.identity.name]]
  }

  /// The models that contexts may have. The built-in ones are offered whether or not they are installed: they work from
  /// when they are, and until then say what to do.
  ///
  /// Texts that come again within an hour, queries above all, are not computed again.
  static func models(_ configuration: Configuration) -> EmbeddingModels {
    let cache = EmbeddingCache()
    let session = WebSession()
    func offer(
      _ name: String, _ kind: EmbeddingModels.Offer.Kind, _ embedder: any Embedder,
      problem: @escaping @Sendable () -> String? = { nil }
    ) -> EmbeddingModels.Offer {
      EmbeddingModels.Offer(name, kind, CachingEmbedder(embedder, cache: cache), problem: problem)
    }
    var offers = ([configuration.remoteEmbedding].compactMap { $0 } + configuration.embeddingModels).map {
      remote in
      Self.offer(remote, secrets: DataFolder(configuration.data).secrets, session: session, cache: cache)
    }
    let remoteStandard = configuration.remoteEmbedding?.model
    if configuration.embedding == .none { return EmbeddingModels(offers, standard: remoteStandard) }
    let store = store(configuration)
    for arithmetic in [MiniLM.Arithmetic.int8, .exact] {
      let workers = EmbeddingWorkers(
        packed: store.encoderPath, arithmetic: arithmetic, threads: configuration.embeddingThreads)
      offers.append(
        offer(name(of: arithmetic), .builtIn, workers, problem: absence(of: store.encoderPath, "pull")))
    }
    // A table is as good as its text is short; the cache would be slower than it is.
    offers.append(
      EmbeddingModels.Offer(
        StaticModel.identity.name, .table, StaticEmbedder(packed: store.staticPath),
        problem: absence(of: store.staticPath, "distil")))
    let standard =
      switch configuration.embedding {
      case .none: nil as String?
      case .fast: name(of: .int8)
      case .exact: name(of: .exact)
      case .table: StaticModel.identity.name
      }
    return EmbeddingModels(offers, standard: remoteStandard ?? standard)
  }

  /// A model elsewhere. One whose key cannot be had is offered as well, and says so when it is asked.
  private static func offer(
    _ remote: RemoteModelConfiguration, secrets: SecretStore, session: WebSession, cache: EmbeddingCache
  ) -> EmbeddingModels.Offer {
    var remote = remote
    do throws(SecretsError) {
      if let name = remote.secret { remote.key = Credential(try secrets.open(name)) }
    } catch {
      let reason = error.description
      let absent = AbsentEmbedder(remote.identity, because: reason)
      return EmbeddingModels.Offer(remote.model, .remote, absent, problem: { reason })
    }
    let embedder = CachingEmbedder(RemoteEmbedder(remote, client: session), cache: cache)
    return EmbeddingModels.Offer(remote.model, .remote, embedder)
  }

  private static func name(of arithmetic: MiniLM.Arithmetic) -> String {
    let name = MiniLM.identity(arithmetic).name
    return arithmetic == .exact ? name + "-exact" : name
  }

  private static func absence(of path: String, _ command: String) -> @Sendable () -> String? {
    { access(path, R_OK) == 0 ? nil : "\(path) is not there; `mneme model \(command)` makes it" }
  }
}
