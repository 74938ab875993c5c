internal import CKernels

/// From ids to the slots that they have had since the last snapshot. One thread enters, any may look up meanwhile.
final class IDTable: @unchecked Sendable {
  // Sendable: entries are published by atomic stores in the kernel, and `entered` is the writer's alone.
  let table: CKernels_IDTable
  private(set) var entered = 0

  init(capacity: Int) {
    let slots = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
    slots.initialize(repeating: 0, count: capacity)
    table = CKernels_IDTable(slots: slots, capacity: capacity)
  }

  deinit { table.slots.deallocate() }

  /// Whether another entry would make it slow.
  var isFull: Bool { 4 * (entered + 1) > 3 * table.capacity }

  func enter(_ id: VectorID, slot: Int) {
    CKernels_enterID(table, id.high, id.low, UInt32(slot))
    entered += 1
  }
}
