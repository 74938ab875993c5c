import Engine
import Identity
import JSON
import Model
import Platform
import Storage
import StorageSQLite

/// Opens the store that the flags name, hands it to `body`, and closes it.
func withDeployment<Value>(_ flags: Flags, _ body: (Deployment) async throws -> Value) async throws -> Value {
  var configuration = try flags.configuration().configuration
  configuration.readers = 1
  let deployment = try await Deployment.open(configuration)
  do {
    let value = try await body(deployment)
    await deployment.close()
    return value
  } catch {
    await deployment.close()
    throw error
  }
}

extension Command {
  static let doctor = Command(
    name: "doctor", about: "Look for damage, and say what to do about it.",
    usage:
      "  mneme doctor [--repair] [--data DIR]\n\nWith --repair it first removes what can only be noise: links to memories that are not there.",
    run: { arguments in
      let flags = try Flags(arguments, switches: ["repair"], known: Flags.settings.union(["repair"]))
      return try await withDeployment(flags) { deployment in
        if flags.isSet("repair") {
          let removed = try await deployment.store.removeStrayEdges()
          Console.write("ok   removed \(removed) links to memories that are not there\n")
        }
        let findings = try await Doctor.examine(deployment)
        for finding in findings { Console.write("\(finding.isGood ? "ok  " : "BAD ") \(finding.text)\n") }
        return findings.allSatisfy(\.isGood) ? 0 : 1
      }
    })

  static let backup = Command(
    name: "backup", about: "Copy the store to a file, while it is in use.",
    usage:
      "  mneme backup FILE [--data DIR]\n\nThe copy is consistent and verified. An existing file is never overwritten.",
    run: { arguments in
      let flags = try Flags(arguments, known: Flags.settings)
      guard let file = flags.words.first, flags.words.count == 1 else {
        throw UsageError("Say where to: mneme backup FILE")
      }
      return try await withDeployment(flags) { deployment in
        try await deployment.store.backup(to: file)
        Console.write("Backed up to \(file).\n")
        return 0
      }
    })

  static let restore = Command(
    name: "restore", about: "Put a backup in the place of the store.",
    usage: """
        mneme restore FILE [--data DIR]

      The server must be stopped. The backup is verified first, and the old store is kept beside the new one.
      """,
    run: { arguments in
      let flags = try Flags(arguments, known: Flags.settings)
      guard let file = flags.words.first, flags.words.count == 1 else {
        throw UsageError("Say what: mneme restore FILE")
      }
      let folder = DataFolder(try flags.configuration().configuration.data)
      try folder.create()
      let old = try await SQLiteStore.restore(backup: file, to: folder.database)
      Console.write("Restored \(folder.database).\(old.map { " The old store is \($0)." } ?? "")\n")
      return 0
    })

  static let ownerKey = Command(
    name: "owner-key", about: "Print the owner's key, or replace a lost one.",
    usage:
      "  mneme owner-key [--renew] [--data DIR]\n\nWith --renew a new key is made and written to owner.key; the old one stays valid until it is revoked.",
    run: { arguments in
      let flags = try Flags(arguments, switches: ["renew"], known: Flags.settings.union(["renew"]))
      return try await withDeployment(flags) { deployment in
        if flags.isSet("renew") {
          try deployment.folder.replaceOwnerKey(with: try await deployment.engine.renewOwnerKey())
        }
        guard let key = deployment.folder.readOwnerKey() else {
          throw UsageError(
            "There is no \(deployment.folder.ownerKey). `mneme owner-key --renew` makes a new key.")
        }
        Console.write(key + "\n")
        return 0
      }
    })

  static let workspace = Command(
    name: "workspace", about: "List and add workspaces and their members.",
    usage: """
        mneme workspace list
        mneme workspace create NAME [--owner NAME]
        mneme workspace add-member WORKSPACE NAME [--role viewer|member|admin|owner]

      Keys are printed once. These commands work on the data folder itself, so they need no key.
      """,
    run: { arguments in
      let flags = try Flags(arguments, known: Flags.settings.union(["owner", "role"]))
      return try await withDeployment(flags) { deployment in
        switch (flags.words.first, flags.words.count) {
        case ("list", 1):
          for workspace in try await deployment.engine.allWorkspaces() {
            Console.write("\(workspace.id)  \(workspace.name)\n")
          }
        case ("create", 2):
          let made = try await deployment.engine.foundWorkspace(
            named: flags.words[1], owner: flags["owner"] ?? "owner")
          Console.write("workspace \(made.workspace.id)\nkey       \(made.secret.text)\n")
        case ("add-member", 3):
          guard let id = WorkspaceID(flags.words[1]) else {
            throw UsageError("“\(flags.words[1])” is no workspace id; `mneme workspace list` shows them.")
          }
          guard let role = Role(rawValue: flags["role"] ?? "member") else {
            throw UsageError("--role is one of viewer, member, admin, owner.")
          }
          let made = try await deployment.engine.addMember(named: flags.words[2], to: id, as: role)
          Console.write("user  \(made.user.id)\nkey   \(made.secret.text)\n")
        default: throw UsageError("Say list, create NAME, or add-member WORKSPACE NAME.")
        }
        return 0
      }
    })

  static let config = Command(
    name: "config", about: "Check or show the configuration.",
    usage: """
        mneme config check [--config FILE]     whether it can be used, and all that is wrong with it
        mneme config show [--json]             every setting, its value, and where it is from

      A configuration file is Lua and returns a table:   return { port = 7000, data = env("HOME") .. "/mneme" }
      """,
    run: { arguments in
      let flags = try Flags(arguments, switches: ["json"], known: Flags.settings.union(["json"]))
      let effective = try flags.configuration()
      switch flags.words {
      case ["check"]: Console.write("The configuration is good.\n")
      case ["show"]:
        if flags.isSet("json") || !Console.isTerminal {
          Console.write(JSONValue.object(effective.described).prettyText + "\n")
        } else {
          for (name, entry) in effective.described {
            let value = entry["value"] ?? .null
            Console.write("\(name) = \(value.text)   -- \(entry["from"]?.stringValue ?? "")\n")
          }
        }
      default: throw UsageError("Say check or show.")
      }
      return 0
    })
}
