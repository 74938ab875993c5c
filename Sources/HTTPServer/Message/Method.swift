/// What a request asks to be done: `GET`, `POST` and so on. Methods are case-sensitive.
public struct Method: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public static let get: Method = "GET"
  public static let head: Method = "HEAD"
  public static let post: Method = "POST"
  public static let put: Method = "PUT"
  public static let patch: Method = "PATCH"
  public static let delete: Method = "DELETE"
  public static let options: Method = "OPTIONS"
  static let connect: Method = "CONNECT"
  static let trace: Method = "TRACE"

  /// Whether the server knows what the method means, even where no route offers it.
  /// An unknown method is answered with 501, a known one with 404 or 405.
  var isStandard: Bool {
    switch rawValue {
    case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE": true
    default: false
    }
  }

  public var description: String { rawValue }
}
