public import Model

/// What agents keep for themselves in a context. All its users share the entries.
public protocol StateStore: Sendable {
  /// Sets one entry, replacing an older one and its expiry.
  func set(_ entry: StateEntry, in scope: Scope) async throws(StorageError)

  /// The entry of that key; nil when there is none or it expired by `instant`.
  func state(_ key: String, at instant: Timestamp, in scope: Scope) async throws(StorageError) -> StateEntry?

  /// All entries that have not expired by `instant`, by key.
  func states(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> [StateEntry]

  /// Removes an entry. Returns whether there was one that had not expired by `instant`.
  func removeState(_ key: String, at instant: Timestamp, in scope: Scope) async throws(StorageError) -> Bool
}
