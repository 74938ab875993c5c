import Glibc

/// The folder of an index on disk: files that appear whole or not at all.
struct IndexFolder {
  let path: String

  static let manifest = "manifest.kwm"
  private static let segmentSuffix = ".kws"

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Whether the folder has a file of that name.
  func has(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

  /// Makes the folder, if it is not there.
  func create() throws(KeywordIndexError) {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw Self.failure("mkdir \(path)") }
  }

  /// The bytes of a file; nil if there is none.
  func read(_ name: String) throws(KeywordIndexError) -> [UInt8]? {
    let descriptor = open(file(name), O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      if errno == ENOENT { return nil }
      throw Self.failure("open \(name)")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure("fstat \(name)") }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      if got < 0, errno == EINTR { continue }
      if got < 0 { throw Self.failure("read \(name)") }
      if got == 0 { break }
      count += got
    }
    return Array(bytes[..<count])
  }

  /// Maps a segment.
  func segment(_ name: String) throws(KeywordIndexError) -> Segment {
    let descriptor = open(file(name), O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      if errno == ENOENT { throw .damaged(file: name, reason: "it is gone") }
      throw Self.failure("open \(name)")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure("fstat \(name)") }
    guard status.st_size >= SegmentLayout.headerSize else {
      throw .damaged(file: name, reason: "it is too short")
    }
    return try Segment(SegmentMemory(mapping: descriptor, count: Int(status.st_size)), name: name)
  }

  /// Writes a file so that it is there completely, and on the disk, or not at all.
  func write(_ bytes: UnsafeRawBufferPointer, as name: String) throws(KeywordIndexError) {
    let temporary = file(name + ".part")
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure("open \(temporary)") }
    do throws(KeywordIndexError) {
      var rest = bytes
      while let start = rest.baseAddress, !rest.isEmpty {
        let written = Glibc.write(descriptor, start, min(rest.count, 1 << 24))
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw Self.failure("write \(temporary)") }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
      guard fsync(descriptor) == 0 else { throw Self.failure("fsync \(temporary)") }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    // A failing close after fsync loses nothing.
    close(descriptor)
    guard rename(temporary, file(name)) == 0 else {
      let failure = Self.failure("rename \(temporary)")
      unlink(temporary)
      throw failure
    }
  }

  /// Makes the names of files as durable as their contents.
  func synchronize() throws(KeywordIndexError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure("open \(path)") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Self.failure("fsync \(path)") }
  }

  /// A name for a new segment that no file in the folder has.
  static func segmentName(_ id: UInt64) -> String {
    let hex = String(id, radix: 16)
    return String(repeating: "0", count: 16 - hex.count) + hex + segmentSuffix
  }

  /// Removes segments that no manifest names, and what a crash left half written. A mapped file lives on until it is
  /// let go. What cannot be removed stays, and is tried again the next time.
  func removeOthers(than kept: Set<String>) {
    guard let folder = opendir(path) else { return }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      names.append(name)
    }
    for name in names where name.hasSuffix(Self.segmentSuffix) || name.hasSuffix(".part") {
      if !kept.contains(name) { unlink(file(name)) }
    }
  }

  static func failure(_ what: String) -> KeywordIndexError {
    .system("\(what): \(String(cString: strerror(errno)))")
  }
}
