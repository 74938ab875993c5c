internal import LuaRuntime

/// Everything that the host offers to plugins.
enum HostAPI {
  static let functions: [HostDeclaration] =
    memory + graph + state + web + model + schedule + logging + computing

  static let tables: [HostTable] = [
    HookTables.event, HookTables.draft, HookTables.draftChanges, HookTables.request,
    HookTables.requestChanges, HookTables.answer, HookTables.found, memoryTable, memoryChanges, newMemory,
    recallOptions, edgeTable, webRequest, webAnswer, judgeOptions,
  ]

  static let bindings = functions.map(\.binding)

  /// The same names, for looking at a script without running a hook of it.
  static let silent = functions.map { function in
    HostFunction(function.name) { (_) throws(HostError) in
      throw HostError("\(function.name) can be called in hooks only, not while the script is read")
    }
  }
}
