public import Inference
public import Model
public import Retrieval
public import Storage

/// The use cases: what can be done with memories, by whom.
///
/// Every door (REST, MCP, the command line, Lua) reaches storage through this type and no other way. A use case starts
/// from a ``Caller``, which `authenticate` makes from a credential, and where it concerns one context, from a
/// ``ReadAccess`` or ``WriteAccess``, which `reading` and `writing` make once they have checked that this caller may.
/// Those hold the scope without which storage cannot be asked.
public struct MemoryEngine: Sendable {
  let store: any Store
  let clock: any WallClock
  let identifiers: IdentifierSource
  let quotas: Quotas
  let uses: UseRecorder
  let queries: QueryRecorder
  let learner: Learner
  let models: EmbeddingModels
  let backlog = EmbeddingBacklog()
  let retriever: Retriever
  let hooks: any Hooks
  let policyHost: (any PolicyHost)?
  /// Rings when work was queued.
  let bell = TaskBell()

  /// An engine over `store`. Clock and identifiers are parameters so that a test can repeat itself. Without models
  /// memories are found by words only. `scratch` is a folder for files that need not outlive the process; vectors need one.
  public init(
    store: any Store, clock: any WallClock = SystemClock(), identifiers: IdentifierSource? = nil,
    quotas: Quotas = Quotas(), models: EmbeddingModels = EmbeddingModels(), scratch: String = "",
    hooks: (any Hooks)? = nil, judgement: any Judgement = DefaultJudgement(),
    policyHost: (any PolicyHost)? = nil
  ) {
    precondition(models.standard == nil || !scratch.isEmpty, "vectors need a folder for files")
    self.store = store
    self.models = models
    self.policyHost = policyHost
    self.hooks = hooks ?? NoHooks()
    retriever = Retriever(
      store: store, folder: scratch, judgement: judgement,
      graph: GraphAssociations(store: store, clock: clock))
    self.clock = clock
    self.identifiers = identifiers ?? IdentifierSource(clock: clock)
    self.quotas = quotas
    learner = Learner(store: store, identifiers: self.identifiers)
    uses = UseRecorder(store: store, bell: bell)
    queries = QueryRecorder(store: store)
  }

  /// Writes down what is still on its way to storage. Call it last.
  public func settle() async {
    await uses.settle()
    await queries.settle()
    await learner.settle()
  }
}

/// How much a workspace may hold. Zero means without limit.
public struct Quotas: Sendable, Hashable {
  public var memories: Int64 = 0
  public var contexts: Int64 = 0
  public var members: Int64 = 0

  public init() {}
}
