public import Inference
internal import Keywords
public import Model
public import Storage
internal import Vectors

/// What to look for in a context.
public struct Search: Sendable {
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    case hybrid, semantic, keyword
  }

  public var query: String
  public var limit = 5
  public var filter = MemoryFilter()
  public var mode = Mode.hybrid
  public var settings = SearchSettings()

  public init(_ query: String) { self.query = query }
}

/// What a search found, best first.
public struct Findings: Sendable {
  /// A memory, how well it answers, and why.
  public struct Hit: Sendable {
    public var memory: MemoryID
    /// 0 to 1.
    public var score: Double
    /// Each 0 to 1.
    public var signals: [(name: String, value: Double)]
  }

  public var hits: [Hit]
  /// Why the answer is less than it could be, when it is.
  public var degradedReason: String?
}

/// From a question to ranked memories.
///
/// Candidates come from two indexes, by words and by meaning; ``Ranking`` weighs them. The indexes belong to contexts and
/// live in memory (`IndexShelf`); each follows the rows of the store and knows how far it has seen them (`ContextIndex`).
public struct Retriever: Sendable {
  private let shelf: IndexShelf

  /// A retriever over `store`. `folder` is for files that need not outlive the process.
  public init(store: any Store, folder: String) { shelf = IndexShelf(store: store, folder: folder) }

  /// Lets the indexes of a context with the vectors of `model` hear of what was written. A search would do it too, later.
  public func follow(_ scope: Scope, by model: ModelIdentity? = nil) async throws(StorageError) {
    _ = try await shelf.index(of: scope, by: model).current(as: scope)
  }

  /// The memories of a context that answer a question. Sees every write that was acknowledged before. `embedder` is the
  /// context's model, whose vectors alone are looked at; without it, memories are found by words only.
  public func find(
    _ search: Search, in scope: Scope, by embedder: (any Embedder)? = nil
  ) async throws(StorageError) -> Findings {
    let view = try await shelf.index(of: scope, by: embedder?.model).current(as: scope)
    let names = Names.mentioned(in: search.query) { view.table.isName($0) }
    var degradedReason: String?
    var vector: [Float]?
    if search.mode != .keyword {
      do throws(InferenceError) {
        vector = try await embedding(of: search.query, without: names, by: embedder)
      } catch {
        degradedReason = "Found by words only: \(error)."
      }
      if vector == nil, degradedReason == nil {
        degradedReason = "No embedding model is loaded; found by words only."
      }
    }
    let candidates = candidates(for: search, vector: vector, in: view)
    let ranking = Ranking(search: search, names: names, view: view, isSemantic: vector != nil)
    return Findings(hits: ranking.rank(candidates), degradedReason: degradedReason)
  }

  /// The query as a vector. A name dominates the vector of a short text, and says little about what is asked; who is meant
  /// is a signal of its own.
  private func embedding(
    of query: String, without names: Set<String>, by embedder: (any Embedder)?
  ) async throws(InferenceError) -> [Float]? {
    guard let embedder else { return nil }
    let rest = Names.words(query).filter { word in
      let folded = word.lowercased()
      return !names.contains(folded.hasSuffix("'s") ? String(folded.dropLast(2)) : folded)
    }
    let text = names.isEmpty || rest.count < 2 ? query : rest.joined(separator: " ")
    return try await embedder.embed(query: text).values
  }

  private func candidates(for search: Search, vector: [Float]?, in view: IndexView) -> [Candidate] {
    let fetch = min(1_000, max(100, search.limit * search.settings.fetchFactor))
    let isFiltered = search.filter != MemoryFilter()
    let admitted = isFiltered ? view.table.numbers(where: search.filter) : []
    if isFiltered, admitted.isEmpty { return [] }
    var found: [UInt32: Candidate] = [:]
    if search.mode != .semantic || vector == nil {
      let filter = isFiltered ? DocumentFilter.among(NumberSet(admitted)) : nil
      for hit in view.keywords.search(search.query, limit: fetch, filter: filter) {
        found[hit.number] = Candidate(number: hit.number, keyword: Double(hit.score))
      }
    }
    if let vector, let vectors = view.vectors {
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
    return found.values.filter { view.table[$0.number] != nil }
  }
}

/// A memory that may be an answer.
struct Candidate: Sendable {
  let number: UInt32
  /// The BM25 score; 0 when no word matches.
  var keyword = 0.0
  /// The cosine to the query; nil when there is no vector to compare.
  var cosine: Double?
}
