public import JSON

/// The settings of a server, and where each of them is from.
public struct EffectiveConfiguration: Sendable {
  public let configuration: Configuration
  /// Where a setting that is not a default comes from: `environment MNEME_PORT`, `flag --port`, or the file's name.
  public let origins: [String: String]
}

/// A configuration that cannot be used, with everything that is wrong with it.
public struct ConfigurationError: Error, CustomStringConvertible {
  public let description: String
}

extension Configuration {
  /// Puts the settings together. `flags` are settings by their names; `file` nil means the one that the environment names
  /// (`MNEME_CONFIG`), if any.
  public static func resolve(
    flags: [String: String], file: String?, environment: [String: String]
  ) throws(ConfigurationError) -> EffectiveConfiguration {
    var settings: JSONObject = [:]
    var origins: [String: String] = [:]
    if let path = file ?? environment["MNEME_CONFIG"] {
      for (name, value) in try ConfigurationFile.read(path, environment: environment) {
        settings[name] = value
        origins[name] = path
      }
    }
    let names = schema.fields.map(\.name)
    for name in names {
      let variable = "MNEME_" + name.uppercased()
      if let value = environment[variable], !value.isEmpty {
        settings[name] = .string(value)
        origins[name] = "environment " + variable
      }
    }
    for (name, value) in flags.sorted(by: { $0.key < $1.key }) {
      settings[name] = .string(value)
      origins[name] = "flag --" + name.replacing("_", with: "-")
    }
    do throws(SchemaFaults) {
      let configuration = try schema.decode(lenient: .object(settings))
      return EffectiveConfiguration(configuration: configuration, origins: origins)
    } catch {
      let lines = error.faults.map { fault in
        let setting = fault.path.prefix { $0 != "." && $0 != "[" }
        let origin = origins[String(setting)].map { " (from \($0))" } ?? ""
        return "  \(fault)\(origin)"
      }
      throw ConfigurationError(
        description: "The configuration cannot be used:\n" + lines.joined(separator: "\n"))
    }
  }
}

extension EffectiveConfiguration {
  /// The settings as JSON, each with its value and where it is from.
  public var described: JSONObject {
    var described: JSONObject = [:]
    let values = Configuration.schema.encode(configuration).objectValue ?? [:]
    for field in Configuration.schema.fields {
      described[field.name] = [
        "value": values[field.name] ?? .null, "from": .string(origins[field.name] ?? "default"),
        "about": .string(field.about),
      ]
    }
    return described
  }
}
