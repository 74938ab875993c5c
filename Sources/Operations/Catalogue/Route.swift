/// Where an operation lives in REST.
///
/// Parameters in the path and the query, or the members of the body, together are the operation's arguments.
public struct Route: Sendable, Hashable {
  public enum Method: String, Sendable, Hashable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  public let method: Method
  /// With parameters in braces: `/api/v1/contexts/{context_id}`.
  public let path: String
  /// The status of success.
  public let status: Int

  public static func get(_ path: String) -> Route { Route(method: .get, path: path, status: 200) }
  public static func post(_ path: String, status: Int = 200) -> Route {
    Route(method: .post, path: path, status: status)
  }
  public static func put(_ path: String) -> Route { Route(method: .put, path: path, status: 200) }
  public static func patch(_ path: String) -> Route { Route(method: .patch, path: path, status: 200) }
  public static func delete(_ path: String) -> Route { Route(method: .delete, path: path, status: 200) }

  /// The names of the parameters in the path.
  public var parameters: [String] {
    path.split(separator: "/").compactMap { segment in
      segment.hasPrefix("{") && segment.hasSuffix("}") ? String(segment.dropFirst().dropLast()) : nil
    }
  }

  /// Whether the arguments that are not in the path come in a body.
  public var hasBody: Bool { method != .get && method != .delete }
}
