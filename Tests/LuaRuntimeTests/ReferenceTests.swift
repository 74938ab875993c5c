import CLuaReference
import Foundation
import JSON
import LuaRuntime
import Testing

/// What we wrote ourselves of Lua's libraries gives the same answers as Lua's own, on random input.
@Suite struct ReferenceTests {
  /// Runs the same source in both and compares the lines that it returns.
  func expectSame(_ source: String, except: (_ ours: String, _ theirs: String) -> Bool = { _, _ in false })
    throws
  {
    var text = source
    let raw = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { CLuaReference_run($0.baseAddress, $0.count) }
    }
    let result = try #require(raw)
    defer { free(result) }
    let limits = LuaLimits(
      memoryBytes: 256 << 20, stringBytes: 64 << 20, sourceBytes: 64 << 20, compileTime: nil)
    let sandbox = try LuaSandbox(LuaProgram(name: "ours", source: source), limits: limits)
    let budget = LuaBudget(steps: 2_000_000_000, time: nil, resultBytes: 64 << 20)
    let ours = try #require(try sandbox.evaluate(budget: budget).values.first?.stringValue).split(
      separator: "\n")
    let theirs = String(cString: result).split(separator: "\n")
    #expect(ours.count == theirs.count)
    var differences = 0
    for (our, their) in zip(ours, theirs) where our != their && !except(String(our), String(their)) {
      differences += 1
      if differences <= 10 { Issue.record("ours: \(our)\n    theirs: \(their)") }
    }
    #expect(differences == 0)
  }

  /// Lua that calls functions on cases and writes down the outcome of each, a line per case.
  static let prelude = """
    local lines = {}
    local function show(...)
      local out = {}
      for i = 1, select("#", ...) do
        local v = select(i, ...)
        if type(v) == "string" then
          local bytes = {}
          for j = 1, #v do
            local b = string.byte(v, j)
            bytes[j] = (b >= 32 and b < 127) and string.char(b) or ("<" .. b .. ">")
          end
          v = "'" .. table.concat(bytes) .. "'"
        end
        out[i] = tostring(v)
      end
      return table.concat(out, ",")
    end
    local function try(f, ...)
      local r = table.pack(pcall(f, ...))
      if r[1] then return show(table.unpack(r, 2, r.n)) end
      local said = tostring(r[2])
      for _, word in ipairs { "malformed pattern", "unfinished capture", "invalid pattern capture", "missing '['",
          "invalid capture index" } do
        if string.find(said, word, 1, true) then return "error: pattern" end
      end
      return "error"
    end
    local function note(...) lines[#lines + 1] = table.concat({ ... }, " | ") end

    """

  @Test(arguments: 0..<8) func `patterns match as in Lua`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var source = Self.prelude + "local cases = {\n"
    for _ in 0..<1_500 {
      source += "{\(luaLiteral(randomPattern(&random))),\(luaLiteral(randomSubject(&random))),"
      source += "\(luaLiteral(randomReplacement(&random))),\(Int.random(in: -4...9, using: &random))},\n"
    }
    source += """
      }
      for i, c in ipairs(cases) do
        local p, s, r, n = c[1], c[2], c[3], c[4]
        local found = {}
        local function collect()
          for a, b in string.gmatch(s, p) do found[#found + 1] = show(a, b) end
          return table.concat(found, ";")
        end
        note(i, show(p, s, r, n), try(string.find, s, p), try(string.find, s, p, n), try(string.match, s, p))
        note(i, "gmatch", show(p, s), try(collect))
        note(i, "gsub", show(p, s, r), try(string.gsub, s, p, r), try(string.gsub, s, p, "<%0>", n))
        note(i, "gsub function", show(p, s),
          try(string.gsub, s, p, function(a, b) return a and b and tostring(a) .. ":" .. tostring(b) end))
        note(i, "plain", show(p, s), try(string.find, s, p, n, true))
      end
      return table.concat(lines, "\\n")
      """
    // A pattern that is malformed is an error here, whether or not the matching would have come to that point.
    try expectSame(source) { ours, _ in ours.contains("error: pattern") }
  }

  @Test(arguments: 0..<4) func `formats write as in Lua`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var source = Self.prelude
    let values = [
      "0", "1", "-1", "42", "1.5", "-0.0", "1e100", "-1e300", "3.0", "1/3", "math.huge", "-math.huge",
      "math.mininteger", "math.maxinteger", "'text'", "'10'", "'x\\0y'", "('long'):rep(40)", "nil", "true",
      "65",
      "'a\\nb\"c\\\\\\1\\0012\\r'",
    ]
    for _ in 0..<2_000 {
      var format = "%"
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        format += pick(["-", "+", "0", " ", "#"], &random)
      }
      if Bool.random(using: &random) { format += "\(Int.random(in: 0...120, using: &random))" }
      if Bool.random(using: &random) { format += "." + pick(["", "0", "1", "5", "20", "99"], &random) }
      format += pick(
        ["d", "i", "u", "c", "x", "X", "o", "e", "E", "f", "g", "G", "a", "A", "s", "q", "z"], &random)
      source += "note(try(string.format, \(luaLiteral("<\(format)>")), \(pick(values, &random))))\n"
      if source.utf8.count % 64 == 0 { source += "do end\n" }
    }
    // Lua holds at most so many constants and jumps in one function: each note stands alone, in order.
    // A width is no reason to refuse a text with a zero byte.
    try expectSame(source + "return table.concat(lines, '\\n')") { ours, theirs in
      ours.contains("x") && theirs == "error"
    }
  }

  @Test(arguments: 0..<4) func `tables, numbers, bytes and code points are handled as in Lua`(seed: UInt64)
    throws
  {
    var random = SeededGenerator(seed: seed)
    var source = Self.prelude
    let texts =
      ["héllo", "日本語", "a", "", "x\u{10FFFF}y", "plain text"].map(luaLiteral) + ["'\\xff'", "'a\\x80b'"]
    let numerals = [
      "10", " 10 ", "0x10", "1e2", "0x1p4", "10.", ".5", "", " ", "z", "zz", "7f", "-7f", "- 7", "1e", "0x",
      "9223372036854775808", "-9223372036854775808", "nan", "inf", "1_0",
    ]
    func small() -> String { "\(Int.random(in: -5...8, using: &random))" }
    for _ in 0..<1_000 {
      let text = pick(texts, &random)
      let list =
        "{\((0..<Int.random(in: 0...6, using: &random)).map { _ in small() }.joined(separator: ","))}"
      source += "do local t = \(list)\n"
      source += "note(try(string.byte, \(text), \(small()), \(small())))\n"
      source += "note(try(string.rep, \(text), \(small()), \(pick(["','", "nil", "''"], &random))))\n"
      source +=
        "note(try(utf8.len, \(text), \(small()), \(small())), try(utf8.codepoint, \(text), \(small()), \(small())))\n"
      source +=
        "note(try(utf8.offset, \(text), \(small()), \(small())), try(utf8.offset, \(text), \(small())))\n"
      source +=
        "note(try(utf8.char, \(pick([0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF], &random)), \(Int.random(in: 0...300, using: &random))))\n"
      source +=
        "note(try(tonumber, \(luaLiteral(pick(numerals, &random)))), try(tonumber, \(luaLiteral(pick(numerals, &random))), \(Int.random(in: 1...37, using: &random))))\n"
      source += "note(try(table.insert, t, \(small()), 7), show(table.unpack(t)))\n"
      source += "note(try(table.remove, t, \(small())), try(table.remove, t), show(table.unpack(t)))\n"
      source += "note(try(table.concat, t, '-', \(small()), \(small())), try(table.concat, t, \(text)))\n"
      source +=
        "note(try(function() return table.unpack(table.move(t, \(small()), \(small()), \(small()))) end))\n"
      source += "note(try(table.unpack, t, \(small()), \(small())), try(select, \(small()), 1, 2, 3))\n"
      source +=
        "note(try(function() table.sort(t) return table.unpack(t) end), try(math.fmod, \(small()), \(small())))\n"
      source += "end\n"
    }
    try expectSame(source + "return table.concat(lines, '\\n')")
  }
}

/// SplitMix64: the same seed gives the same cases.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = (seed + 1) &* 0xD1B5_4A32_D192_ED03 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

func pick<Element>(_ choices: [Element], _ random: inout SeededGenerator) -> Element {
  choices[Int.random(in: choices.indices, using: &random)]
}

/// The text as a Lua literal, with every unusual byte escaped.
func luaLiteral(_ text: String) -> String {
  var literal = "\""
  for byte in text.utf8 {
    let plain = byte >= 32 && byte < 127 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    if plain {
      literal.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      literal += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
  return literal + "\""
}

private let pieces = [
  "a", "b", "c", ".", "%a", "%d", "%s", "%w", "%W", "%p", "%x", "%u", "%l", "%c", "%g", "%.", "%%", "%]",
  "[abc]",
  "[^a]", "[a-c]", "[%a_]", "[]]", "[^]]", "[a-]", "[-a]", "[%w%s]", "[a-%%]", "[%]x]", "(", ")", "()", "%1",
  "%2", "%0",
  "%b()", "%bab", "%f[%w]", "%f[^a]", "^", "$", "é", "\u{0}", "[", "%", "]",
]

func randomPattern(_ random: inout SeededGenerator) -> String {
  var pattern = Int.random(in: 0..<6, using: &random) == 0 ? "^" : ""
  for _ in 0..<Int.random(in: 0...6, using: &random) {
    // Balanced captures more often than chance would make them.
    if Int.random(in: 0..<5, using: &random) == 0 {
      pattern += "(" + pick(pieces, &random) + pick(["", "*", "+", "-", "?"], &random) + ")"
    } else {
      pattern += pick(pieces, &random) + pick(["", "", "*", "+", "-", "?"], &random)
    }
  }
  if Int.random(in: 0..<6, using: &random) == 0 { pattern += "$" }
  return pattern
}

func randomSubject(_ random: inout SeededGenerator) -> String {
  let alphabet = [
    "a", "a", "b", "c", "(", ")", " ", "1", "x", "_", ".", "%", "é", "\u{0}", "A", "^", "$", "]", "-",
  ]
  return (0..<Int.random(in: 0...14, using: &random)).map { _ in pick(alphabet, &random) }.joined()
}

func randomReplacement(_ random: inout SeededGenerator) -> String {
  (0..<Int.random(in: 0...3, using: &random)).map { _ in
    pick(["x", "%0", "%1", "%2", "%%", "<", "%x", "%"], &random)
  }
  .joined()
}
