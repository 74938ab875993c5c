/// One thing that is wrong with a value.
public struct SchemaFault: Hashable, Sendable, CustomStringConvertible {
  /// Where: member names joined by dots and indices in brackets, as in `filters.importance.gte` or `tags[3]`.
  /// Empty for the value itself.
  public var path: String
  /// What is wrong there.
  public var message: String
  /// What would be right, in words that follow “allowed are”.
  public var allowed: String?

  /// A fault at `path`.
  public init(path: String = "", _ message: String, allowed: String? = nil) {
    self.path = path
    self.message = message
    self.allowed = allowed
  }

  /// A sentence without its full stop, such as `summary: 3 characters; allowed are 10 to 500`.
  public var description: String {
    let place = path.isEmpty ? "" : path + ": "
    return place + message + (allowed.map { "; allowed are " + $0 } ?? "")
  }
}

/// Everything that is wrong with a value, in the order of the text.
public struct SchemaFaults: Error, Hashable, Sendable, CustomStringConvertible {
  /// At most this many faults of a value are told.
  public static let limit = 32

  /// The first ``limit`` faults; never empty.
  public let faults: [SchemaFault]
  /// How many more there were.
  public let untold: Int

  /// One fault, found outside of a schema.
  public init(_ fault: SchemaFault) {
    self.init(faults: [fault], untold: 0)
  }

  init(faults: [SchemaFault], untold: Int) {
    self.faults = faults
    self.untold = untold
  }

  /// A line per fault.
  public var description: String {
    let lines = faults.map(\.description) + (untold > 0 ? ["and \(untold) more"] : [])
    return lines.joined(separator: "\n")
  }
}

/// What a conversion throws when a value that fits the schema means nothing to it.
public struct SchemaMismatch: Error, Sendable {
  /// What is wrong.
  public let message: String
  /// What would be right, in words that follow “allowed are”.
  public let allowed: String?

  /// A mismatch.
  public init(_ message: String, allowed: String? = nil) {
    self.message = message
    self.allowed = allowed
  }
}

/// The state of one decoding: where it is and what it found.
struct Inspection {
  private enum Step {
    case key(String)
    case index(Int)
  }

  /// Whether text stands for numbers and truth values, and one value for a list of it.
  let lenient: Bool
  private(set) var faults: [SchemaFault] = []
  private(set) var untold = 0
  private var steps: [Step] = []

  init(lenient: Bool) {
    self.lenient = lenient
  }

  /// How many faults were found.
  var faultCount: Int { faults.count + untold }

  /// Whether another fault would not be told, so that its words need not be found.
  var isFull: Bool { faults.count >= SchemaFaults.limit }

  mutating func enter(_ key: String) { steps.append(.key(key)) }
  mutating func enter(_ index: Int) { steps.append(.index(index)) }
  mutating func leave() { steps.removeLast() }

  /// Notes a fault at the current place, or at `path` from there.
  mutating func fault(at path: String = "", _ message: String, allowed: String? = nil) {
    guard !isFull else {
      untold += 1
      return
    }
    let place = Self.join(pathHere, path)
    faults.append(SchemaFault(path: place, message, allowed: allowed))
  }

  /// Notes the faults that another inspection found, which began at this place.
  mutating func take(_ other: Inspection) {
    for fault in other.faults { self.fault(at: fault.path, fault.message, allowed: fault.allowed) }
    untold += other.untold
  }

  private var pathHere: String {
    var path = ""
    for step in steps {
      switch step {
      case .key(let key): path = Self.join(path, key.shortened(to: 64).onOneLine)
      case .index(let index): path += "[\(index)]"
      }
    }
    return path
  }

  private static func join(_ path: String, _ next: String) -> String {
    if path.isEmpty || next.isEmpty || next.hasPrefix("[") { return path + next }
    return path + "." + next
  }
}
