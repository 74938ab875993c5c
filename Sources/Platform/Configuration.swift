public import JSON
public import RemoteModels

/// How a server is set up. Every setting has a default; a file is needed for none of them.
///
/// Settings come, the later over the earlier, from the defaults here, a Lua file, the environment (`MNEME_PORT` for
/// `port`), and flags (`--port`).
public struct Configuration: Sendable {
  public var data = DataFolder.standardPath
  public var host = "127.0.0.1"
  public var port = 6636
  public var socket: String?
  public var loops = 0
  public var tlsCertificate: String?
  public var tlsKey: String?
  public var publicURL: String?
  public var allowedOrigins: [String] = []
  public var allowedHosts: [String] = []
  public var durability = Durability.full
  public var readers = 2
  public var models = ModelFolder.standardPath
  public var embedding = Embedding.fast
  public var embeddingThreads = 2
  public var remoteEmbedding: RemoteModelConfiguration?
  public var embeddingModels: [RemoteModelConfiguration] = []
  public var bodyLimit = 2 << 20
  public var connections = 16_384
  public var connectionsPerAddress = 512
  public var drainSeconds = 10
  public var quotaMemories = 0
  public var quotaContexts = 0
  public var pluginFolder: String?
  public var pluginPrivateHosts: [String] = []
  public var pluginRetrySeconds = 10.0
  public var pluginAttempts = 5
  public var judge: RemoteJudge.Configuration?
  public var logLevel = Log.Level.info
  public var logFormat = Log.Format.auto

  /// What an acknowledged write survives, besides the death of the process.
  public enum Durability: String, Sendable, CaseIterable {
    /// The loss of power, too.
    case full
    /// Not the loss of power: the last moments may be missing then, though nothing is damaged. Faster.
    case normal
  }

  /// Which of the built-in models finds memories by meaning.
  public enum Embedding: String, Sendable, CaseIterable {
    /// MiniLM in 8-bit arithmetic.
    case fast
    /// MiniLM as it was published, at a third of the speed.
    case exact
    /// A table made from it: microseconds, and less good.
    case table
    /// None: memories are found by words.
    case none
  }

  public init() {}

  /// What each setting is called, means and allows.
  public static let schema = Schema.record(Configuration()) {
    Field("data", \.data, .string(length: 1...4_096), "The folder that holds everything.", required: false)
    Field("host", \.host, .string(length: 1...255), "The address to listen on; :: for all.", required: false)
    Field("port", \.port, .integer(0...65_535), "The port; 0 takes a free one.", required: false)
    Field("socket", \.socket, .string(length: 1...100), "A Unix socket to listen on as well.")
    Field(
      "loops", \.loops, .integer(0...256), "Threads that serve connections; 0: one a core.", required: false)
    Field(
      "tls_cert", \.tlsCertificate, .string(length: 1...4_096), "A certificate chain in PEM; switches TLS on."
    )
    Field("tls_key", \.tlsKey, .string(length: 1...4_096), "Its private key in PEM.")
    Field(
      "public_url", \.publicURL, .string(length: 1...2_048),
      "How clients reach the server, when a proxy is in front.")
    Field(
      "allowed_origins", \.allowedOrigins, .oneOrMany(of: .string(length: 1...2_048), count: 0...100),
      "Web pages of these origins may call the server; pages of this machine always may.", required: false)
    Field(
      "allowed_hosts", \.allowedHosts, .oneOrMany(of: .string(length: 1...255), count: 0...100),
      "Names of this server besides that of public_url; this machine's own and addresses always are.",
      required: false)
    Field(
      "durability", \.durability, .enumeration(), "full: acknowledged writes survive power loss.",
      required: false)
    Field(
      "models", \.models, .string(length: 1...4_096), "The folder of the built-in models.", required: false)
    Field("embedding", \.embedding, .enumeration(), "The model that finds by meaning.", required: false)
    Field("embedding_threads", \.embeddingThreads, .integer(1...64), "Threads that embed.", required: false)
    Field(
      "remote_embedding", \.remoteEmbedding, RemoteModelConfiguration.schema,
      "A model elsewhere, as the standard one in the place of the built-in.")
    Field(
      "embedding_models", \.embeddingModels, .array(of: RemoteModelConfiguration.schema, count: 0...16),
      "Further models elsewhere that a context may have.", required: false)
    Field("readers", \.readers, .integer(1...64), "Connections that read the store.", required: false)
    Field(
      "body_limit", \.bodyLimit, .integer(1_024...1_073_741_824), "Bytes of a request's body.",
      required: false)
    Field("connections", \.connections, .integer(1...1_000_000), "Open connections in all.", required: false)
    Field(
      "connections_per_address", \.connectionsPerAddress, .integer(1...1_000_000),
      "Open connections of one client address; this machine's own are not counted.", required: false)
    Field(
      "drain_seconds", \.drainSeconds, .integer(0...600), "How long a stop waits for open requests.",
      required: false)
    Field(
      "quota_memories", \.quotaMemories, .integer(0...1_000_000_000), "Memories of a workspace; 0: no limit.",
      required: false)
    Field(
      "quota_contexts", \.quotaContexts, .integer(0...1_000_000), "Contexts of a workspace; 0: no limit.",
      required: false)
    Field(
      "plugins", \.pluginFolder, .string(length: 1...4_096),
      "A folder of plugins: those in it are installed for the owner of the first workspace, and again when they change."
    )
    Field(
      "plugin_private_hosts", \.pluginPrivateHosts, .oneOrMany(of: .string(length: 1...255), count: 0...100),
      "Hosts without a public address that plugins may ask when they are granted: name, or name:port.",
      required: false)
    Field(
      "plugin_retry_seconds", \.pluginRetrySeconds, .number(0.01...86_400),
      "Until a plugin's failed work is tried again; each further time takes four times as long.",
      required: false)
    Field(
      "plugin_attempts", \.pluginAttempts, .integer(1...20), "How often it is tried before it is parked.",
      required: false)
    Field("judge", \.judge, RemoteJudge.Configuration.schema, "A language model that plugins may ask.")
    Field("log_level", \.logLevel, .enumeration(), "The least that is logged.", required: false)
    Field(
      "log_format", \.logFormat, .enumeration(), "auto: for people on a terminal, JSON elsewhere.",
      required: false)
  }.checked { configuration in
    var faults: [SchemaFault] = []
    if (configuration.tlsCertificate == nil) != (configuration.tlsKey == nil) {
      faults.append(SchemaFault(path: "tls_key", "goes with tls_cert", allowed: "both settings, or neither"))
    }
    var names: Set<String> = [configuration.remoteEmbedding?.model ?? ""]
    for (index, model) in configuration.embeddingModels.enumerated() where !names.insert(model.model).inserted
    {
      faults.append(
        SchemaFault(path: "embedding_models[\(index)].model", "is there twice", allowed: "a model once"))
    }
    return faults
  }
}
