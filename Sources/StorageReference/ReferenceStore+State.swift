public import Model
public import Storage

extension ReferenceStore {
  public func set(_ entry: StateEntry, in scope: Scope) async throws(StorageError) {
    try world.requireContext(scope)
    world.states[scope.context, default: [:]][Name(entry.key)] = entry
  }

  public func state(
    _ key: String, at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) -> StateEntry? {
    guard let entry = world.states(of: scope)[Name(key)] else { return nil }
    return entry.hasExpired(by: instant) ? nil : entry
  }

  public func states(at instant: Timestamp, in scope: Scope) async throws(StorageError) -> [StateEntry] {
    world.states(of: scope).values.filter { !$0.hasExpired(by: instant) }.sorted {
      $0.key.precedesByBytes($1.key)
    }
  }

  public func removeState(
    _ key: String, at instant: Timestamp, in scope: Scope
  ) async throws(StorageError) -> Bool {
    guard let entry = world.states(of: scope)[Name(key)] else { return false }
    world.states[scope.context]?[Name(key)] = nil
    return !entry.hasExpired(by: instant)
  }
}

extension World {
  fileprivate func states(of scope: Scope) -> [Name: StateEntry] {
    openContext(scope) == nil ? [:] : states[scope.context, default: [:]]
  }
}

extension StateEntry {
  func hasExpired(by instant: Timestamp) -> Bool { expiresAt.map { $0 <= instant } ?? false }
}
