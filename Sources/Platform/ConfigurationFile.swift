internal import JSON
internal import LuaRuntime

/// The configuration file: Lua, evaluated in the sandbox, that returns a table of settings.
///
/// ```lua
/// return { port = 7000, data = env("HOME") .. "/memories" }
/// ```
///
/// `env(NAME)` reads the environment and is all that the script may ask for.
enum ConfigurationFile {
  static func read(_ path: String, environment: [String: String]) throws(ConfigurationError) -> JSONObject {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try readFile(path) } catch {
      throw ConfigurationError(description: error.description)
    }
    let env = HostFunction("env") { (call) throws(HostError) in
      guard case .string(let name)? = call.arguments.first else {
        throw HostError("env takes the name of a variable")
      }
      return environment[name].map { .string($0) } ?? .null
    }
    let values: [JSONValue]
    do throws(LuaError) {
      let program = LuaProgram(name: path, source: String(decoding: bytes, as: UTF8.self))
      values = try LuaSandbox(program, functions: [env]).evaluate().values
    } catch { throw ConfigurationError(description: "\(path): \(error)") }
    guard case .object(let settings)? = values.first else {
      throw ConfigurationError(description: "\(path): return a table of settings, such as { port = 7000 }")
    }
    return settings
  }
}
