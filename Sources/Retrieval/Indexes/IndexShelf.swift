internal import Inference
internal import Model
internal import Storage

/// The indexes of the contexts that are in use, in memory; the least recently used ones leave when there are too many.
actor IndexShelf {
  private struct Place {
    let index: ContextIndex
    var lastUse: UInt64
  }

  private let store: any Store
  private let model: ModelIdentity?
  private let folder: String
  private let limit: Int
  private var places: [ContextID: Place] = [:]
  private var clock: UInt64 = 0

  /// A shelf for at most `limit` contexts. `folder` is for files that need not outlive the process.
  init(store: any Store, model: ModelIdentity?, folder: String, limit: Int = 256) {
    self.store = store
    self.model = model
    self.folder = folder
    self.limit = limit
  }

  /// The index of a context, empty when it was not in use.
  func index(of scope: Scope) throws(StorageError) -> ContextIndex {
    clock += 1
    if let place = places[scope.context] {
      places[scope.context]?.lastUse = clock
      return place.index
    }
    if places.count >= limit, let oldest = places.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      places[oldest.key] = nil
    }
    let index = try ContextIndex(
      in: store, model: model, folder: "\(folder)/\(scope.context)-\(clock)")
    places[scope.context] = Place(index: index, lastUse: clock)
    return index
  }
}
