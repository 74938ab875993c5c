internal import Engine
internal import Glibc
internal import Identity
internal import JSON
internal import LuaRuntime
internal import Model

/// Keeps the plugins of the first workspace as they are in a folder: one in each folder of it.
///
/// A new or changed one is installed with all that it asks for and the settings of its `config.lua`, if it has one; one
/// whose folder is gone is removed. What cannot be installed is logged, and the version before it stays.
struct PluginFolderWatch: Sendable {
  let path: String
  let engine: MemoryEngine
  let log: Log

  /// Looks again and again, until the task is cancelled.
  func run(every period: Duration = .seconds(1)) async {
    var seen: [String: String] = [:]
    while !Task.isCancelled {
      seen = await look(after: seen)
      try? await Task.sleep(for: period)
    }
  }

  /// Installs what differs from what was seen, by folder. Returns what there is now.
  private func look(after seen: [String: String]) async -> [String: String] {
    guard let owner = try? await engine.ownerOfFirstWorkspace() else { return seen }
    var now: [String: String] = [:]
    for folder in folders() {
      guard let package = package(in: folder) else { continue }
      let settings = (try? readFile("\(path)/\(folder)/config.lua")).map {
        String(decoding: $0, as: UTF8.self)
      }
      let content = package.hash + (settings ?? "")
      now[folder] = content
      if seen[folder] != content { await install(package, settings, from: folder, as: owner) }
    }
    if Set(now.keys) != Set(seen.keys) || seen.isEmpty { await removeOthers(as: owner) }
    return now
  }

  private func install(
    _ package: PluginPackage, _ settings: String?, from folder: String, as owner: Caller
  ) async {
    do throws(EngineError) {
      let manifest = try await engine.examine(package)
      let known = try await engine.plugins(as: owner).first { $0.name == manifest.name }
      if let known, !known.isFromFolder {
        throw EngineError.conflict(
          "A plugin of that name was installed by hand; remove it, and the one in the folder takes its place."
        )
      }
      var setup = PluginSetup()
      setup.granted = manifest.capabilities
      setup.config = try settings.map { (text) throws(EngineError) in try read(text) }
      let plugin = try await engine.installPlugin(package, setup, fromFolder: true, as: owner)
      log.write(.info, "plugin installed", ["plugin": .string(plugin.name), "hash": .string(plugin.hash)])
    } catch {
      log.write(.error, "plugin not installed", ["folder": .string(folder), "cause": .string(error.message)])
    }
  }

  private func read(_ settings: String) throws(EngineError) -> JSONObject {
    let value: JSONValue?
    do throws(LuaError) {
      value = try LuaSandbox(LuaProgram(name: "config.lua", source: settings)).evaluate().values.first
    } catch { throw .invalid("config", "\(error)", allowed: "a script that returns a table of settings") }
    switch value {
    case .object(let members)?: return members
    case .array(let elements)? where elements.isEmpty: return [:]
    default:
      throw .invalid("config", "returns no table", allowed: "a script that returns a table of settings")
    }
  }

  private func removeOthers(as owner: Caller) async {
    var names: Set<String> = []
    for folder in folders() {
      // One that cannot be read for the moment is no reason to remove what it was before.
      guard let package = package(in: folder), let name = try? await engine.examine(package).name else {
        names.insert(folder)
        continue
      }
      names.insert(name)
    }
    for plugin in (try? await engine.plugins(as: owner)) ?? []
    where plugin.isFromFolder && !names.contains(plugin.name) {
      guard (try? await engine.removePlugin(plugin.name, as: owner)) != nil else { continue }
      log.write(.info, "plugin removed", ["plugin": .string(plugin.name)])
    }
  }

  private func package(in folder: String) -> PluginPackage? {
    guard let manifest = try? readFile("\(path)/\(folder)/manifest.lua"),
      let main = try? readFile("\(path)/\(folder)/main.lua")
    else { return nil }
    return PluginPackage(
      manifest: String(decoding: manifest, as: UTF8.self), main: String(decoding: main, as: UTF8.self))
  }

  private func folders() -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
