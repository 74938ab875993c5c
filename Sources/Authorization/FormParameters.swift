/// What came in a query or a form. As OAuth has it, a parameter without a value is none, and one that comes twice is a
/// mistake.
struct FormParameters: Sendable {
  let items: [(name: String, value: String)]

  init(_ items: [(name: String, value: String)]) { self.items = items.filter { !$0.value.isEmpty } }

  /// The only value of `name`; nil when there is none.
  func value(_ name: String) throws(OAuthError) -> String? {
    let found = values(name)
    guard found.count <= 1 else { throw OAuthError(.invalidRequest, "\(name) was sent more than once") }
    return found.first
  }

  /// The only value of `name`.
  func required(_ name: String) throws(OAuthError) -> String {
    guard let value = try value(name) else { throw OAuthError(.invalidRequest, "\(name) is missing") }
    return value
  }

  func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}
