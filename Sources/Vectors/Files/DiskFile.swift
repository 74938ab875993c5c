import Glibc

/// An open file.
final class DiskFile: Sendable {
  let path: String
  private let descriptor: Int32

  init(opening path: String, _ flags: Int32) throws(VectorIndexError) {
    descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .lastSystemError("open \(path)") }
    self.path = path
  }

  deinit { close(descriptor) }

  func size() throws(VectorIndexError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .lastSystemError("look at \(path)") }
    return Int(status.st_size)
  }

  func resize(to bytes: Int) throws(VectorIndexError) {
    guard ftruncate(descriptor, bytes) == 0 else { throw .lastSystemError("resize \(path)") }
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(VectorIndexError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, offset + written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .lastSystemError("write \(path)") }
      written += count
    }
  }

  /// Returns when the contents are on disk.
  func sync() throws(VectorIndexError) {
    guard fsync(descriptor) == 0 else { throw .lastSystemError("sync \(path)") }
  }

  /// Maps the first `length` bytes for reading. The mapping may reach beyond the end of the file, to be read as the file
  /// grows; it outlives this object.
  func map(_ length: Int) throws(VectorIndexError) -> Mapping {
    let address = mmap(nil, max(length, 1), PROT_READ, MAP_SHARED, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw .lastSystemError("map \(path)") }
    return Mapping(UnsafeRawBufferPointer(start: address, count: max(length, 1)))
  }
}

/// A file's contents as memory, for as long as this lives.
final class Mapping: @unchecked Sendable {
  // Sendable: the memory is never written through it, and is unmapped when nobody holds it any more.
  let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

/// The folder of one index.
struct Folder: Sendable {
  let path: String

  /// Makes it unless it is there.
  func create() throws(VectorIndexError) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .lastSystemError("make \(path)") }
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func contains(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

  /// Removes files of this index that are none of `kept`. What cannot be removed is left for the next time.
  func removeAll(except kept: Set<String>) {
    guard let entries = opendir(path) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard FileName.isOurs(name), !kept.contains(name) else { continue }
      unlink(file(name))
    }
  }

  /// Gives a file its name for good: whoever opens the folder after a crash finds the old one or the new one.
  func rename(_ name: String, to final: String) throws(VectorIndexError) {
    guard Glibc.rename(file(name), file(final)) == 0 else { throw .lastSystemError("rename \(file(name))") }
    try DiskFile(opening: path, O_RDONLY | O_DIRECTORY).sync()
  }
}

/// What the files of an index are called.
enum FileName {
  static let snapshot = "vectors.snapshot"
  static let unfinished = "vectors.unfinished"
  static func ids(_ generation: UInt64) -> String { "vectors-\(generation).ids" }
  static func floats(_ generation: UInt64) -> String { "vectors-\(generation).floats" }
  static func isOurs(_ name: String) -> Bool { name.hasPrefix("vectors.") || name.hasPrefix("vectors-") }
}

extension VectorIndexError {
  static func lastSystemError(_ attempt: String) -> VectorIndexError { .system(attempt, code: errno) }
}
