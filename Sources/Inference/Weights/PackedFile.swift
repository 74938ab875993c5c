/// A file that is used as it lies: sections of numbers at page boundaries, behind one page of header.
///
/// The header (4,096 bytes, integers little-endian):
///
///     0    8  magic "MNEMEPAK"
///     8    4  version of the format; a reader accepts its own only
///    12    4  kind of contents
///    16    4  number of sections, at most 32
///    24    8  length of the file
///    32   32  SHA-256 of the original weights
///    128  64  per section: kind (4), zero (4), offset (8), length (8), zero (8), SHA-256 (32)
///    4064 32  SHA-256 of the 4,064 bytes before
///
/// Opening checks the header against its digest and the sections against the length of the file, which costs
/// microseconds; ``verify()`` reads everything.
package struct PackedFile: Sendable {
  package enum Kind: UInt32, Sendable {
    case miniLM = 1
    case staticTable = 2
  }

  package enum Section: UInt32, Sendable, CaseIterable {
    case vocabulary = 1
    case words = 2
    case parameters = 3
    case int8 = 4
    case half = 5
    case weights = 6
  }

  /// Counts up with every change of the layout, of what is in the sections, or of how it is computed.
  static let version: UInt32 = 1
  static let page = 4096
  static let magic = Array("MNEMEPAK".utf8)
  static let maximumSections = 32

  struct Entry {
    let section: UInt32
    let bytes: Range<Int>
    let digest: [UInt8]
  }

  package let path: String
  package let source: [UInt8]
  let file: StableBytes
  private let entries: [Entry]

  /// Maps the file at `path`, which must hold contents of this kind and version.
  package init(path: String, kind: Kind) throws(ModelError) {
    let file = try StableBytes(path: path)
    let bytes = file.bytes
    guard bytes.count >= Self.page, bytes.prefix(8).elementsEqual(Self.magic) else {
      throw .damaged(path: path, reason: "not a packed model")
    }
    func integer<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
    guard integer(8, UInt32.self) == Self.version else { throw .outdated(path: path) }
    let covered = UnsafeRawBufferPointer(rebasing: bytes[..<(Self.page - 32)])
    guard SHA256.digest(of: covered).elementsEqual(bytes[(Self.page - 32)..<Self.page]) else {
      throw .damaged(path: path, reason: "the header does not match its checksum")
    }
    guard integer(12, UInt32.self) == kind.rawValue else {
      throw .damaged(path: path, reason: "it holds another kind of model")
    }
    let count = Int(integer(16, UInt32.self))
    guard count <= Self.maximumSections, integer(24, UInt64.self) == UInt64(bytes.count) else {
      throw .damaged(path: path, reason: "it is not as long as its header says")
    }
    var entries: [Entry] = []
    for index in 0..<count {
      let at = 128 + index * 64
      let offset = integer(at + 8, UInt64.self)
      let length = integer(at + 16, UInt64.self)
      let end = offset.addingReportingOverflow(length)
      guard !end.overflow, end.partialValue <= UInt64(bytes.count), offset % UInt64(Self.page) == 0 else {
        throw .damaged(path: path, reason: "a section lies outside the file")
      }
      entries.append(
        Entry(
          section: integer(at, UInt32.self), bytes: Int(offset)..<Int(end.partialValue),
          digest: Array(bytes[(at + 32)..<(at + 64)])))
    }
    self.path = path
    self.file = file
    self.entries = entries
    source = Array(bytes[32..<64])
  }

  /// The bytes of a section; of exactly `count` bytes, if that is given. They live as long as `file`.
  func section(_ section: Section, count: Int? = nil) throws(ModelError) -> UnsafeRawBufferPointer {
    guard let entry = entries.first(where: { $0.section == section.rawValue }) else {
      throw .damaged(path: path, reason: "the section of \(section) is missing")
    }
    if let count, entry.bytes.count != count {
      throw .damaged(
        path: path, reason: "the section of \(section) has \(entry.bytes.count) bytes, not \(count)")
    }
    return UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
  }

  /// Reads every section and compares it with its checksum.
  package func verify() throws(ModelError) {
    for entry in entries {
      guard SHA256.digest(of: UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])) == entry.digest
      else {
        throw .damaged(path: path, reason: "section \(entry.section) does not match its checksum")
      }
    }
  }
}
