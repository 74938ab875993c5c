/// Where a store keeps its rows.
public enum SQLiteLocation: Sendable, Hashable {
  /// A database file. Its folder is made when it is missing.
  case file(String)
  /// Nothing on disk, gone with the store.
  case memory
}

/// How an embedded store behaves.
public struct SQLiteOptions: Sendable {
  /// What an acknowledged write survives.
  public enum Durability: String, Sendable, Hashable, CaseIterable {
    /// The death of the process, at any moment, but a power failure may take back the last writes. The file stays
    /// consistent either way.
    case process
    /// A power failure too: each commit waits until the disk has it.
    case power
  }

  /// The default is the careful one; writers that commit at the same time share one wait for the disk.
  public var durability = Durability.power
  /// Connections that answer questions, each with its own thread.
  public var readers = 4
  /// How long a call waits while another process writes, before it fails with `unavailable`. In whole seconds.
  public var busyTimeout = Duration.seconds(10)
  /// How much of the file is read through the page cache of the system without a copy.
  public var mappedBytes: Int64 = 256 << 20
  /// How many prepared statements each connection keeps.
  public var statementLimit = 100
  /// The largest size of the database file; nil for no limit but the disk's.
  public var maximumBytes: Int64?

  public init() {}
}
