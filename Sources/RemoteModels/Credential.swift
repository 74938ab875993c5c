/// The key of a provider. It is never shown: not printed, dumped, encoded or told in an error.
public struct Credential: Sendable, Hashable {
  /// The key itself, for the header of a request and for sealing.
  public let secret: String

  public init(_ secret: String) { self.secret = secret }

  /// `text` without the key: servers like to repeat it in their errors.
  func redacted(_ text: String) -> String { secret.isEmpty ? text : text.replacing(secret, with: "…") }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "(hidden)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [Mirror.Child]()) }
}
