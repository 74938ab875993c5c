/// Chunks that attack the compiler, or act while they are evaluated.
enum HostileChunks {
  static let all: [String] = nesting + repetition + literals + evaluated

  private static func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  private static func many(_ count: Int, _ separator: String, _ item: (Int) -> String) -> String {
    (0..<count).map(item).joined(separator: separator)
  }

  private static let nesting: [String] = [
    times("(", 100_000),
    times("do ", 50_000),
    times("function f() ", 20_000),
    "return \(times("{", 50_000))",
    "return \(times("not ", 60_000))1",
    "return \(times("-", 1))",
    "return \(many(20_000, "..") { _ in "'x'" })",
    "return \(many(60_000, "^") { _ in "1" })",
    "return \(many(60_000, "(") { "a\($0 % 7)" })",
    functions,
  ]

  private static let repetition: [String] = [
    "local \(many(300, ",") { "v\($0)" })",
    "goto nowhere",
    "\(times("goto a ", 30_000))::a::",
    "\(many(15_000, " ") { "goto a ::b\($0)::" }) ::a::",
    "local t = {\(many(20_000, ",") { "k\($0)=\($0)" })} return function() end",
    "local t = {\(many(60_000, ",") { "\($0)" })} return function() end",
    "return function(x) \(many(9_000, " ") { "if x == \($0) then return 'k\($0)' end" }) end",
    "local x <const> = 1; x = 2",
    "local x <close> = 42",
    "break",
    "::a:: ::a::",
  ]

  private static let literals: [String] = [
    "return [==[\(times("]=", 100_000))",
    "--[==[\(times("]=", 100_000))",
    "return '\\u{7fffffffffff}'",
    "return 0x\(times("f", 200_000))",
    "return \(times("9", 200_000))",
    "return '\(times("\\255", 60_000))'",
    "\u{1B}Lua",
    "\u{FEFF}return 1",
    "#!/usr/bin/lua\nreturn 1",
    "",
  ]

  private static let evaluated: [String] = [
    "error('at the start')",
    "while true do end",
    "return 1",
    "return coroutine",
    "return setmetatable({}, { __index = function() while true do end end })",
    "return { [1] = function() end }",
    "_ENV = {} return function() return x end",
    "_ENV = nil return function() return x end",
  ]

  /// Functions in functions, each with many variables: what makes looking a name up slow for the compiler.
  private static let functions: String = {
    let variables = "local " + many(190, ",") { "v\($0)" }
    return times("return function() \(variables) ", 60) + times("z=z ", 20_000) + times(" end", 60)
  }()
}
