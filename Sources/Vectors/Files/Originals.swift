import Glibc

/// The vectors as they were given, and whose they are: two files that only grow, by slot.
///
/// They stay on disk and are read through mappings, so that the pages in memory are those in use and the system may take
/// them back. A slot is written once. Compaction starts a new generation of files.
final class Originals: Sendable {
  let generation: UInt64
  private let ids: DiskFile
  private let floats: DiskFile
  private let floatWidth: Int

  /// The files of `generation`, as long as `slots` slots: what lies behind was written after the last snapshot, and
  /// is forgotten.
  init(
    in folder: Folder, generation: UInt64, slots: Int, dimension: Int, create: Bool
  ) throws(VectorIndexError) {
    let flags = create ? O_RDWR | O_CREAT | O_TRUNC : O_RDWR
    self.generation = generation
    ids = try DiskFile(opening: folder.file(FileName.ids(generation)), flags)
    floats = try DiskFile(opening: folder.file(FileName.floats(generation)), flags)
    floatWidth = 4 * dimension
    guard try ids.size() >= 16 * slots, try floats.size() >= floatWidth * slots else {
      throw .damaged("the original vectors are cut short")
    }
    try grow(to: slots)
  }

  /// Makes the files exactly as long as `slots` slots, for those that are passed over.
  func grow(to slots: Int) throws(VectorIndexError) {
    try ids.resize(to: 16 * slots)
    try floats.resize(to: floatWidth * slots)
  }

  /// Writes vectors and their ids from `slot` on.
  func write(
    _ vectors: UnsafeRawBufferPointer, of owners: UnsafeRawBufferPointer, at slot: Int
  ) throws(VectorIndexError) {
    try floats.write(vectors, at: floatWidth * slot)
    try ids.write(owners, at: 16 * slot)
  }

  func sync() throws(VectorIndexError) {
    try floats.sync()
    try ids.sync()
  }

  /// A view of the files that stays good until they hold `capacity` slots.
  func map(capacity: Int) throws(VectorIndexError) -> MappedOriginals {
    MappedOriginals(
      ids: try ids.map(16 * capacity), floats: try floats.map(floatWidth * capacity), capacity: capacity,
      dimension: floatWidth / 4)
  }
}

/// The originals as memory. Only slots that have been written may be read.
struct MappedOriginals: Sendable {
  private let ids: Mapping
  private let floats: Mapping
  let capacity: Int
  let dimension: Int

  init(ids: Mapping, floats: Mapping, capacity: Int, dimension: Int) {
    self.ids = ids
    self.floats = floats
    self.capacity = capacity
    self.dimension = dimension
  }

  /// High and low words in turn.
  var idWords: UnsafePointer<UInt64>? { ids.bytes.baseAddress?.assumingMemoryBound(to: UInt64.self) }

  func id(at slot: Int) -> VectorID {
    let words = ids.bytes
    return VectorID(
      high: words.load(fromByteOffset: 16 * slot, as: UInt64.self),
      low: words.load(fromByteOffset: 16 * slot + 8, as: UInt64.self))
  }

  func vector(at slot: Int) -> UnsafePointer<Float> {
    let bytes = UnsafeRawBufferPointer(rebasing: floats.bytes[(4 * dimension * slot)...])
    guard let start = bytes.baseAddress else { preconditionFailure("a mapping is not empty") }
    return start.assumingMemoryBound(to: Float.self)
  }

  func idBytes(_ slots: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: ids.bytes[(16 * slots.lowerBound)..<(16 * slots.upperBound)])
  }

  func floatBytes(_ slots: Range<Int>) -> UnsafeRawBufferPointer {
    let width = 4 * dimension
    return UnsafeRawBufferPointer(
      rebasing: floats.bytes[(width * slots.lowerBound)..<(width * slots.upperBound)])
  }
}
