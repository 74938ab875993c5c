internal import Inference
internal import Model
internal import Storage

/// The indexes of the contexts that are in use, in memory; the least recently used ones leave when there are too many.
/// There is one for each model that a context is searched with: more than one while, and after, its model changes.
actor IndexShelf {
  private struct Shelf: Hashable {
    let context: ContextID
    let model: ModelIdentity?
  }

  private struct Place {
    let index: ContextIndex
    var lastUse: UInt64
  }

  private let store: any Store
  private let folder: String
  private let limit: Int
  private var places: [Shelf: Place] = [:]
  private var clock: UInt64 = 0

  /// A shelf for at most `limit` contexts. `folder` is for files that need not outlive the process.
  init(store: any Store, folder: String, limit: Int = 256) {
    self.store = store
    self.folder = folder
    self.limit = limit
  }

  /// The index of a context with the vectors of `model`, empty when it was not in use.
  func index(of scope: Scope, by model: ModelIdentity?) throws(StorageError) -> ContextIndex {
    clock += 1
    let shelf = Shelf(context: scope.context, model: model)
    if let place = places[shelf] {
      places[shelf]?.lastUse = clock
      return place.index
    }
    if places.count >= limit, let oldest = places.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      places[oldest.key] = nil
    }
    let index = try ContextIndex(
      in: store, model: model, folder: "\(folder)/\(scope.context)-\(clock)")
    places[shelf] = Place(index: index, lastUse: clock)
    return index
  }
}
