internal import Glibc
public import JSON
internal import Model

/// What the server says about itself, on standard error: a JSON object a line, or words on a terminal.
///
/// No text of a memory or a query ever goes here.
public struct Log: Sendable {
  public enum Level: String, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }
  }

  public enum Format: String, Sendable, CaseIterable {
    case auto, json, human
  }

  private let level: Level
  private let isHuman: Bool

  /// A log of what is at least `level`.
  public init(level: Level, format: Format) {
    self.level = level
    isHuman = format == .human || format == .auto && isatty(2) == 1
  }

  /// Writes one entry. `fields` come after the time, the level and the event, in their order.
  public func write(_ level: Level, _ event: String, _ fields: @autoclosure () -> JSONObject = [:]) {
    guard level >= self.level else { return }
    let now = SystemClock().now().iso8601
    var line: [UInt8]
    if isHuman {
      let time = now.dropFirst(11).prefix(12)
      var text = "\(time) \(level.rawValue.padded(to: 7)) \(event)"
      for (name, value) in fields() { text += " \(name)=\(value.stringValue ?? value.text)" }
      line = Array(text.utf8)
    } else {
      var entry: JSONObject = [
        "time": .string(now), "level": .string(level.rawValue), "event": .string(event),
      ]
      for (name, value) in fields() { entry[name] = value }
      line = JSONValue.object(entry).bytes
    }
    line.append(UInt8(ascii: "\n"))
    // One call a line, so that lines of several threads do not mix.
    _ = Glibc.write(2, line, line.count)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
