/// The source of a script, with the name that its errors show.
public struct LuaProgram: Sendable {
  public let name: String
  public let source: String

  /// Whether variables outside the functions live from call to call, as long as the sandbox does. Without it, each
  /// call begins with the script as written, and cannot learn anything from an earlier one.
  public let keepsState: Bool

  // Taken once: a pool looks programs up on every call.
  private let digest: Int

  /// A script that was checked before, or will be when a sandbox opens with it.
  public init(name: String, source: String, keepsState: Bool = false) {
    self.name = name
    self.source = source
    self.keepsState = keepsState
    var hasher = Hasher()
    hasher.combine(name)
    hasher.combine(source)
    hasher.combine(keepsState)
    digest = hasher.finalize()
  }

  /// A script whose syntax is sound.
  /// - Throws: `syntax` with the line, or what else ``LuaSandbox/init(_:limits:functions:)`` throws.
  public static func compile(
    _ source: String, name: String, keepsState: Bool = false, limits: LuaLimits = LuaLimits()
  ) throws(LuaError) -> LuaProgram {
    let program = LuaProgram(name: name, source: source, keepsState: keepsState)
    _ = try LuaSandbox(program, limits: limits)
    return program
  }
}

extension LuaProgram: Hashable {
  public static func == (left: LuaProgram, right: LuaProgram) -> Bool {
    left.digest == right.digest && left.keepsState == right.keepsState && left.name == right.name
      && left.source == right.source
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
