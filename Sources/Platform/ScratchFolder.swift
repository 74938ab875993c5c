internal import Glibc

/// A folder of this process for files that need not outlive it. What dead processes left behind is removed.
struct ScratchFolder: Sendable {
  let path: String

  init(in folder: DataFolder) throws(FileError) {
    let parent = folder.path + "/scratch"
    path = "\(parent)/\(getpid())"
    if mkdir(parent, 0o700) != 0, errno != EEXIST { throw FileError("make the folder", parent) }
    for name in Self.entries(of: parent) {
      guard let process = pid_t(name), process != getpid(), kill(process, 0) != 0, errno == ESRCH else {
        continue
      }
      Self.removeTree(parent + "/" + name)
    }
    Self.removeTree(path)
    if mkdir(path, 0o700) != 0 { throw FileError("make the folder", path) }
  }

  func remove() { Self.removeTree(path) }

  private static func removeTree(_ path: String) {
    for name in entries(of: path) {
      let entry = path + "/" + name
      if unlink(entry) != 0 { removeTree(entry) }
    }
    rmdir(path)
  }

  private static func entries(of path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
