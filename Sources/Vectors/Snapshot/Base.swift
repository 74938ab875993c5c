internal import CKernels
import Glibc

/// A snapshot, mapped: the bulk of the rows, which never change. What is deleted later is known elsewhere.
///
/// Opening reads the header and the small sections only; see ``verify()`` for the rest. Until then a damaged byte can
/// make an answer wrong, but nothing is read out of bounds: what is used as a place is checked where it is used.
final class Base: @unchecked Sendable {
  // Sendable: memory that is only read, and lives as long as this.
  let header: SnapshotHeader
  let bytes: UnsafePointer<UInt8>
  let scales: UnsafePointer<Float>
  let codes: UnsafePointer<UInt8>
  let factors: UnsafePointer<Float>
  /// The slot of each vector in the lists; empty without lists.
  let places: UnsafeBufferPointer<UInt32>
  /// The place with which each list begins, and one more for the end.
  let starts: UnsafeBufferPointer<UInt32>
  let centroids: Centroids
  private let mapping: Mapping

  /// Opens the snapshot of that name, if there is one.
  convenience init?(in folder: Folder, space: VectorSpace) throws(VectorIndexError) {
    guard folder.contains(FileName.snapshot) else { return nil }
    let file = try DiskFile(opening: folder.file(FileName.snapshot), O_RDONLY)
    let size = try file.size()
    let mapping = try file.map(size)
    guard size >= SnapshotHeader.size else { throw .damaged("the snapshot is cut short") }
    let header = try SnapshotHeader(mapping.bytes)
    guard header.fingerprint == space.fingerprint, header.dimension == space.dimension else {
      throw .differentSpace
    }
    guard header.fileSize == size else { throw .damaged("the snapshot is cut short") }
    try self.init(header, mapping, space)
    for section in SnapshotHeader.Section.allCases where section.isChecked { try check(section) }
  }

  /// The snapshot in `mapping`, whose header is known.
  init(_ header: SnapshotHeader, _ mapping: Mapping, _ space: VectorSpace) throws(VectorIndexError) {
    guard let start = mapping.bytes.baseAddress else { throw .damaged("the snapshot is empty") }
    self.header = header
    self.mapping = mapping
    func address(_ section: SnapshotHeader.Section) -> UnsafeRawPointer {
      start + header.sections[section.rawValue].offset
    }
    func length(_ section: SnapshotHeader.Section) -> Int { header.sections[section.rawValue].length }
    bytes = address(.rows).assumingMemoryBound(to: UInt8.self)
    scales = address(.scales).assumingMemoryBound(to: Float.self)
    codes = address(.codes).assumingMemoryBound(to: UInt8.self)
    factors = address(.factors).assumingMemoryBound(to: Float.self)
    centroids = Centroids(
      rows: address(.centroids).assumingMemoryBound(to: UInt8.self),
      scales: address(.centroidScales).assumingMemoryBound(to: Float.self),
      codes: address(.centroidCodes).assumingMemoryBound(to: UInt8.self),
      factors: address(.centroidFactors).assumingMemoryBound(to: Float.self), count: header.lists)
    places = UnsafeBufferPointer(
      start: address(.places).assumingMemoryBound(to: UInt32.self), count: length(.places) / 4)
    starts = UnsafeBufferPointer(
      start: address(.starts).assumingMemoryBound(to: UInt32.self), count: length(.starts) / 4)
  }

  var slots: Int { header.slots }
  var isListed: Bool { header.lists > 0 }

  var table: CKernels_IDTable {
    let extent = section(.table)
    // Looking up writes nothing; only the type in C cannot say so.
    let slots = UnsafeMutableRawPointer(mutating: extent.baseAddress)?.assumingMemoryBound(to: UInt32.self)
    return CKernels_IDTable(slots: slots, capacity: extent.count / 4)
  }

  /// What was dead when the snapshot was made.
  var dead: Bits { Bits(section(.dead).bindMemory(to: UInt32.self)) }

  func section(_ section: SnapshotHeader.Section) -> UnsafeRawBufferPointer {
    let extent = header.sections[section.rawValue]
    return UnsafeRawBufferPointer(rebasing: mapping.bytes[extent.offset..<(extent.offset + extent.length)])
  }

  /// Reads every byte and compares it with the checksums: damage throws.
  func verify(_ originals: MappedOriginals) throws(VectorIndexError) {
    for section in SnapshotHeader.Section.allCases { try check(section) }
    let sums = section(.extents).bindMemory(to: UInt64.self)
    for (index, sum) in sums.enumerated() where sum != originals.checksum(ofExtent: index, slots: slots) {
      throw .damaged("original vectors are damaged")
    }
  }

  private func check(_ part: SnapshotHeader.Section) throws(VectorIndexError) {
    guard PiecewiseChecksum.of(section(part)) == header.sections[part.rawValue].checksum else {
      throw .damaged("the snapshot's \(part) are damaged")
    }
  }
}

extension MappedOriginals {
  /// Slots that share a checksum.
  static let extent = 4_096

  static func extents(in slots: Int) -> Int { (slots + extent - 1) / extent }

  func checksum(ofExtent index: Int, slots: Int) -> UInt64 {
    let range = (index * Self.extent)..<min((index + 1) * Self.extent, slots)
    let owners = idBytes(range)
    let vectors = floatBytes(range)
    return CKernels_xxh64(
      vectors.baseAddress, vectors.count, CKernels_xxh64(owners.baseAddress, owners.count, 0))
  }
}
