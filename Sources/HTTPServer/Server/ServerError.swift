/// Why a server could not start, and what can be done about it.
public struct ServerError: Error, Sendable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// Something else listens there.
    case addressInUse
    /// The address is not one of this machine's, or its name is unknown.
    case addressUnavailable
    /// The operating system forbids it.
    case notPermitted
    /// The certificate or its key cannot be used.
    case badCertificate
    /// The server was started before, or cannot run for another reason.
    case other
  }

  public let code: Code
  /// What happened, and what to do.
  public let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
