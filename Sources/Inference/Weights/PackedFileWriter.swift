import Glibc

/// Writes a ``PackedFile`` beside its final path, and moves it there when it is whole and on disk: a reader never sees
/// half a file, and one that has the old file mapped keeps it.
package struct PackedFileWriter: ~Copyable {
  private let path: String
  private let kind: PackedFile.Kind
  private let source: [UInt8]
  private var entries: [PackedFile.Entry] = []
  private var end = PackedFile.page
  private let file: Int32
  private let temporaryPath: String

  /// Starts a file for `path`. `source` is the SHA-256 of the weights it is made from.
  package init(path: String, kind: PackedFile.Kind, source: [UInt8]) throws(ModelError) {
    precondition(source.count == 32, "a SHA-256 has 32 bytes")
    self.path = path
    self.kind = kind
    self.source = source
    temporaryPath = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).new"
    file = open(temporaryPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .inaccessible(path: temporaryPath, reason: lastSystemError()) }
  }

  deinit {
    close(file)
    unlink(temporaryPath)  // Gone already, if it was finished.
  }

  /// Adds a section. Each kind at most once.
  package mutating func add(_ section: PackedFile.Section, _ bytes: UnsafeRawBufferPointer) throws(ModelError)
  {
    precondition(entries.count < PackedFile.maximumSections, "the header has no room for another section")
    try write(bytes, at: end)
    entries.append(
      PackedFile.Entry(
        section: section.rawValue, bytes: end..<end + bytes.count, digest: SHA256.digest(of: bytes)))
    end = (end + bytes.count + PackedFile.page - 1) / PackedFile.page * PackedFile.page
  }

  /// Adds a section of numbers.
  package mutating func add<Number: BitwiseCopyable>(
    _ section: PackedFile.Section, _ numbers: [Number]
  ) throws(ModelError) {
    // A typed error cannot pass through `withUnsafeBytes`; it is carried around it.
    let result: Result<Void, ModelError> = numbers.withUnsafeBytes { bytes in
      do throws(ModelError) { return .success(try add(section, bytes)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Completes the file and gives it its name.
  package consuming func finish() throws(ModelError) {
    var header = [UInt8](repeating: 0, count: PackedFile.page)
    func put(_ value: some FixedWidthInteger, at offset: Int) {
      withUnsafeBytes(of: value.littleEndian) { header.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
    header.replaceSubrange(0..<8, with: PackedFile.magic)
    put(PackedFile.version, at: 8)
    put(kind.rawValue, at: 12)
    put(UInt32(entries.count), at: 16)
    put(UInt64(end), at: 24)
    header.replaceSubrange(32..<64, with: source)
    for (index, entry) in entries.enumerated() {
      let at = 128 + index * 64
      put(entry.section, at: at)
      put(UInt64(entry.bytes.lowerBound), at: at + 8)
      put(UInt64(entry.bytes.count), at: at + 16)
      header.replaceSubrange(at + 32..<at + 64, with: entry.digest)
    }
    let digest = header[..<(PackedFile.page - 32)].withUnsafeBytes { SHA256.digest(of: $0) }
    header.replaceSubrange(PackedFile.page - 32..<PackedFile.page, with: digest)
    let result: Result<Void, ModelError> = header.withUnsafeBytes { bytes in
      do throws(ModelError) { return .success(try write(bytes, at: 0)) } catch { return .failure(error) }
    }
    try result.get()
    guard ftruncate(file, end) == 0, fsync(file) == 0, rename(temporaryPath, path) == 0 else {
      throw .inaccessible(path: path, reason: lastSystemError())
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ModelError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = pwrite(file, rest.baseAddress, rest.count, offset + written)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .inaccessible(path: temporaryPath, reason: lastSystemError()) }
      written += count
    }
  }
}
