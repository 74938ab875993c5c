internal import Glibc

/// The file with the master keys, one a line, which only its owner may read.
struct MasterKeyFile {
  let path: String

  /// The keys in the file. If there is none, it is made with a new key.
  func keys() throws(SecretsError) -> [String] {
    if let keys = try read() { return keys }
    try make()
    guard let keys = try read() else { throw SecretsError("\(path) vanished while it was read.") }
    return keys
  }

  /// Nil if there is no file.
  private func read() throws(SecretsError) -> [String]? {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("open")
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure("examine") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw SecretsError("\(path) is not a regular file.") }
    guard status.st_mode & 0o077 == 0 else {
      throw SecretsError("\(path) can be read by other users. Say: chmod 600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(file, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw failure("read") }
      if got == 0 { break }
      count += got
    }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).map(String.init)
  }

  /// Writes a new key beside the file and links it in whole: whoever is second finds the first one's file.
  private func make() throws(SecretsError) {
    let draft = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))"
    let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure("create") }
    defer { unlink(draft) }
    let line = Array((Fernet.makeKey() + "\n").utf8)
    let written = write(file, line, line.count)
    let isSafe = written == line.count && fsync(file) == 0
    close(file)
    guard isSafe else { throw failure("write") }
    guard link(draft, path) == 0 || errno == EEXIST else { throw failure("create") }
    syncFolder()
  }

  /// A key that power loss takes away would take all sealed secrets with it.
  private func syncFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private func failure(_ verb: String) -> SecretsError {
    SecretsError("Cannot \(verb) \(path): \(String(cString: strerror(errno))).")
  }
}
