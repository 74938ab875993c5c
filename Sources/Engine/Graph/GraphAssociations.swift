internal import Graph
internal import Model
internal import Retrieval
internal import Storage

/// What the links of a context say of a question's candidates: how strongly the best hits lead to each of them.
///
/// One step only, since somebody waits: on the evaluation conversations a second one found nothing more. Where there are no links it says nothing.
struct GraphAssociations: GraphSignal {
  let store: any Store
  let clock: any WallClock

  /// Kinds of links that say something else than that two memories belong together.
  private static let unfriendly = [Edge.KnownType.supersedes, Edge.KnownType.contradicts]
  private static let budget = WalkBudget(memories: 400, edges: 2_000, edgesPerMemory: 12, frontier: 24)

  func activation(
    of candidates: [MemoryID], from seeds: [(memory: MemoryID, strength: Double)], in scope: Scope
  ) async -> [MemoryID: Double] {
    let workspace = WorkspaceScope(of: scope)
    guard !seeds.isEmpty,
      let context = try? await store.context(scope.context, in: workspace)
    else { return [:] }
    let (now, fading) = (clock.now(), context.edgeFading)
    let starts = Dictionary(seeds.map { ($0.memory, $0.strength) }, uniquingKeysWith: max)
    var walk = SpreadingActivation(from: starts, within: Self.budget)
    let filter = EdgeFilter(minimumWeight: 0.05, limit: Self.budget.edgesPerMemory)
    guard let edges = try? await store.edges(at: walk.frontier, matching: filter, in: scope),
      !edges.isEmpty
    else { return [:] }
    walk.spread(
      over: edges.filter { !Self.unfriendly.contains($0.type) }.map { $0.faded(at: now, by: fading) })
    return candidates.reduce(into: [:]) { result, candidate in
      let activation = walk.activation(of: candidate)
      if activation > 0 { result[candidate] = activation }
    }
  }
}
