internal import Keywords
internal import Model
internal import Vectors

/// Asks both indexes of a context for memories that may be answers. Filters are applied inside them, never after.
struct CandidateSource {
  let view: IndexView

  /// Candidates in the order of their numbers.
  func candidates(for search: Search, plan: SearchPlan, vector: [Float]?) -> [Candidate] {
    let fetch = plan.fetch(for: search.limit)
    let isFiltered = search.filter != MemoryFilter()
    let admitted = isFiltered ? view.table.numbers(where: search.filter) : []
    if isFiltered, admitted.isEmpty { return [] }
    var found: [UInt32: Candidate] = [:]
    if plan.mode != .semantic || vector == nil {
      let filter = isFiltered ? DocumentFilter.among(NumberSet(admitted)) : nil
      for hit in view.keywords.search(search.query, limit: fetch, filter: filter) {
        found[hit.number] = Candidate(number: hit.number, keyword: Double(hit.score))
      }
    }
    if let vector, plan.mode != .keyword, let vectors = view.vectors {
      let ids = isFiltered ? admitted.compactMap { view.table[$0].map { VectorID($0.id) } } : []
      let filter: VectorFilter? = isFiltered ? .only(ids) : nil
      let hits = (try? vectors.search(vector, k: fetch, filter: filter)) ?? []
      for hit in hits {
        let id = MemoryID(high: hit.id.high, low: hit.id.low)
        guard let number = view.table.number(of: id) else { continue }
        found[number, default: Candidate(number: number)].cosine = Double(hit.score)
      }
      // What only words found has a meaning as well.
      for number in found.keys where found[number]?.cosine == nil {
        guard let id = view.table[number]?.id, let other = vectors.vector(of: VectorID(id)) else { continue }
        var product: Float = 0
        for index in other.indices { product += other[index] * vector[index] }
        found[number]?.cosine = Double(product)
      }
    }
    return found.values.filter { view.table[$0.number] != nil }.sorted { $0.number < $1.number }
  }
}
