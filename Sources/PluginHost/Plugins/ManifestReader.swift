internal import Engine
internal import JSON
internal import LuaRuntime
internal import Model

/// Reads a plugin's two scripts as far as that needs no run of it.
enum ManifestReader {
  /// What the package says of itself. Throws `invalid` with all that is wrong with manifest and main script.
  static func read(_ package: PluginPackage) throws(EngineError) -> PluginManifest {
    let value: JSONValue
    do throws(LuaError) {
      let program = LuaProgram(name: "manifest.lua", source: package.manifest)
      value =
        try LuaSandbox(program, limits: limits).evaluate(budget: LuaBudget(steps: 200_000)).values.first
        ?? .null
    } catch {
      throw .invalid("manifest", "\(error)", allowed: "a script that returns a table")
    }
    let manifest: PluginManifest
    do throws(SchemaFaults) {
      manifest = try PluginManifest.schema.decode(value.withObjects(at: ["config"]))
    } catch {
      throw .invalid(
        error.faults.map { fault in
          let path = fault.path.isEmpty ? "manifest" : "manifest." + fault.path
          return SchemaFault(path: path, fault.message, allowed: fault.allowed)
        })
    }
    try checkHooks(of: package, manifest)
    return manifest
  }

  /// The main script returns a function for each hook of the manifest, and no other.
  private static func checkHooks(of package: PluginPackage, _ manifest: PluginManifest) throws(EngineError) {
    let functions: Set<String>
    do throws(LuaError) {
      let program = LuaProgram(name: "main.lua", source: package.main)
      let sandbox = try LuaSandbox(program, limits: limits, functions: HostAPI.silent)
      functions = Set(try sandbox.functionNames(budget: LuaBudget(steps: 1_000_000)))
    } catch {
      throw .invalid(
        "main", "\(error)", allowed: "a script that returns a table with a function for each hook")
    }
    var faults: [SchemaFault] = []
    let known = Set(PluginHook.allCases.map(\.rawValue))
    for hook in manifest.hooks where !functions.contains(hook.rawValue) {
      faults.append(
        SchemaFault(
          path: "main", "there is no function \(hook.rawValue), which the manifest lists under hooks",
          allowed: "a function for each hook of the manifest"))
    }
    for name in functions.sorted() {
      if !known.contains(name) {
        faults.append(
          SchemaFault(
            path: "main", "\(name) is no hook",
            allowed: known.sorted().joined(separator: ", ") + "; make functions of your own local"))
      } else if !manifest.hooks.contains(where: { $0.rawValue == name }) {
        faults.append(
          SchemaFault(
            path: "main", "\(name) would never be called", allowed: "functions whose hooks the manifest lists"
          ))
      }
    }
    if !faults.isEmpty { throw .invalid(faults) }
  }

  static let limits = LuaLimits(memoryBytes: 16 << 20)
}

extension JSONValue {
  /// In Lua, `{}` is both; where an object belongs, it is the empty object.
  var asObject: JSONValue {
    if case .array(let elements) = self, elements.isEmpty { return .object([:]) }
    return self
  }

  /// The same with objects at these members, and itself one.
  func withObjects(at names: [String]) -> JSONValue {
    guard case .object(var members) = asObject else { return self }
    for name in names { members[name] = members[name]?.asObject }
    return .object(members)
  }
}
