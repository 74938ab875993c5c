internal import CKernels
import Glibc

/// Writes a snapshot of what a plan holds, and opens it.
struct SnapshotWriter {
  /// A snapshot on disk under its final name, and the originals that go with it.
  struct Written: Sendable {
    let base: Base
    let files: Originals
  }

  private let plan: SnapshotPlan
  private let view: VectorView
  private let space: VectorSpace
  /// The old slot of each new one.
  private let sources: [UInt32]
  /// New slots, filled up to whole blocks.
  private let slots: Int
  private let queries: [[Float]]

  init(_ plan: SnapshotPlan, queries: [[Float]]) {
    self.plan = plan
    self.queries = queries
    view = plan.view
    space = plan.view.space
    sources = plan.sources()
    slots = (sources.count + 31) / 32 * 32
  }

  func write() throws(VectorIndexError) -> Written {
    let files = try originals()
    try files.sync()
    let file = try DiskFile(
      opening: plan.folder.file(FileName.unfinished), O_RDWR | O_CREAT | O_TRUNC)
    let lists = plan.sorts ? ListTraining(view).lists() : nil
    let layout = layout(in: lists)

    var header = SnapshotHeader()
    header.dimension = space.dimension
    header.fingerprint = space.fingerprint
    header.generation = files.generation
    header.sequence = view.sequence
    header.numbering = view.numbering + (plan.compacts ? 1 : 0)
    header.slots = slots
    header.blocks = layout.places.count / 32
    header.lists = lists?.count ?? 0
    header.trainedOn = lists?.trainedOn ?? 0

    let mapped = try files.map(capacity: max(slots, 1))
    var sections = SectionWriter(file)
    try writeRows(to: &sections)
    try writeCodes(at: layout.places, to: &sections)
    try sections.write(.places, lists == nil ? [] : layout.places)
    try sections.write(.dead, dead())
    try writeTable(mapped, to: &sections)
    try sections.write(.starts, layout.starts)
    try sections.write(.centroids, lists?.rows ?? [])
    try sections.write(.centroidScales, lists?.scales ?? [])
    try sections.write(.centroidCodes, lists?.codes ?? [])
    try sections.write(.centroidFactors, lists?.factors ?? [])
    try sections.write(.extents, checksums(of: mapped))
    try sections.write(.queries, queries.flatMap { $0 })
    header.sections = sections.sections
    header.fileSize = sections.length
    // An empty section at the end writes nothing, but it has its place.
    try file.resize(to: header.fileSize)

    if lists != nil {
      let trial = try Base(header, file.map(header.fileSize), space)
      let check = ListCheck(view.over(trial, mapped), queries: queries, target: plan.options.recallInLists)
      header.probesForFew = check.probes(k: 10)
      header.probesForMany = check.probes(k: 100)
    }
    try header.withBytes { bytes throws(VectorIndexError) in try file.write(bytes, at: 0) }
    try file.sync()
    try plan.folder.rename(FileName.unfinished, to: FileName.snapshot)
    return Written(base: try Base(header, file.map(header.fileSize), space), files: files)
  }

  // MARK: - Originals

  /// The originals that the snapshot refers to: those that are there, or a new generation without gaps.
  private func originals() throws(VectorIndexError) -> Originals {
    guard plan.compacts else { return plan.files }
    let files = try Originals(
      in: plan.folder, generation: plan.files.generation + 1, slots: 0, dimension: space.dimension,
      create: true)
    var slot = 0
    try forEachRun { run throws(VectorIndexError) in
      try files.write(view.originals.floatBytes(run), of: view.originals.idBytes(run), at: slot)
      slot += run.count
    }
    try files.grow(to: slots)
    return files
  }

  /// Checksums of the originals: only of those that are new, unless everything has moved.
  private func checksums(of originals: MappedOriginals) -> [UInt64] {
    var sums: [UInt64] = []
    if !plan.compacts, let base = view.base {
      let known = base.section(.extents).bindMemory(to: UInt64.self)
      sums = Array(known.prefix(base.slots / MappedOriginals.extent))
    }
    for index in sums.count..<MappedOriginals.extents(in: slots) {
      sums.append(originals.checksum(ofExtent: index, slots: slots))
    }
    return sums
  }

  // MARK: - Rows

  private func dead() -> Bits {
    guard plan.compacts else { return Bits(view.dead.prefix(slots / 32)) }
    var bits = Bits(repeating: 0, count: slots / 32)
    for slot in sources.count..<slots { bits.insert(slot) }
    return bits
  }

  private func writeRows(to sections: inout SectionWriter) throws(VectorIndexError) {
    let width = space.rowWidth
    let missing = slots - sources.count
    try sections.write(.rows) { sections throws(VectorIndexError) in
      try forEachRun { run throws(VectorIndexError) in
        let start = view.row(of: run.lowerBound).bytes
        try sections.append(UnsafeRawBufferPointer(start: start, count: width * run.count))
      }
      try sections.appendZeros(width * missing)
    }
    try sections.write(.scales) { sections throws(VectorIndexError) in
      try forEachRun { run throws(VectorIndexError) in
        let start = view.scales(from: run.lowerBound)
        try sections.append(UnsafeRawBufferPointer(start: start, count: 4 * run.count))
      }
      try sections.appendZeros(4 * missing)
    }
  }

  private func writeTable(
    _ originals: MappedOriginals, to sections: inout SectionWriter
  ) throws(VectorIndexError) {
    let dead = dead()
    // Three quarters full: 5.3 bytes a vector, and two or three looks until an id is found.
    let table = IDTable(capacity: max(16, view.count * 4 / 3 + 1))
    for slot in 0..<slots where !dead.has(slot) { table.enter(originals.id(at: slot), slot: slot) }
    let bytes = UnsafeRawBufferPointer(start: table.table.slots, count: 4 * table.table.capacity)
    try sections.write(.table) { sections throws(VectorIndexError) in try sections.append(bytes) }
  }

  /// Calls `body` with runs of old slots that follow one another in memory and in the new order.
  private func forEachRun(
    _ body: (Range<Int>) throws(VectorIndexError) -> Void
  ) throws(VectorIndexError) {
    var ends =
      (view.base.map { [$0.slots] } ?? []) + view.chunks.indices.map { view.slots(ofChunk: $0).upperBound }
    ends.reverse()
    var index = 0
    while index < sources.count {
      let first = Int(sources[index])
      while let end = ends.last, end <= first { ends.removeLast() }
      let limit = ends.last ?? view.slots
      var count = 1
      while index + count < sources.count, Int(sources[index + count]) == first + count, first + count < limit
      {
        count += 1
      }
      try body(first..<(first + count))
      index += count
    }
  }

  // MARK: - Codes

  /// Where codes go: the new slot at each place, ``UInt32/max`` where there is none, and the place where each list begins.
  private struct Layout {
    var places: [UInt32]
    var starts: [UInt32]
  }

  private func layout(in lists: Lists?) -> Layout {
    guard let lists else {
      return Layout(places: (0..<UInt32(slots)).map { $0 < sources.count ? $0 : .max }, starts: [])
    }
    let members = lists.members(of: sources, in: view)
    // One list begins where another ends, in the middle of a block if need be: blocks filled up would cost memory.
    var starts: [UInt32] = [0]
    for count in members.counts { starts.append(starts[starts.count - 1] + UInt32(count)) }
    let filled = Int(starts[members.counts.count])
    var places = [UInt32](repeating: .max, count: (filled + 31) / 32 * 32)
    var next = starts
    for (slot, list) in members.listOfSlot.enumerated() where list >= 0 {
      places[Int(next[Int(list)])] = UInt32(slot)
      next[Int(list)] += 1
    }
    return Layout(places: places, starts: starts)
  }

  private func writeCodes(at places: [UInt32], to sections: inout SectionWriter) throws(VectorIndexError) {
    let groups = space.groups
    let signs = UnsafeMutablePointer<UInt8>.allocate(capacity: 32 * groups)
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: space.blockWidth, alignment: 64)
    defer {
      signs.deallocate()
      block.deallocate()
    }
    guard let packed = block.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      preconditionFailure("a block is not empty")
    }
    let codes = CodeReader(view)
    var factors: [Float] = []
    factors.reserveCapacity(places.count)
    try sections.write(.codes) { sections throws(VectorIndexError) in
      for first in stride(from: 0, to: places.count, by: 32) {
        for index in 0..<32 {
          let place = places[first + index]
          let code = signs + index * groups
          if place == .max {
            code.initialize(repeating: 0, count: groups)
            factors.append(0)
          } else {
            factors.append(codes.read(Int(sources[Int(place)]), into: code))
          }
        }
        CKernels_packBlock(signs, 32, groups, packed)
        try sections.append(UnsafeRawBufferPointer(block))
      }
    }
    try sections.write(.factors, factors)
  }
}

/// Takes codes out of the blocks that they are packed in.
private struct CodeReader {
  private let view: VectorView
  /// The place of each slot in the base's lists.
  private var placeOfSlot: [UInt32] = []

  init(_ view: VectorView) {
    self.view = view
    guard let base = view.base, base.isListed else { return }
    placeOfSlot = [UInt32](repeating: .max, count: base.slots)
    for (place, slot) in base.places.enumerated() where slot < base.slots {
      placeOfSlot[Int(slot)] = UInt32(place)
    }
  }

  /// Writes the code of a slot to `signs`, and returns its factor.
  func read(_ slot: Int, into signs: UnsafeMutablePointer<UInt8>) -> Float {
    let blocks: UnsafePointer<UInt8>
    let factors: UnsafePointer<Float>
    let place: Int
    if let base = view.base, slot < base.slots {
      (blocks, factors) = (base.codes, base.factors)
      place = base.isListed ? Int(placeOfSlot[slot]) : slot
    } else {
      let chunk = view.chunks[view.chunkIndex(of: slot)]
      (blocks, factors) = (UnsafePointer(chunk.codes), UnsafePointer(chunk.factors))
      place = slot - chunk.first
    }
    guard place < UInt32.max else {
      // Dead before the lists were made; without lists it keeps its place, but no code.
      signs.initialize(repeating: 0, count: view.space.groups)
      return 0
    }
    CKernels_unpackCode(blocks + place / 32 * view.space.blockWidth, place % 32, view.space.groups, signs)
    return factors[place]
  }
}

extension SectionWriter {
  mutating func appendZeros(_ count: Int) throws(VectorIndexError) {
    let zeros = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
    defer { zeros.deallocate() }
    zeros.initializeMemory(as: UInt8.self, repeating: 0)
    try append(UnsafeRawBufferPointer(zeros))
  }
}

extension VectorView {
  func scales(from slot: Int) -> UnsafePointer<Float> {
    if let base, slot < base.slots { return base.scales + slot }
    let chunk = chunks[chunkIndex(of: slot)]
    return UnsafePointer(chunk.scales + (slot - chunk.first))
  }

  /// The same content as a snapshot holds it.
  func over(_ base: Base, _ originals: MappedOriginals) -> VectorView {
    var view = self
    view.base = base
    view.chunks = []
    view.slots = base.slots
    view.dead = base.dead
    view.deadCount = view.dead.population
    view.recent = IDTable(capacity: 16)
    view.originals = originals
    view.numbering = base.header.numbering
    return view
  }
}
