internal import Threads

extension KeywordIndex {
  /// Opens the index that was last saved to a folder. Takes about a millisecond, however large it is: what is in the
  /// segments is neither read nor compared with its checksums until `verify()`. (Reading stays in bounds whatever they hold.)
  ///
  /// - Throws: `absent` when nothing was saved there, `incompatible` when it was with another configuration, `damaged`
  ///   when what is there cannot be. Each time: make a new index and fill it from the rows.
  public convenience init(
    opening folder: String, _ configuration: KeywordConfiguration = KeywordConfiguration()
  ) throws(KeywordIndexError) {
    let folder = IndexFolder(path: folder)
    guard let bytes = try folder.read(IndexFolder.manifest) else { throw .absent }
    let manifest = try Manifest(decoding: bytes)
    guard manifest.fingerprint == configuration.fingerprint else {
      throw .incompatible(file: IndexFolder.manifest)
    }
    var parts: [KeywordSnapshot.Part] = []
    for entry in manifest.entries {
      let segment = try folder.segment(entry.file)
      guard segment.headerChecksum == entry.headerChecksum, segment.documentCount == entry.documentCount
      else {
        throw .damaged(file: entry.file, reason: "it is another segment than the manifest names")
      }
      guard let deleted = DeletedSet(entry.deleted, of: segment) else {
        throw .damaged(file: IndexFolder.manifest, reason: "it deletes what was never there")
      }
      parts.append(.init(segment: segment, deleted: deleted, file: entry.file))
    }
    self.init(
      tools: SearchTools(configuration), parts: parts, sequence: manifest.sequence,
      reference: manifest.reference)
  }

  /// Compares what is mapped with its checksums: about 0.1 ms a megabyte, on a thread that may wait for the disk.
  public func verify() throws(KeywordIndexError) {
    for part in snapshot().parts { try part.segment.verify(name: part.file ?? "a segment in memory") }
  }

  /// Saves the index to a folder that it has for itself, and returns the sequence number up to which all changes are in
  /// it. Writes only what the folder does not have yet; searches and writes go on meanwhile. When it throws, or the
  /// process dies, the folder holds what was saved before.
  @discardableResult
  public func save(to folder: String) throws(KeywordIndexError) -> UInt64 {
    let folder = IndexFolder(path: folder)
    return try upkeeper.withLock { (_) throws(KeywordIndexError) -> UInt64 in
      try folder.create()
      let sequence = try freezeEverything()
      var (parts, reference) = writer.withLock { ($0.parts, $0.reference) }
      for place in parts.indices where parts[place].file.map({ !folder.has($0) }) ?? true {
        let name = IndexFolder.segmentName(UInt64.random(in: 1 ... .max))
        let segment = parts[place].segment
        try folder.write(
          UnsafeRawBufferPointer(start: segment.memory.base, count: segment.memory.count), as: name)
        let mapped = try folder.segment(name)
        parts[place].file = name
        writer.withLock { writer in
          writer.parts[place] = .init(segment: mapped, deleted: writer.parts[place].deleted, file: name)
          publish(writer)
        }
      }
      try folder.synchronize()
      let manifest = Manifest(
        fingerprint: configuration.fingerprint, sequence: sequence, reference: reference,
        entries: parts.map { part in
          Manifest.Entry(
            file: part.file ?? "", documentCount: part.segment.documentCount,
            headerChecksum: part.segment.headerChecksum, deleted: part.deleted.byWindow)
        })
      let words = manifest.encoded()
      try words.withUnsafeBufferPointer { (words) throws(KeywordIndexError) in
        try folder.write(UnsafeRawBufferPointer(words), as: IndexFolder.manifest)
      }
      try folder.synchronize()
      folder.removeOthers(than: Set(parts.compactMap(\.file)))
      return sequence
    }
  }
}

extension DeletedSet {
  /// The windows in which something was deleted.
  var byWindow: [(window: Int, bits: [UInt64])] {
    windows.enumerated().compactMap { $1.isEmpty ? nil : ($0, $1) }
  }

  /// A set that was saved; nil if it cannot be one of the segment's.
  init?(_ saved: [(window: Int, bits: [UInt64])], of segment: Segment) {
    self.init(documents: segment.documentCount)
    for (window, bits) in saved {
      guard window >= 0, window < windows.count else { return nil }
      for (word, bits) in bits.enumerated() {
        var rest = bits
        while rest != 0 {
          let document = window * SegmentLayout.window + word * 64 + rest.trailingZeroBitCount
          guard document < segment.documentCount, !contains(document) else { return nil }
          insert(document, length: UInt32(segment.lengths[document]))
          rest &= rest - 1
        }
      }
    }
  }
}
