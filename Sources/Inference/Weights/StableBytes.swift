import Glibc

/// Bytes that neither change nor move as long as this object lives: a file mapped into memory, or a copy.
///
/// A mapped file's pages are read when they are touched, shared between processes, and dropped by the system at will, so a model costs
/// no start-up time and little private memory.
package final class StableBytes: @unchecked Sendable {
  // Sendable: the bytes are never written after `init`, neither here nor through the mapping, which is read-only.
  package let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// A copy of `contents`.
  package init(copying contents: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: contents.count, alignment: 64)
    copy.copyBytes(from: contents)
    bytes = UnsafeRawBufferPointer(copy)
    isMapped = false
  }

  /// Maps the whole file at `path`.
  package init(path: String) throws(ModelError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw errno == ENOENT ? .missing(path: path) : .inaccessible(path: path, reason: lastSystemError())
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .inaccessible(path: path, reason: lastSystemError()) }
    guard status.st_size > 0 else { throw .damaged(path: path, reason: "empty") }
    let length = Int(status.st_size)
    guard let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, file, 0), start != MAP_FAILED else {
      throw .inaccessible(path: path, reason: lastSystemError())
    }
    bytes = UnsafeRawBufferPointer(start: start, count: length)
    isMapped = true
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
  }
}

/// The text of the last failed system call on this thread.
package func lastSystemError() -> String { String(cString: strerror(errno)) }
