internal import Model
internal import Storage

extension MemoryEngine {
  /// The filter with each of its tags widened to the tags of the context that look like it: case and separators do not
  /// count.
  func widened(_ filter: MemoryFilter, normalizingTags: Bool, in access: ReadAccess) async throws(EngineError)
    -> MemoryFilter
  {
    guard normalizingTags, !filter.tags.isEmpty else { return filter }
    var listing = TagListing()
    listing.limit = 10_000
    let request = listing
    let known = try await stored { () async throws(StorageError) in
      try await store.tags(request, in: access.scope)
    }.tags.map(\.name)
    var widened = filter
    widened.tags = filter.tags.map { alternatives in
      let forms = Set(alternatives.map(normalForm))
      return alternatives + known.filter { forms.contains(normalForm($0)) && !alternatives.contains($0) }
    }
    return widened
  }
}

/// Lower case, and “-” for spaces and “_”.
private func normalForm(_ tag: String) -> String {
  String(tag.lowercased().map { $0 == " " || $0 == "_" ? "-" : $0 })
}
