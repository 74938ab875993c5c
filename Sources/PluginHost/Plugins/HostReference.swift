internal import Model

/// What the declarations of the host say, for editors and for people.
public enum HostReference {
  /// `plugins/types/mneme.lua`: annotations for language servers (LuaCATS).
  public static var luaTypes: String {
    var text = """
      ---@meta mneme
      -- What plugins can call, for editors. Written by a test from the declarations in Sources/PluginHost/Plugins/HostAPI;
      -- see docs/plugin-api.md.
      error("this file is for editors, not for running")

      """
    for table in HostAPI.tables {
      text += "\n---\(table.about)\n---@class \(table.name)\n"
      for field in table.fields {
        text += "---@field \(field.name)\(field.isOptional ? "?" : "") \(field.type) \(field.about)\n"
      }
    }
    text += "\n---What main.lua returns: a function for each hook of the manifest.\n---@class Plugin\n"
    for hook in HookTables.hooks {
      let subject = hook.parameter.map { "\($0): \(hook.type ?? "any"), " } ?? ""
      let result = hook.result.map { ": \($0)" } ?? ""
      text += "---@field \(hook.hook)? fun(\(subject)event: Event)\(result) \(hook.about)\n"
    }
    for space in namespaces { text += "\n\(space) = {}" }
    text += "\n"
    for function in HostAPI.functions {
      text += "\n---\(function.about)\n"
      text += "---Capability: \(capability(of: function)). Hooks: \(hooks(of: function)).\n"
      for parameter in function.parameters {
        text +=
          "---@param \(parameter.name)\(parameter.isOptional ? "?" : "") \(parameter.type) \(parameter.about)\n"
      }
      if let result = function.result { text += "---@return \(result)\n" }
      text += "function \(function.name)(\(function.parameters.map(\.name).joined(separator: ", "))) end\n"
    }
    return text
  }

  /// `docs/plugin-api.md`.
  public static var page: String {
    var text = """
      # What plugins can call

      Written by a test from the declarations in `Sources/PluginHost/Plugins/HostAPI`. [plugins.md](plugins.md) is the
      tutorial.

      ## Hooks

      `main.lua` returns a table with a function for each hook that the manifest lists.

      | hook | is given | may return | when |
      |---|---|---|---|

      """
    for hook in HookTables.hooks {
      let subject = hook.parameter.map { "`\($0)` (\(hook.type ?? "any")), " } ?? ""
      text += "| `\(hook.hook)` | \(subject)`event` (Event) | \(hook.result ?? "nothing") | \(hook.about) |\n"
    }
    text += "\n## Functions\n\n"
    text += "Any of them raises an error when it cannot do what it should; `pcall` catches it.\n"
    for function in HostAPI.functions {
      let names = function.parameters.map { $0.isOptional ? "\($0.name)?" : $0.name }.joined(separator: ", ")
      text += "\n### \(function.name)(\(names))\n\n\(function.about)\n\n"
      for parameter in function.parameters {
        let optional = parameter.isOptional ? ", may be left out" : ""
        text += "- `\(parameter.name)` (\(parameter.type)\(optional)): \(parameter.about)\n"
      }
      if let result = function.result { text += "- returns \(result)\n" }
      text += "- capability: \(capability(of: function)); hooks: \(hooks(of: function))\n"
    }
    text += "\n## Tables\n"
    for table in HostAPI.tables {
      text += "\n### \(table.name)\n\n\(table.about)\n\n| field | type | |\n|---|---|---|\n"
      for field in table.fields {
        text +=
          "| `\(field.name)` | \(field.type)\(field.isOptional ? ", may be missing" : "") | \(field.about) |\n"
      }
    }
    return text
  }

  private static func capability(of function: HostDeclaration) -> String {
    guard let capability = function.capability else { return "none" }
    return capability == .httpFetch(host: nil) ? "`http.fetch:HOST`" : "`\(capability)`"
  }

  private static func hooks(of function: HostDeclaration) -> String {
    function.hooks.count == PluginHook.allCases.count
      ? "all"
      : PluginHook.allCases.filter(function.hooks.contains).map(\.rawValue).joined(separator: ", ")
  }

  /// `mneme`, `mneme.memory`, and so on.
  private static var namespaces: [String] {
    var spaces: [String] = []
    for function in HostAPI.functions {
      let parts = function.name.split(separator: ".").dropLast()
      for count in 1...max(1, parts.count) {
        let space = parts.prefix(count).joined(separator: ".")
        if !spaces.contains(space) { spaces.append(space) }
      }
    }
    return spaces
  }
}
