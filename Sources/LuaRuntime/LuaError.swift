internal import CLuaBridge

/// Why a script did not do what it was asked, said for the person who wrote it.
public struct LuaError: Error, Sendable, Hashable {
  /// What kind of failure it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The source does not compile.
    case syntax
    /// The source is longer than the limit.
    case sourceTooLarge = "source_too_large"
    /// The script raised an error.
    case runtime
    /// The memory limit was reached.
    case outOfMemory = "out_of_memory"
    /// The step budget was spent.
    case outOfSteps = "out_of_steps"
    /// The time budget was spent.
    case outOfTime = "out_of_time"
    /// What the script returned is not plain data within the limits.
    case badResult = "bad_result"
    /// The script does not return the function that was asked for.
    case noFunction = "no_function"
    /// The sandbox is running another call.
    case busy
  }

  public let kind: Kind
  /// What happened, without the position.
  public let message: String
  /// The name of the script.
  public let script: String
  /// The line, if it happened on one.
  public let line: Int?
  /// The calls that led there, innermost first, at most 16 of them.
  public let traceback: [String]
  /// What was printed before.
  public let log: [String]

  init(
    _ kind: Kind, _ message: String, in program: LuaProgram, line: Int? = nil, traceback: [String] = [],
    log: [String] = []
  ) {
    self.kind = kind
    self.message = message
    self.script = program.name
    self.line = line
    self.traceback = traceback
    self.log = log
  }
}

extension LuaError: CustomStringConvertible {
  /// `script:line: message`, and the hint if there is one.
  public var description: String {
    let position = line.map { "\(script):\($0)" } ?? script
    return "\(position): \(message)" + (hint.map { " (\($0))" } ?? "")
  }
}

extension LuaError {
  /// The failure that the bridge reports after a call.
  init(_ status: CLuaBridge_status, _ report: CLuaBridge_report, in sandbox: LuaSandbox, budget: LuaBudget) {
    let program = sandbox.program
    var line = report.line > 0 ? Int(report.line) : nil
    let said = Self.split(String(cString: report.message), chunk: program.name)
    if let position = said.line { line = position }
    let kind: Kind
    var message = said.message
    switch status {
    case .syntax: kind = .syntax
    case .memory:
      kind = .outOfMemory
      let limits = sandbox.limits
      message =
        switch report.refused {
        case .string: "the script makes a text of more than its \(limits.stringBytes) bytes"
        case .table: "the script makes a table of more than its \(limits.tableMembers) members"
        case .memory: "the script needs more than its \(limits.memoryBytes) bytes of memory"
        }
    case .steps:
      kind = .outOfSteps
      message = "the script took more than its \(budget.steps) steps"
    case .time:
      kind = .outOfTime
      message = "the script took longer than its \(budget.time ?? .zero)"
    case .bad_result: kind = .badResult
    case .no_function: kind = .noFunction
    case .runtime, .ok: kind = .runtime
    }
    self.init(
      kind, message, in: program, line: line,
      traceback: String(cString: report.traceback).split(separator: "\n").map(String.init), log: report.lines)
  }

  /// Takes the position off a message of Lua's: `name:12: what happened`.
  private static func split(_ text: String, chunk: String) -> (line: Int?, message: String) {
    guard text.hasPrefix(chunk + ":") else { return (nil, text) }
    let rest = text.dropFirst(chunk.count + 1)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let line = Int(digits), rest.dropFirst(digits.count).hasPrefix(": ") else { return (nil, text) }
    return (line, String(rest.dropFirst(digits.count + 2)))
  }
}
