internal import JSON

/// What a program says about itself: when it registers (RFC 7591), or in a document at the URL that is its id (client ID
/// metadata documents). What is not understood is ignored; what could do harm is refused.
struct ClientMetadata: Sendable, Hashable {
  enum Authentication: String, Sendable, Hashable, CaseIterable {
    case none
    case post = "client_secret_post"
    case basic = "client_secret_basic"
  }

  let name: String
  let redirectURIs: [RedirectURI]
  let authentication: Authentication

  static let addressCount = 1...20

  init(_ json: JSONValue) throws(OAuthError) {
    guard case .object(let object) = json else {
      throw OAuthError(.invalidClientMetadata, "the metadata is no JSON object")
    }
    guard let addresses = object["redirect_uris"]?.arrayValue, Self.addressCount.contains(addresses.count)
    else {
      throw OAuthError(.invalidRedirectURI, "redirect_uris is a list of 1 to 20 addresses")
    }
    var parsed: [RedirectURI] = []
    for address in addresses {
      guard let text = address.stringValue else {
        throw OAuthError(.invalidRedirectURI, "a redirect URI is a string")
      }
      do throws(RedirectURI.Malformed) { parsed.append(try RedirectURI(text)) } catch {
        throw OAuthError(.invalidRedirectURI, "\(text.prefix(200)): \(error.reason)")
      }
    }
    redirectURIs = parsed
    name = try Self.name(object["client_name"])
    switch object["token_endpoint_auth_method"] {
    case nil, .null: authentication = .none
    case .string(let method):
      guard let known = Authentication(rawValue: method) else {
        throw OAuthError(
          .invalidClientMetadata,
          "token_endpoint_auth_method is none, client_secret_post or client_secret_basic")
      }
      authentication = known
    default: throw OAuthError(.invalidClientMetadata, "token_endpoint_auth_method is a string")
    }
    try Self.require("grant_types", "authorization_code", object)
    try Self.require("response_types", "code", object)
  }

  private static func name(_ value: JSONValue?) throws(OAuthError) -> String {
    guard let value, !value.isNull else { return "A program without a name" }
    guard let text = value.stringValue else {
      throw OAuthError(.invalidClientMetadata, "client_name is a string")
    }
    // A name is shown beside words that must be believed: one line, and nothing that turns the direction of writing.
    let shown = text.unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
    let name = String(String.UnicodeScalarView(shown)).split(separator: " ").joined(separator: " ")
    return name.isEmpty ? "A program without a name" : String(name.prefix(100))
  }

  /// A list that is left out means what this server offers.
  private static func require(_ member: String, _ word: String, _ object: JSONObject) throws(OAuthError) {
    guard let value = object[member], !value.isNull else { return }
    guard let words = value.arrayValue?.compactMap(\.stringValue), words.contains(word) else {
      throw OAuthError(.invalidClientMetadata, "\(member) must contain \(word)")
    }
  }
}
