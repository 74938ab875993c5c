public import JSON
internal import Threads

/// Sandboxes kept warm, each for one owner and one program.
///
/// Owners never share a sandbox, so one cannot learn from another's, slow it down or fill it. Of each pair a call
/// takes an idle sandbox or opens one; several calls at once use several. What was used least recently goes first
/// when the pool is full, and a sandbox that ran out of memory, steps or time is closed at once.
public final class LuaPool: Sendable {
  /// How much the pool keeps while nobody calls.
  public struct Capacity: Sendable, Hashable {
    public var sandboxes: Int
    public var memoryBytes: Int
    /// Of the same owner and program.
    public var idlePerProgram: Int

    public init(sandboxes: Int = 10_000, memoryBytes: Int = 1 << 30, idlePerProgram: Int = 4) {
      self.sandboxes = sandboxes
      self.memoryBytes = memoryBytes
      self.idlePerProgram = idlePerProgram
    }
  }

  public let limits: LuaLimits
  private let functions: [HostFunction]
  private let shelf: Lock<LuaShelf>

  /// A pool whose sandboxes have these limits and offer these functions.
  public init(
    limits: LuaLimits = LuaLimits(), functions: [HostFunction] = [], capacity: Capacity = Capacity()
  ) {
    self.limits = limits
    self.functions = functions
    shelf = Lock(LuaShelf(capacity: capacity))
  }

  /// Calls a function of `program` on behalf of `owner`. See ``LuaSandbox/call(_:with:budget:context:)``.
  public func call(
    _ program: LuaProgram, for owner: String, function: String? = nil, with arguments: LuaArguments = [],
    budget: LuaBudget = LuaBudget(), context: (any Sendable)? = nil
  ) throws(LuaError) -> LuaReply<[JSONValue]> {
    try withSandbox(program, for: owner) { sandbox throws(LuaError) in
      try sandbox.call(function, with: arguments, budget: budget, context: context)
    }
  }

  /// Calls a function that returns a list of numbers. See ``LuaSandbox/numbers(from:with:budget:context:)``.
  public func numbers(
    from program: LuaProgram, for owner: String, function: String? = nil, with arguments: LuaArguments = [],
    budget: LuaBudget = LuaBudget(), context: (any Sendable)? = nil
  ) throws(LuaError) -> LuaReply<[Double]> {
    try withSandbox(program, for: owner) { sandbox throws(LuaError) in
      try sandbox.numbers(from: function, with: arguments, budget: budget, context: context)
    }
  }

  /// Closes the idle sandboxes of `owner`: the programs changed, or the owner is gone.
  public func forget(_ owner: String) {
    let closed = shelf.withLock { $0.removeAll { $0.owner == owner } }
    _ = closed
  }

  /// What is kept idle now.
  public var idle: (sandboxes: Int, memoryBytes: Int) {
    shelf.withLock { ($0.count, $0.bytes) }
  }

  private func withSandbox<Result>(
    _ program: LuaProgram, for owner: String, _ body: (LuaSandbox) throws(LuaError) -> Result
  ) throws(LuaError) -> Result {
    let key = LuaShelf.Key(owner: owner, program: program)
    let sandbox =
      if let idle = shelf.withLock({ $0.take(key) }) {
        idle
      } else {
        try LuaSandbox(program, limits: limits, functions: functions)
      }
    do throws(LuaError) {
      let result = try body(sandbox)
      putBack(sandbox, key)
      return result
    } catch {
      if !error.kind.isExhaustion { putBack(sandbox, key) }
      throw error
    }
  }

  private func putBack(_ sandbox: LuaSandbox, _ key: LuaShelf.Key) {
    let bytes = sandbox.memoryHeld
    // Closing takes a while, so it happens after the lock is given back, when the list goes out of scope.
    let closed = shelf.withLock { $0.put(sandbox, bytes: bytes, key) }
    _ = closed
  }
}

extension LuaError.Kind {
  /// Whether a limit was reached.
  public var isExhaustion: Bool { self == .outOfMemory || self == .outOfSteps || self == .outOfTime }
}
