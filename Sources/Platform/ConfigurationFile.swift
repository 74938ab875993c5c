internal import JSON

/// The configuration file, as a table of settings.
enum ConfigurationFile {
  static func read(_ path: String, environment: [String: String]) throws(ConfigurationError) -> JSONObject {
    throw ConfigurationError(description: "pending")
  }
}
