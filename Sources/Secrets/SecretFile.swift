internal import Glibc

/// Small files that only their owner may read.
enum SecretFile {
  /// What the file holds; nil if there is none. One that others can read is refused.
  static func read(_ path: String) throws(SecretsError) -> String? {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("open", path)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure("examine", path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw SecretsError("\(path) is not a regular file.") }
    guard status.st_mode & 0o077 == 0 else {
      throw SecretsError("\(path) can be read by other users. Say: chmod 600 \(path)")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let got = Glibc.read(file, &chunk, chunk.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw failure("read", path) }
      if got == 0 { break }
      bytes += chunk[..<got]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Puts a new file in the place of the old one, whole or not at all.
  static func replace(_ path: String, with text: String) throws(SecretsError) {
    let draft = try write(text, beside: path)
    guard rename(draft, path) == 0 else {
      unlink(draft)
      throw failure("replace", path)
    }
    syncFolder(of: path)
  }

  /// Writes a new file, unless there is one: whoever is second finds the first one's.
  static func make(_ path: String, with text: String) throws(SecretsError) {
    let draft = try write(text, beside: path)
    defer { unlink(draft) }
    guard link(draft, path) == 0 || errno == EEXIST else { throw failure("create", path) }
    syncFolder(of: path)
  }

  private static func write(_ text: String, beside path: String) throws(SecretsError) -> String {
    let draft = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))"
    let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure("create", draft) }
    let bytes = Array(text.utf8)
    let isSafe = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    close(file)
    guard isSafe else {
      unlink(draft)
      throw failure("write", draft)
    }
    return draft
  }

  /// A key that power loss takes away would take all sealed secrets with it.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ verb: String, _ path: String) -> SecretsError {
    SecretsError("Cannot \(verb) \(path): \(String(cString: strerror(errno))).")
  }
}
