internal import Glibc
public import Inference
internal import RemoteModels
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

  /// What embeds; nil when nothing should, or when the model was never installed.
  ///
  /// Texts that come again within an hour, queries above all, are not computed again.
  static func embedder(_ configuration: Configuration) -> (any Embedder)? {
    model(configuration).map { CachingEmbedder($0, cache: EmbeddingCache()) }
  }

  private static func model(_ configuration: Configuration) -> (any Embedder)? {
    if let remote = configuration.remoteEmbedding { return RemoteEmbedder(remote, client: WebSession()) }
    let store = store(configuration)
    switch configuration.embedding {
    case .none: return nil
    case .fast, .exact:
      guard access(store.encoderPath, R_OK) == 0 else { return nil }
      return EmbeddingWorkers(
        packed: store.encoderPath, arithmetic: configuration.embedding == .exact ? .exact : .int8,
        threads: configuration.embeddingThreads)
    case .table:
      guard let table = try? StaticModel.open(packed: store.staticPath) else { return nil }
      return StaticEmbedder(table)
    }
  }
}
