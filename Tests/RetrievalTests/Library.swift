import Inference
import Model
import Storage
import StorageContract
import StorageReference
import TestSupport

@testable import Retrieval

/// A context full of memories with vectors, and a retriever over it.
struct Library: Sendable {
  let house: House
  let retriever: Retriever
  private let embedder = HashEmbedder()

  init(judgement: any Judgement = DefaultJudgement(), graph: (any GraphSignal)? = nil, folder: String)
    async throws
  {
    house = try await House.found(in: ReferenceStore())
    retriever = Retriever(
      store: house.store, folder: folder, judgement: judgement, graph: graph)
  }

  @discardableResult
  func remember(
    _ summary: String, in scope: Scope? = nil, _ adjust: (inout Memory) -> Void = { _ in }
  ) async throws -> Memory {
    let memory = try await house.remember(summary, in: scope, adjust)
    guard let vector = try await embedder.embed([summary], as: .document, priority: .bulk).first else {
      return memory
    }
    let stored = StoredEmbedding(
      memory: memory.id, revision: memory.revision, model: embedder.model.description, vector: vector.values)
    _ = try await house.store.save([stored], in: scope ?? house.scope)
    return memory
  }

  func find(
    _ query: String, in scope: Scope? = nil, _ adjust: (inout Search) -> Void = { _ in }
  ) async throws -> Findings {
    var search = Search(query)
    search.limit = 100
    search.askedAt = house.clock.now()
    adjust(&search)
    return try await retriever.find(search, in: scope ?? house.scope, by: embedder)
  }
}

extension Library {
  /// A memory of nobody's, for what looks at signals only.
  static var anyMemory: Memory {
    Memory(
      id: MemoryID(high: 1, low: 1), context: ContextID(high: 2, low: 2), summary: "tea", content: "tea",
      type: "note", provenance: Provenance(author: UserID(high: 3, low: 3), door: "rest"),
      createdAt: Timestamp(microseconds: 0))
  }

  static var anyScope: Scope { House.prepared(for: ReferenceStore()).scope }
}
