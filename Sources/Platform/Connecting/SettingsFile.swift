internal import Glibc
internal import JSON

/// The settings of another program, in which Mneme is entered and from which it is taken out again.
///
/// Before the first change the file is copied beside itself. A change touches Mneme's entry and nothing else, and is a
/// new file put in the old one's place, so that a crash leaves one or the other.
public struct SettingsFile: Sendable {
  public let program: ConnectedProgram
  public let name: String
  /// Where the settings really are: what a link points to is changed, and the link stays.
  public let path: String

  public var backup: String { path + ".mneme-backup" }

  /// Why the settings are left as they are.
  public struct Refusal: Error, CustomStringConvertible {
    public let description: String
  }

  public init(_ program: ConnectedProgram, named name: String, at path: String) {
    self.program = program
    self.name = name
    guard let resolved = realpath(path, nil) else {
      self.path = path
      return
    }
    defer { free(resolved) }
    self.path = String(cString: resolved)
  }

  /// Enters Mneme. Returns whether that changed anything.
  public func install(_ way: ConnectedProgram.Way) throws -> Bool {
    guard let entry = program.entry(way) else {
      throw Refusal(description: "\(program.title) has no setting for this.")
    }
    let old = try read()
    let changed = try edited(old ?? [], entry: entry)
    if changed == old { return false }
    if try self.entry(in: old ?? []) == nil || access(backup, F_OK) != 0 {
      // Nothing to go back to is written down as an empty file.
      try put(old ?? [], at: backup, likeFile: path)
    }
    try put(changed, at: path, likeFile: path)
    return true
  }

  /// Puts back what was there before Mneme was entered. What else was changed since then stays. Returns whether there was
  /// anything to undo.
  public func undo() throws -> Bool {
    guard let current = try read(), try entry(in: current) != nil else { return false }
    let before = try? readFile(backup)
    let former = try before.flatMap { try self.entry(in: $0) }
    let restored = try edited(current, entry: nil, text: former)
    if let before, try means(restored, theSameAs: before) {
      if before.isEmpty { unlink(path) } else { try put(before, at: path, likeFile: path) }
    } else {
      try put(restored, at: path, likeFile: path)
    }
    unlink(backup)
    return true
  }

  // MARK: - Text

  /// Mneme's entry as it is written in `bytes`.
  private func entry(in bytes: [UInt8]) throws -> String? {
    let place = program.path(of: name)
    if program == .codex {
      let tables = try tables(bytes)
      do { return try tables.table(at: place) } catch {
        throw unclear(error.description)
      }
    }
    return try commented(bytes).value(at: place)?.text
  }

  /// `bytes` with the entry, or with the entry as `text` has it, or without any.
  private func edited(_ bytes: [UInt8], entry: JSONObject?, text: String? = nil) throws -> [UInt8] {
    let place = program.path(of: name)
    if program == .codex {
      var tables = try tables(bytes)
      do {
        if let lines = entry.map({ ConnectedProgram.table($0, at: place) })
          ?? text.map({ $0.split(separator: "\n").map(String.init) })
        {
          try tables.set(lines, at: place)
        } else {
          try tables.remove(at: place)
        }
      } catch { throw unclear(error.description) }
      return Array(tables.text.utf8)
    }
    var settings = try commented(bytes)
    let value = try entry.map { JSONValue.object($0) } ?? text.map { try JSONValue(parsing: Array($0.utf8)) }
    guard let value else {
      settings.remove(at: place)
      if settings.value(at: [place[0]]) == [:],
        (try? readFile(backup)).map({ !contains($0, place[0]) }) ?? false
      {
        settings.remove(at: [place[0]])
      }
      return settings.bytes
    }
    if settings.value(at: place) == value { return bytes }
    do { try settings.set(value, at: place) } catch {
      throw unclear(error.description)
    }
    return settings.bytes
  }

  private func contains(_ bytes: [UInt8], _ key: String) -> Bool {
    (try? CommentedJSON(bytes))?.value(at: [key]) != nil
  }

  private func means(_ left: [UInt8], theSameAs right: [UInt8]) throws -> Bool {
    if program != .codex { return try commented(left).value == commented(right).value }
    func words(_ bytes: [UInt8]) -> [Substring] {
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
    }
    return words(left) == words(right)
  }

  private func commented(_ bytes: [UInt8]) throws -> CommentedJSON {
    do { return try CommentedJSON(bytes) } catch { throw unclear("it is not JSON: \(error)") }
  }

  private func tables(_ bytes: [UInt8]) throws -> TOMLTables {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw unclear("it is not UTF-8") }
    return TOMLTables(text)
  }

  private func unclear(_ reason: String) -> Refusal {
    Refusal(
      description:
        "\(path) was left as it is: \(reason). Without --write you are shown what to enter by hand.")
  }

  // MARK: - Files

  /// What is in the file; nil when there is none.
  private func read() throws(FileError) -> [UInt8]? {
    if access(path, F_OK) != 0, errno == ENOENT { return nil }
    return try readFile(path)
  }

  private func put(_ bytes: [UInt8], at target: String, likeFile model: String) throws {
    var folder = ""
    for part in target.split(separator: "/").dropLast() {
      folder += "/" + part
      mkdir(folder, 0o755)
    }
    var status = stat()
    // A new file may hold a key.
    let mode = stat(model, &status) == 0 ? status.st_mode & 0o777 : 0o600
    let draft = "\(target).\(getpid()).new"
    try writeFile(draft, bytes, mode: mode)
    chmod(draft, mode)
    if rename(draft, target) != 0 {
      let error = FileError("write", target)
      unlink(draft)
      throw error
    }
  }
}
