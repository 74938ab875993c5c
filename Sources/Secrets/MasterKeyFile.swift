/// The file with the master keys, one a line, which only its owner may read.
struct MasterKeyFile {
  let path: String

  /// The keys in the file. If there is none, it is made with a new key.
  func keys() throws(SecretsError) -> [String] {
    if let keys = try read() { return keys }
    try SecretFile.make(path, with: Fernet.makeKey() + "\n")
    guard let keys = try read() else { throw SecretsError("\(path) vanished while it was read.") }
    return keys
  }

  /// Nil if there is no file.
  private func read() throws(SecretsError) -> [String]? {
    try SecretFile.read(path)?.split(whereSeparator: \.isNewline).map(String.init)
  }
}
