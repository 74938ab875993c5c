internal import CKernels

/// What the one writer at a time works on: the view that the next readers will get, and what only a writer needs.
struct Writer {
  private let folder: Folder
  private let options: VectorIndex.Options
  private(set) var files: Originals
  var view: VectorView
  /// Signs of the rows of the last block, until there are 32.
  private var signs: [UInt8]
  private var isSnapshotting = false

  init(creating folder: Folder, space: VectorSpace, options: VectorIndex.Options) throws(VectorIndexError) {
    try folder.create()
    folder.removeAll(except: [])
    let files = try Originals(in: folder, generation: 1, slots: 0, dimension: space.dimension, create: true)
    try self.init(folder, space, options, files: files, base: nil)
  }

  init(opening folder: Folder, space: VectorSpace, options: VectorIndex.Options) throws(VectorIndexError) {
    guard let base = try Base(in: folder, space: space) else {
      try self.init(creating: folder, space: space, options: options)
      return
    }
    let generation = base.header.generation
    guard folder.contains(FileName.ids(generation)), folder.contains(FileName.floats(generation)) else {
      throw .damaged("the original vectors are missing")
    }
    let files = try Originals(
      in: folder, generation: generation, slots: base.slots, dimension: space.dimension, create: false)
    folder.removeAll(except: [FileName.snapshot, FileName.ids(generation), FileName.floats(generation)])
    try self.init(folder, space, options, files: files, base: base)
  }

  private init(
    _ folder: Folder, _ space: VectorSpace, _ options: VectorIndex.Options, files: Originals, base: Base?
  ) throws(VectorIndexError) {
    self.folder = folder
    self.options = options
    self.files = files
    guard let kernels = Kernels(options.instructions) else {
      preconditionFailure("this processor does not run \(options.instructions) kernels")
    }
    view = VectorView(
      space: space, kernels: kernels, base: base, recent: IDTable(capacity: 1_024),
      originals: try files.map(capacity: Writer.capacity(for: base?.slots ?? 0)))
    if let base {
      view.slots = base.slots
      view.dead = base.dead
      view.deadCount = view.dead.population
      view.sequence = base.header.sequence
      view.numbering = base.header.numbering
    }
    signs = [UInt8](repeating: 0, count: 32 * space.groups)
  }

  /// How far to map files that hold `slots`, so that it need not be done again soon. Costs addresses, not memory.
  private static func capacity(for slots: Int) -> Int { max(65_536, 2 * slots) }

  // MARK: - Changes

  /// Applies all of `changes` or, when the disk refuses, none.
  mutating func apply(_ changes: [VectorChange]) throws(VectorIndexError) {
    try record(changes)
    for change in changes {
      switch change {
      case .upsert(let id, let vector): add(id, vector)
      case .delete(let id): delete(id)
      }
    }
  }

  /// Writes the vectors that come to the files, and makes room for their rows: all that can fail.
  private mutating func record(_ changes: [VectorChange]) throws(VectorIndexError) {
    var owners: [VectorID] = []
    var floats: [Float] = []
    for case .upsert(let id, let vector) in changes {
      owners.append(id)
      floats.append(contentsOf: vector)
    }
    guard !owners.isEmpty else { return }
    guard view.slots + owners.count + 32 < UInt32.max else { throw .full }
    try write(owners, floats, at: view.slots)
    if view.slots + owners.count > view.originals.capacity {
      view.originals = try files.map(capacity: Writer.capacity(for: view.slots + owners.count))
    }
    var end = view.chunks.last.map { $0.first + Chunk.capacity } ?? view.slots
    while end < view.slots + owners.count {
      view.chunks.append(try Chunk(first: end, space: view.space))
      end += Chunk.capacity
    }
    makeBits(to: end)
  }

  /// Bits reach to the end of the last chunk.
  private mutating func makeBits(to end: Int) {
    view.dead.append(contentsOf: repeatElement(0, count: max(0, end / 32 - view.dead.count)))
  }

  private func write(_ owners: [VectorID], _ floats: [Float], at slot: Int) throws(VectorIndexError) {
    let owners = owners.flatMap { [$0.high, $0.low] }
    let result = floats.withUnsafeBytes { floats in
      owners.withUnsafeBytes { owners in
        Result { () throws(VectorIndexError) in try files.write(floats, of: owners, at: slot) }
      }
    }
    try result.get()
  }

  private mutating func add(_ id: VectorID, _ vector: [Float]) {
    delete(id)
    let slot = view.slots
    let chunk = view.chunks[view.chunkIndex(of: slot)]
    let groups = view.space.groups
    signs.withUnsafeMutableBufferPointer { signs in
      guard let start = signs.baseAddress else { preconditionFailure("a code is not empty") }
      vector.withUnsafeBufferPointer { vector in
        guard let vector = vector.baseAddress else { preconditionFailure("a vector is not empty") }
        chunk.write(vector, at: slot, signs: start + slot % 32 * groups)
      }
      if slot % 32 == 31 { chunk.writeBlock(at: slot - 31, signs: start, count: 32) }
    }
    enter(id, slot: slot)
    view.slots += 1
  }

  private mutating func delete(_ id: VectorID) {
    guard let slot = view.slot(of: id) else { return }
    view.dead.insert(slot)
    view.deadCount += 1
  }

  private mutating func enter(_ id: VectorID, slot: Int) {
    if view.recent.isFull { view.recent = recentTable() }
    view.recent.enter(id, slot: slot)
  }

  /// A table of what is alive behind the base, with room to grow. Readers of older views keep theirs.
  private func recentTable() -> IDTable {
    let first = view.base?.slots ?? 0
    let table = IDTable(capacity: max(1_024, 2 * (view.slots - first)))
    for slot in first..<view.slots where !view.dead.has(slot) {
      table.enter(view.originals.id(at: slot), slot: slot)
    }
    return table
  }

  // MARK: - Snapshots

  /// Ends the last block and its chunk, so that what is there now can be written while other rows come behind it.
  mutating func beginSnapshot() throws(VectorIndexError) -> SnapshotPlan {
    guard !isSnapshotting else { throw .snapshotUnderWay }
    try seal()
    isSnapshotting = true
    return SnapshotPlan(folder: folder, options: options, files: files, view: view)
  }

  mutating func abandonSnapshot() { isSnapshotting = false }

  private mutating func seal() throws(VectorIndexError) {
    let used = view.slots % 32
    if used > 0 {
      let end = view.slots - used + 32
      let chunk = view.chunks[view.chunkIndex(of: view.slots - 1)]
      signs.withUnsafeBufferPointer { signs in
        guard let start = signs.baseAddress else { preconditionFailure("a code is not empty") }
        chunk.writeBlock(at: end - 32, signs: start, count: used)
      }
      for slot in view.slots..<end { view.dead.insert(slot) }
      view.deadCount += end - view.slots
      view.slots = end
    }
    try files.grow(to: view.slots)
    // What comes now begins a new chunk.
    if let last = view.chunks.last, view.slots < last.first + Chunk.capacity, view.slots > last.first {
      view.chunks.append(try Chunk(first: view.slots, space: view.space))
      makeBits(to: view.slots + Chunk.capacity)
    }
  }

  /// Makes a finished snapshot the base, and keeps what has happened since `plan`.
  mutating func install(_ written: SnapshotWriter.Written, of plan: SnapshotPlan) throws(VectorIndexError) {
    defer { isSnapshotting = false }
    let before = view
    if written.files.generation == files.generation {
      view.base = written.base
      view.chunks.removeAll { $0.first < written.base.slots }
      view.recent = recentTable()
      return
    }
    // Slots have new numbers: what has happened since is applied again by id.
    var deleted: [VectorChange] = []
    for index in plan.view.dead.indices where index < plan.view.slots / 32 {
      var died = before.dead[index] & ~plan.view.dead[index]
      while died != 0 {
        deleted.append(.delete(before.originals.id(at: 32 * index + died.trailingZeroBitCount)))
        died &= died - 1
      }
    }
    var next = try Writer(folder, view.space, options, files: written.files, base: written.base)
    try next.apply(deleted)
    for slot in plan.view.slots..<before.slots where !before.dead.has(slot) {
      let vector = UnsafeBufferPointer(start: before.originals.vector(at: slot), count: view.space.dimension)
      try next.apply([.upsert(before.originals.id(at: slot), Array(vector))])
    }
    next.view.sequence = before.sequence
    self = next
    folder.removeAll(
      except: [FileName.snapshot, FileName.ids(files.generation), FileName.floats(files.generation)])
  }
}
