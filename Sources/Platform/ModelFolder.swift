internal import Glibc
public import Inference

/// Where the built-in models are, and which of them a configuration asks for.
public enum ModelFolder {
  /// Shared by all data folders of a user.
  public static var standardPath: String {
    if let cache = getenv("XDG_CACHE_HOME") { return String(cString: cache) + "/mneme/models" }
    return "~/.cache/mneme/models"
  }

  /// The models of a configuration.
  public static func store(_ configuration: Configuration) -> ModelStore {
    ModelStore(directory: DataFolder(configuration.models).path)
  }

  /// What embeds; nil when nothing should, or when the model was never installed.
  static func embedder(_ configuration: Configuration) -> (any Embedder)? {
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
