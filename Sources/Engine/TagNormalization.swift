internal import Model
internal import Storage

extension MemoryEngine {
  /// The filter with each of its tags widened to the tags of the context that look like it: case and separators do not
  /// count.
  func widened(_ filter: MemoryFilter, normalizingTags: Bool, in access: ReadAccess) async throws(EngineError)
    -> MemoryFilter
  {
    guard normalizingTags, filter.namesTags else { return filter }
    var listing = TagListing()
    listing.limit = 10_000
    let request = listing
    let known = try await stored { () async throws(StorageError) in
      try await store.tags(request, in: access.scope)
    }.tags.map(\.name)
    return filter.widened(to: known)
  }
}

extension MemoryFilter {
  fileprivate var namesTags: Bool { !tags.isEmpty || (all + any + none).contains(where: \.namesTags) }

  fileprivate func widened(to known: [String]) -> MemoryFilter {
    var widened = self
    widened.tags = tags.map { alternatives in
      let forms = Set(alternatives.map(normalForm))
      return alternatives + known.filter { forms.contains(normalForm($0)) && !alternatives.contains($0) }
    }
    widened.all = all.map { $0.widened(to: known) }
    widened.any = any.map { $0.widened(to: known) }
    widened.none = none.map { $0.widened(to: known) }
    return widened
  }
}

/// Lower case, and “-” for spaces and “_”.
private func normalForm(_ tag: String) -> String {
  String(tag.lowercased().map { $0 == " " || $0 == "_" ? "-" : $0 })
}
