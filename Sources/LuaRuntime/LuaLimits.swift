internal import CLuaBridge

/// What holds for a sandbox as long as it lives.
public struct LuaLimits: Sendable, Hashable {
  /// Bytes that the script and its values may hold.
  public var memoryBytes: Int
  /// Bytes of one string.
  public var stringBytes: Int
  /// Members of one table, apart from those with keys 1, 2, 3 …; a power of two.
  public var tableMembers: Int
  /// Bytes of the source.
  public var sourceBytes: Int
  /// Time on the clock for compiling; nil is no limit but the source's length. Ordinary scripts take well under a
  /// millisecond; only source that is made to be slow takes longer.
  public var compileTime: Duration?
  /// How deeply values that cross may be nested, at most 128.
  public var depth: Int

  public init(
    memoryBytes: Int = 16 << 20, stringBytes: Int = 1 << 20, tableMembers: Int = 1 << 15,
    sourceBytes: Int = 256 << 10, compileTime: Duration? = .milliseconds(500), depth: Int = 64
  ) {
    self.memoryBytes = memoryBytes
    self.stringBytes = stringBytes
    self.tableMembers = tableMembers
    self.sourceBytes = sourceBytes
    self.compileTime = compileTime
    self.depth = depth
  }

  /// The compiler is charged by the byte, and stopped by the clock where source makes it slow.
  var compileBudget: LuaBudget { LuaBudget(steps: 1_000_000 + sourceBytes * 64, time: compileTime) }
}

/// What one call may spend.
public struct LuaBudget: Sendable, Hashable {
  /// Instructions of the virtual machine, and what stands for them in library functions and allocations: roughly,
  /// 5 nanoseconds each. The same call takes nearly the same number each time.
  public var steps: Int
  /// Time on the clock, host functions excluded. Nil is no limit but the steps.
  public var time: Duration?
  /// Bytes of the encoded result, and of the arguments of a host function.
  public var resultBytes: Int
  /// Lines kept from `print`, each of at most 1,024 bytes; more are counted and dropped.
  public var logLines: Int
  /// Calls of host functions.
  public var hostCalls: Int
  /// What `math.random` starts from. The same seed gives the same numbers.
  public var seed: UInt64

  public init(
    steps: Int = 20_000_000, time: Duration? = .milliseconds(500), resultBytes: Int = 1 << 20,
    logLines: Int = 100, hostCalls: Int = 1_000, seed: UInt64 = 0
  ) {
    self.steps = steps
    self.time = time
    self.resultBytes = resultBytes
    self.logLines = logLines
    self.hostCalls = hostCalls
    self.seed = seed
  }

  var bridged: CLuaBridge_budget {
    CLuaBridge_budget(
      steps: Int64(steps), nanoseconds: time.map(Self.nanoseconds) ?? .max, result: max(resultBytes, 0),
      log_lines: Int32(clamping: logLines), host_calls: Int32(clamping: hostCalls), seed: seed)
  }

  private static func nanoseconds(_ time: Duration) -> UInt64 {
    let (seconds, attoseconds) = time.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    // A century is as good as no limit, and does not overflow when added to the clock.
    return min(UInt64(seconds), 3_155_760_000) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
