internal import Glibc
public import Identity
public import Secrets

/// The folder that holds everything a server keeps.
public struct DataFolder: Sendable {
  public let path: String

  /// The folder at `path`; a leading `~/` is the home folder.
  public init(_ path: String) {
    let home = getenv("HOME").map { String(cString: $0) } ?? "."
    self.path = path.hasPrefix("~/") ? home + path.dropFirst() : path
  }

  /// Where it is when nobody says otherwise.
  public static var standardPath: String {
    if let data = getenv("XDG_DATA_HOME"), data.pointee != 0 { return String(cString: data) + "/mneme" }
    return "~/.local/share/mneme"
  }

  /// The relational store.
  public var database: String { path + "/mneme.db" }
  /// The key of the owner, as `found` made it.
  public var ownerKey: String { path + "/owner.key" }

  /// The keys of model providers, which the configuration names. Whoever needs one opens it by its name.
  public var secrets: SecretStore { SecretStore(folder: path) }

  /// Makes the folder, for its owner's eyes only, unless it is there.
  public func create() throws(FileError) {
    var built = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: true) {
      built += (built.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
      if mkdir(built, 0o700) != 0, errno != EEXIST { throw FileError("make the folder", built) }
    }
    if access(path, W_OK) != 0 { throw FileError("write to the folder", path) }
  }

  /// The owner's key; nil when there is none.
  public func readOwnerKey() -> String? {
    guard let bytes = try? readFile(ownerKey) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init)
  }

  /// Where a key waits until the store has accepted it.
  ///
  /// It is written before the store is founded and renamed after, so that there is no moment at which a crash leaves a
  /// store whose only key nobody knows.
  private var pendingKeys: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix("owner.key.") { names.append(path + "/" + name) }
    }
    return names.sorted()
  }

  /// Puts a key aside before the store is founded with it. Returns the name of the file.
  func setAside(_ secret: KeySecret) throws(FileError) -> String {
    let pending = "\(ownerKey).\(getpid())"
    try writeFile(pending, Array((secret.text + "\n").utf8), mode: 0o600)
    return pending
  }

  /// Makes the key that was set aside in `pending` the owner's.
  func accept(_ pending: String) throws(FileError) {
    if rename(pending, ownerKey) != 0 { throw FileError("rename", pending) }
    syncFolder()
  }

  /// Removes a key that was set aside in vain.
  func discard(_ pending: String) { unlink(pending) }

  /// Replaces the owner's key.
  public func replaceOwnerKey(with secret: KeySecret) throws(FileError) {
    try accept(try setAside(secret))
  }

  /// After a crash between founding and renaming: the key that was set aside and that `isKnown` recognises.
  func recoverKey(where isKnown: (String) async -> Bool) async {
    for pending in pendingKeys {
      guard let bytes = try? readFile(pending) else { continue }
      let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
      if await isKnown(text) { try? accept(pending) }
    }
  }

  private func syncFolder() {
    let descriptor = open(path, O_RDONLY)
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
  }
}

/// A file that could not be used, and why.
public struct FileError: Error, CustomStringConvertible {
  public let description: String

  init(_ action: String, _ path: String) {
    description = "Cannot \(action) \(path): \(String(cString: strerror(errno)))."
  }
}

/// All bytes of a file.
public func readFile(_ path: String) throws(FileError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError("read", path) }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileError("read", path) }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
  }
}

/// Writes a new file, durably, readable as `mode` says. An old one of that name is replaced.
public func writeFile(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(FileError) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
  guard descriptor >= 0 else { throw FileError("write", path) }
  defer { close(descriptor) }
  var offset = 0
  while offset < bytes.count {
    let count = bytes[offset...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileError("write", path) }
    offset += count
  }
  if fsync(descriptor) != 0 { throw FileError("write", path) }
}
