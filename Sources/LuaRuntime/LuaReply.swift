internal import CLuaBridge

/// What a call returned, and what it took.
public struct LuaReply<Values> {
  public let values: Values
  /// The lines that the script printed.
  public let log: [String]
  /// How many lines more it printed than the budget keeps.
  public let logDropped: Int
  /// How much of the budget was spent.
  public let steps: Int
  /// The most bytes that the sandbox held during the call.
  public let memoryPeak: Int

  func with<Other>(_ other: Other) -> LuaReply<Other> {
    LuaReply<Other>(values: other, log: log, logDropped: logDropped, steps: steps, memoryPeak: memoryPeak)
  }
}

extension LuaReply: Sendable where Values: Sendable {}

extension CLuaBridge_report {
  /// The lines of `print`. What is not UTF-8 in them is replaced: a log is for reading.
  var lines: [String] {
    var lines: [String] = []
    let log = UnsafeRawBufferPointer(start: self.log, count: log_length)
    var at = 0
    while at < log.count {
      let length = Int(log.loadUnaligned(fromByteOffset: at, as: UInt32.self))
      lines.append(String(decoding: log[(at + 4)..<(at + 4 + length)], as: UTF8.self))
      at += 4 + length
    }
    return lines
  }
}
