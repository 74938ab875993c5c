/// What can go wrong in a store, in words that do not depend on the adapter.
public struct StorageError: Error, Sendable {
  /// What kind of failure it is.
  public enum Code: Sendable, Hashable, CaseIterable {
    /// What was to be changed is not there, or not in this scope.
    case notFound
    /// Somebody else was faster, or the name is taken.
    case conflict
    /// The store cannot be reached or is busy. The same call may succeed later.
    case unavailable
    /// There is no room left.
    case full
    /// What is stored makes no sense.
    case corrupted
  }

  public let code: Code
  /// What happened, without any stored text in it.
  public let message: String
  /// What the adapter saw, for the log.
  public let cause: (any Error)?

  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}

extension StorageError: CustomStringConvertible {
  public var description: String {
    cause.map { "\(code): \(message) (\($0))" } ?? "\(code): \(message)"
  }
}
