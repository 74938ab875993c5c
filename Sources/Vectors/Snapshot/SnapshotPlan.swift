/// What a snapshot is made of, taken under the writer's lock; everything after that happens without it.
struct SnapshotPlan: Sendable {
  let folder: Folder
  let options: VectorIndex.Options
  let files: Originals
  /// The content; it ends with a whole block.
  let view: VectorView

  /// Whether so many rows are dead that it pays to close the gaps.
  var compacts: Bool { view.deadCount > 256 && 4 * view.deadCount > view.slots }

  /// Whether there are so many vectors that it pays to sort them into lists.
  var sorts: Bool { view.count >= options.listsFrom }

  /// The old slots in their new order: all of them, or only the living.
  func sources() -> [UInt32] {
    guard compacts else { return Array(0..<UInt32(view.slots)) }
    return (0..<UInt32(view.slots)).filter { !view.dead.has(Int($0)) }
  }
}
