internal import CLuaBridge
import Glibc
public import JSON

/// One script in a Lua state of its own, which it cannot leave and cannot outspend.
///
/// The module in one paragraph: a ``LuaProgram`` is the source of a script; a `LuaSandbox` holds it compiled and
/// calls it with plain data, within ``LuaLimits`` for as long as it lives and a ``LuaBudget`` for each call; a
/// ``HostFunction`` is what the script may ask of us; a ``LuaPool`` keeps sandboxes warm for many owners. Nothing
/// here knows what the scripts are about. The Lua state itself stays behind `CLuaBridge`, in C, where its errors
/// may jump.
///
/// A script returns one function, or a table of functions, or plain data (see ``evaluate(budget:context:)``). Every
/// call evaluates the script anew, so what one call leaves behind in variables is invisible to the next, unless the
/// program says that it ``LuaProgram/keepsState``.
///
/// Calls compute on the calling thread until they are done: make them off the event loop and off the cooperative
/// pool. The thread's stack should be 512 KB or more.
public final class LuaSandbox: @unchecked Sendable {
  // Sendable: the handle's contents are touched only between `CLuaBridge_enter` and `CLuaBridge_leave`, an atomic
  // flag that admits one thread; the rest is immutable.
  private let handle: OpaquePointer

  public let program: LuaProgram
  public let limits: LuaLimits
  let functions: [HostFunction]

  /// A sandbox with `program` compiled in it. The program does not run yet.
  /// - Throws: `syntax`, `sourceTooLarge`, `outOfMemory` if the limits do not hold even that, or `outOfTime`.
  public init(
    _ program: LuaProgram, limits: LuaLimits = LuaLimits(), functions: [HostFunction] = []
  ) throws(LuaError) {
    guard program.source.utf8.count <= limits.sourceBytes else {
      throw LuaError(.sourceTooLarge, "the script is longer than \(limits.sourceBytes) bytes", in: program)
    }
    guard let handle = Self.open(limits, functions) else {
      throw LuaError(.outOfMemory, "\(limits.memoryBytes) bytes are too few to open a sandbox", in: program)
    }
    self.handle = handle
    self.program = program
    self.limits = limits
    self.functions = functions
    // If this throws, `deinit` closes the handle: every property is set.
    try load()
  }

  deinit { CLuaBridge_close(handle) }

  /// Calls the function that the script returned, or the member `function` of the table that it returned.
  public func call(
    _ function: String? = nil, with arguments: LuaArguments = [], budget: LuaBudget = LuaBudget(),
    context: (any Sendable)? = nil
  ) throws(LuaError) -> LuaReply<[JSONValue]> {
    try run(.invoke, function, arguments, budget, context) { $0.values() }
  }

  /// Like ``call(_:with:budget:context:)`` for a function that returns one list of numbers. Integers become doubles;
  /// anything else is a `badResult`.
  public func numbers(
    from function: String? = nil, with arguments: LuaArguments = [], budget: LuaBudget = LuaBudget(),
    context: (any Sendable)? = nil
  ) throws(LuaError) -> LuaReply<[Double]> {
    let reply = try run(.invoke, function, arguments, budget, context) { $0.numbers() }
    switch reply.values {
    case .success(let numbers): return reply.with(numbers)
    case .failure(let wrong):
      throw LuaError(.badResult, wrong.message, in: program, log: reply.log)
    }
  }

  /// Runs the script itself and returns what it returns: for scripts that are data, such as a configuration.
  public func evaluate(
    budget: LuaBudget = LuaBudget(), context: (any Sendable)? = nil
  ) throws(LuaError) -> LuaReply<[JSONValue]> {
    try run(.evaluate, nil, [], budget, context) { $0.values() }
  }

  /// The names of the functions in the table that the script returns, sorted; empty if it returns one function.
  /// - Throws: `noFunction` if it returns neither.
  public func functionNames(budget: LuaBudget = LuaBudget()) throws(LuaError) -> [String] {
    let reply = try run(.survey, nil, [], budget, nil) { $0.values() }
    return (reply.values.first?.arrayValue ?? []).compactMap(\.stringValue).sorted()
  }

  /// The bytes that this sandbox holds now; its limit while a call runs.
  public var memoryHeld: Int {
    guard CLuaBridge_enter(handle) else { return limits.memoryBytes }
    defer { CLuaBridge_leave(handle) }
    return CLuaBridge_held(handle)
  }

  // MARK: Crossing

  private static func open(_ limits: LuaLimits, _ functions: [HostFunction]) -> OpaquePointer? {
    var limits = CLuaBridge_limits(
      memory: limits.memoryBytes, string: limits.stringBytes, members: limits.tableMembers,
      depth: min(limits.depth, 128))
    let names = functions.map { strdup($0.name) }
    defer { for name in names { free(name) } }
    var pointers = names.map { UnsafePointer($0) }
    return CLuaBridge_open(&limits, &pointers, Int32(pointers.count))
  }

  private func load() throws(LuaError) {
    var budget = limits.compileBudget.bridged
    _ = CLuaBridge_enter(handle)
    defer { CLuaBridge_leave(handle) }
    var source = program.source
    let status = source.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        CLuaBridge_load(handle, $0.baseAddress, $0.count, program.name, &budget)
      }
    }
    if status != .ok {
      throw LuaError(status, CLuaBridge_last(handle), in: self, budget: limits.compileBudget)
    }
  }

  private func run<Values>(
    _ mode: CLuaBridge_mode, _ function: String?, _ arguments: LuaArguments, _ budget: LuaBudget,
    _ context: (any Sendable)?, read: (inout WireReader) -> Values
  ) throws(LuaError) -> LuaReply<Values> {
    guard CLuaBridge_enter(handle) else {
      throw LuaError(.busy, "the script is already running in this sandbox", in: program)
    }
    defer { CLuaBridge_leave(handle) }
    let host = functions.isEmpty ? nil : HostDesk(functions, context)
    let status = withExtendedLifetime(host) {
      arguments.withBytes { shapes, body in
        withOptionalCString(function) { name in
          var call = CLuaBridge_call(
            mode: mode, keeps: program.keepsState, function: name,
            shapes: shapes.baseAddress, shapes_length: shapes.count, body: body.baseAddress,
            body_length: body.count, budget: budget.bridged, host: host == nil ? nil : HostDesk.answer,
            host_context: host.map { Unmanaged.passUnretained($0).toOpaque() })
          return CLuaBridge_run(handle, &call)
        }
      }
    }
    let report = CLuaBridge_last(handle)
    guard status == .ok else { throw LuaError(status, report, in: self, budget: budget) }
    var reader = WireReader(UnsafeRawBufferPointer(start: report.result, count: report.result_length))
    return LuaReply(
      values: read(&reader), log: report.lines, logDropped: Int(report.log_dropped), steps: Int(report.steps),
      memoryPeak: report.memory_peak)
  }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result
{
  guard let text else { return body(nil) }
  return text.withCString(body)
}
