/// Bodies of functions that mean harm, by what they attack. Each must end within its budget, by whatever error.
enum HostileScripts {
  static let all: [(name: String, body: String)] =
    loops + catching + metatables + patterns + strings + tables + memory + stacks + escapes + numbers
    + crossing

  static let loops: [(name: String, body: String)] = [
    ("while true", "while true do end"),
    ("repeat", "repeat until false"),
    ("goto", "::again:: goto again"),
    ("for to huge", "for i = 1, math.huge do end"),
    ("for over integers", "for i = math.mininteger, math.maxinteger do end"),
    ("for with a tiny step", "for x = 0, 1, 1e-300 do end"),
    ("empty recursion by tail call", "local function f() return f() end return f()"),
    ("mutual tail calls", "local a, b function a() return b() end function b() return a() end a()"),
    ("iterator that never ends", "for _ in function() return 1 end do end"),
    (
      "ipairs over an endless list",
      "for _ in ipairs(setmetatable({}, { __index = function() return 1 end })) do end"
    ),
    (
      "pairs that never ends",
      "for _ in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end"
    ),
    (
      "next of a table that is emptied",
      "local t = {} for i = 1, 1e5 do t[i] = i end while next(t) do t[next(t)] = nil end"
    ),
    ("long line of work", String(repeating: "local x = 1 ", count: 50) + "while true do x = x + 1 end"),
    ("nested loops", "for a = 1, 1e9 do for b = 1, 1e9 do for c = 1, 1e9 do end end end"),
    ("closures", "while true do local x = 1 local f = function() return x end f() end"),
    ("varargs copied", "local function f(...) return f(1, ...) end f()"),
    (
      "select over varargs",
      "local function f(...) for i = 1, select('#', ...) do select(i, ...) end end local t = {} for i = 1, 50000 do t[i] = i end while true do f(table.unpack(t)) end"
    ),
    ("tostring", "while true do tostring(1.5) end"),
    ("print", "while true do print('x') end"),
    ("print of much", "local s = ('x'):rep(1e5) while true do print(s, s, s) end"),
    ("random", "while true do math.random(1, 100) end"),
    ("type", "while true do type(1) end"),
  ]

  static let catching: [(name: String, body: String)] = [
    ("pcall in a loop", "while true do pcall(function() while true do end end) end"),
    ("pcall on one line", "while true do pcall(error) end"),
    ("pcall of pcall", "local function f() return pcall(f) end while true do f() end"),
    ("pcall chain", "while true do pcall(pcall, pcall, pcall, pcall, error) end"),
    ("pcall after the end", "pcall(function() while true do end end) while true do end"),
    ("pcall that answers", "local ok = pcall(function() while true do end end) return ok"),
    (
      "xpcall with a looping handler",
      "xpcall(function() while true do end end, function() while true do end end)"
    ),
    ("xpcall whose handler fails", "while true do xpcall(error, error) end"),
    (
      "xpcall whose handler calls xpcall",
      "local function h() xpcall(error, h) end xpcall(error, h) while true do end"
    ),
    (
      "handler with a loop after error", "xpcall(function() error('x') end, function() while true do end end)"
    ),
    ("handler is pcall", "while true do xpcall(error, pcall) end"),
    (
      "close that loops",
      "do local x <close> = setmetatable({}, { __close = function() while true do end end }) end"
    ),
    (
      "close that loops after the budget",
      "local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end"
    ),
    (
      "close that catches",
      "local x <close> = setmetatable({}, { __close = function() pcall(function() while true do end end) while true do end end }) while true do end"
    ),
    (
      "many closes",
      "local function f(n) local x <close> = setmetatable({}, { __close = function() while true do end end }) if n > 0 then f(n - 1) end while true do end end f(100)"
    ),
    (
      "closes that raise",
      "local function f() local x <close> = setmetatable({}, { __close = function() error('again') end }) error('first') end while true do pcall(f) end"
    ),
    (
      "close made of a library function",
      "local x <close> = setmetatable({}, { __close = table.sort }) while true do end"
    ),
    (
      "for with a closing value",
      "for a in function() return 1 end, nil, nil, setmetatable({}, { __close = function() while true do end end }) do end"
    ),
    ("tostring that loops", "tostring(setmetatable({}, { __tostring = function() while true do end end }))"),
    (
      "error with a looping tostring",
      "error(setmetatable({}, { __tostring = function() while true do end end }))"
    ),
    ("error with a table", "error({ message = ('x'):rep(1e5) })"),
    ("error with itself inside", "local e = {} e.message = e error(e)"),
    ("error with nothing", "error()"),
    ("error with a function", "error(function() end)"),
    (
      "errors rethrown",
      "local function f(n) local ok, e = pcall(f, n + 1) error(e, 0) end f(1) while true do end"
    ),
    ("error levels", "while true do pcall(error, 'x', 1e9) pcall(error, 'x', -1e9) end"),
    ("catching no memory", "local t = {} while true do pcall(function() t[#t + 1] = ('x'):rep(1e6) end) end"),
    (
      "catching no memory, small",
      "local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end"
    ),
    ("assert in a loop", "while true do pcall(assert, false, {}) end"),
  ]

  static let metatables: [(name: String, body: String)] = [
    ("gc", "setmetatable({}, { __gc = function() while true do end end })"),
    (
      "gc added later",
      "local mt = {} setmetatable({}, mt) mt.__gc = function() while true do end end for i = 1, 1e6 do setmetatable({}, mt) end"
    ),
    (
      "gc by rawset",
      "local mt = {} rawset(mt, '__gc', function() while true do end end) setmetatable({}, mt)"
    ),
    (
      "gc by inheritance",
      "local mt = setmetatable({}, { __index = function() return function() while true do end end end }) for i = 1, 1e5 do setmetatable({}, mt) end"
    ),
    (
      "weak tables in a chain",
      "local mt = {} local first = setmetatable({}, mt) mt.__mode = 'k' local t = first for i = 1, 20000 do local k = {} local n = setmetatable({}, mt) t[k] = n t = n end while true do t = {} end"
    ),
    ("mode", "setmetatable({}, { __mode = 'k' })"),
    ("call that is a table", "local t = {} setmetatable(t, { __call = t }) t()"),
    ("call chain", "local t = {} t.__call = t setmetatable(t, t) t()"),
    (
      "call that calls itself",
      "local t = setmetatable({}, { __call = function(self, ...) return self(1, ...) end }) t()"
    ),
    (
      "index loop",
      "local a, b = {}, {} setmetatable(a, { __index = b }) setmetatable(b, { __index = a }) while true do pcall(function() return a.x end) end"
    ),
    (
      "index chain",
      "local t = {} for i = 1, 1900 do t = setmetatable({}, { __index = t }) end while true do local x = t.x end"
    ),
    (
      "index function that recurses",
      "local t = setmetatable({}, {}) setmetatable(t, { __index = function(t, k) return t[k] end }) return t.x"
    ),
    (
      "newindex chain",
      "local t = {} for i = 1, 1900 do t = setmetatable({}, { __newindex = t }) end while true do t.x = nil end"
    ),
    (
      "newindex that recurses",
      "local t = setmetatable({}, { __newindex = function(t, k, v) t[k] = v end }) t.x = 1"
    ),
    (
      "len that lies to insert",
      "table.insert(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1, 1)"
    ),
    (
      "len that lies to concat",
      "table.concat(setmetatable({}, { __len = function() return 1e15 // 1 | 0 end, __index = function() return '' end }))"
    ),
    (
      "len that lies to sort",
      "table.sort(setmetatable({}, { __len = function() return 1 << 30 end, __index = function(_, i) return i end }))"
    ),
    ("len that lies to unpack", "table.unpack(setmetatable({}, { __len = function() return 1 << 40 end }))"),
    (
      "len that lies to remove",
      "table.remove(setmetatable({}, { __len = function() return 1 << 40 end }), 1)"
    ),
    ("len that loops", "return #setmetatable({}, { __len = function() while true do end end })"),
    (
      "eq that loops",
      "local mt = { __eq = function() while true do end end } return setmetatable({}, mt) == setmetatable({}, mt)"
    ),
    (
      "lt that loops",
      "local mt = { __lt = function() while true do end end } return setmetatable({}, mt) < setmetatable({}, mt)"
    ),
    (
      "le that recurses",
      "local mt = {} mt.__le = function(a, b) return a <= b end return setmetatable({}, mt) <= setmetatable({}, mt)"
    ),
    (
      "concat that grows",
      "local mt = {} mt.__concat = function(a, b) return setmetatable({}, mt) .. a .. b end return setmetatable({}, mt) .. 'x'"
    ),
    (
      "arithmetic that recurses",
      "local mt = {} mt.__add = function(a, b) return a + b end return setmetatable({}, mt) + 1"
    ),
    (
      "unary that recurses", "local mt = {} mt.__unm = function(a) return -a end return -setmetatable({}, mt)"
    ),
    ("metatable of metatables", "local t = {} for i = 1, 1e6 do t = setmetatable({}, t) end"),
    ("setmetatable in a loop", "local mt = { __index = {} } while true do setmetatable({}, mt) end"),
    ("string metatable", "getmetatable('').__index = {}"),
    ("frozen library", "string.format = nil"),
    ("frozen library by rawset", "rawset(string, 'format', nil)"),
    ("frozen library by setmetatable", "setmetatable(string, {})"),
    ("frozen library by insert", "table.insert(math, 1)"),
    ("frozen globals", "_ENV.x = 1"),
    ("frozen globals by rawset", "rawset(_ENV, 'tostring', nil)"),
    ("frozen globals by getmetatable", "getmetatable(_ENV).__index = {}"),
    ("a global", "x = 1"),
    (
      "the private keys of a metatable",
      "local mt = {} setmetatable({}, mt) for k, v in pairs(mt) do mt[k] = nil; v.__gc = 1 end while true do end"
    ),
  ]

  static let patterns: [(name: String, body: String)] = [
    ("find with lazy items", "('a'):rep(3000):find(('a-'):rep(8) .. 'b')"),
    ("match with greedy items", "('a'):rep(3000):match(('a*'):rep(8) .. 'b')"),
    ("match with dots", "('a'):rep(3000):match(('.*'):rep(8) .. 'b')"),
    ("optional items", "('a'):rep(60):match(('a?'):rep(60) .. ('a'):rep(60) .. 'b')"),
    ("gsub with lazy items", "('a'):rep(3000):gsub(('.-'):rep(6) .. 'x', '')"),
    ("gmatch with lazy items", "for _ in ('a'):rep(3000):gmatch(('.-'):rep(6) .. 'x') do end"),
    ("captures", "('a'):rep(3000):match(('(a*)'):rep(10) .. 'b')"),
    ("back references", "('a'):rep(3000):match('(a*)(a*)%1%2%1%2b')"),
    ("balance", "('('):rep(30000):gsub('%b()', '')"),
    ("balance from every start", "local s = ('('):rep(100000) while true do s:find('%b()') end"),
    ("frontier", "('ab '):rep(1000):match(('.-%f[%w]'):rep(5) .. '!')"),
    (
      "plain find, worst case",
      "local s = ('a'):rep(5e5) while true do s:find(('a'):rep(2e5) .. 'b', 1, true) end"
    ),
    (
      "find without specials",
      "local s, p = ('a'):rep(5e5), ('a'):rep(2e5) .. 'b' while true do s:find(p) end"
    ),
    ("long pattern", "('a'):rep(1000):find(('a?'):rep(5e5))"),
    ("long set", "('a'):rep(1000):find('[' .. ('a'):rep(9e5) .. ']')"),
    ("many captures", "('a'):rep(100):match(('()'):rep(40))"),
    ("unfinished", "('a'):rep(100):match('(')"),
    ("malformed set", "('a'):match('[a')"),
    ("malformed escape", "('a'):match('a%')"),
    ("gsub that grows", "local s = 'a' while true do s = s:gsub('a', 'aa') end"),
    ("gsub with a function that loops", "('a'):gsub('a', function() while true do end end)"),
    ("gsub within gsub", "local function f(s) return (s:gsub('.', f)) end f('ab')"),
    (
      "gsub with a table that loops",
      "('a'):gsub('.', setmetatable({}, { __index = function() while true do end end }))"
    ),
    ("gsub of nothing", "while true do ('x'):rep(1e5):gsub('', '') end"),
    ("gsub of everything", "while true do ('x'):rep(1e5):gsub('.', '%0%0%0') end"),
    ("gsub with many back references", "('x'):rep(1e3):gsub('(.+)', ('%1'):rep(1e5))"),
    ("gmatch of nothing", "while true do for _ in ('x'):rep(1e4):gmatch('') do end end"),
    ("match at every start", "local s = ('a'):rep(1e5) while true do s:match('a*b') end"),
    ("anchored", "while true do ('a'):rep(100):find('^a*b') end"),
    ("zero bytes", "('\\0'):rep(1e5):match(('%z*'):rep(3) .. '[\\0-\\255]-x')"),
  ]

  static let strings: [(name: String, body: String)] = [
    ("rep beyond memory", "('x'):rep(1e9)"),
    ("rep overflow", "('x'):rep(math.maxinteger)"),
    ("rep of nothing", "(''):rep(math.maxinteger)"),
    ("rep with separator overflow", "('x'):rep(math.maxinteger, ('y'):rep(1000))"),
    ("rep of nothing with separator", "(''):rep(1e12 // 1 | 0, 'x')"),
    ("rep in a loop", "while true do ('x'):rep(1e6) end"),
    ("doubling", "local s = 'x' while true do s = s .. s end"),
    ("concatenating", "local s = '' while true do s = s .. 'x' end"),
    (
      "long chain",
      "local s = ('x'):rep(9e5) while true do local t = s .. s .. s .. s .. s .. s .. s .. s end"
    ),
    ("chain of numbers", "while true do local s = 1.5 .. 2.5 .. 3.5 .. 4.5 .. 5.5 .. 6.5 end"),
    (
      "format of long texts",
      "local s = ('x'):rep(1e6) local t = {} for i = 1, 200 do t[i] = s end while true do string.format(('%.0s'):rep(200), table.unpack(t)) end"
    ),
    (
      "format that grows",
      "local s = ('x'):rep(1e6) string.format(('%s'):rep(200), s, s, s, s, s, s, s, s, s, s)"
    ),
    ("format with a huge width", "string.format('%999999999d', 1)"),
    (
      "format with many widths",
      "while true do string.format(('%99.99f'):rep(50), 1e308, 1e308, 1e308, 1e308) end"
    ),
    (
      "format of widths",
      "local t = {} for i = 1, 200 do t[i] = 1e308 end while true do string.format(('%99.99f'):rep(200), table.unpack(t)) end"
    ),
    ("format pointer", "string.format('%p', {})"),
    ("format quoted", "local s = ('\\0'):rep(9e5) while true do string.format('%q', s) end"),
    ("format without arguments", "string.format(('%d'):rep(1e5))"),
    (
      "format of a text that loops",
      "string.format('%s', setmetatable({}, { __tostring = function() while true do end end }))"
    ),
    ("byte of all", "local s = ('x'):rep(9e4) while true do s:byte(1, -1) end"),
    ("byte of too much", "('x'):rep(1e6):byte(1, -1)"),
    (
      "char of many",
      "local t = {} for i = 1, 90000 do t[i] = 65 end while true do string.char(table.unpack(t)) end"
    ),
    ("upper", "local s = ('x'):rep(9e5) while true do s:upper() end"),
    ("reverse", "local s = ('x'):rep(9e5) while true do s:reverse() end"),
    ("sub", "local s = ('x'):rep(9e5) while true do s:sub(2) end"),
    (
      "comparing long texts",
      "local a, b = ('x'):rep(9e5) .. 'a', ('x'):rep(9e5) .. 'b' while true do local c = a < b end"
    ),
    (
      "equality of long texts",
      "local a, b = ('x'):rep(9e5) .. 'a', ('x'):rep(9e5) .. 'b' while true do local c = a == b end"
    ),
    (
      "numeral made of spaces",
      "local s = (' '):rep(1e6) while true do pcall(function() return s + 1 end) end"
    ),
    ("numeral made of digits", "local s = ('1'):rep(1e6) while true do tonumber(s) end"),
    ("hexadecimal numeral", "local s = '0x' .. ('f'):rep(9e5) while true do local n = s + 1 end"),
    ("numeral in base 36", "local s = ('z'):rep(1e6) while true do tonumber(s, 36) end"),
    ("length of code points", "local s = ('é'):rep(4e5) while true do utf8.len(s) end"),
    ("offset of code points", "local s = ('é'):rep(4e5) while true do utf8.offset(s, 3e5) end"),
    ("codes", "local s = ('é'):rep(4e5) while true do for _ in utf8.codes(s) do end end"),
    ("codes of continuation bytes", "for _ in utf8.codes(('\\x80'):rep(1e6)) do end"),
    ("codepoint of all", "local s = ('é'):rep(4e4) while true do utf8.codepoint(s, 1, -1) end"),
    ("char of huge code points", "utf8.char(0x7fffffff)"),
    ("many distinct strings", "local t = {} for i = 1, 1e9 do t[i] = 'k' .. i end"),
  ]

  static let tables: [(name: String, body: String)] = [
    ("unpack of a huge range", "table.unpack({}, 1, 1e8)"),
    ("unpack beyond integers", "table.unpack({}, math.mininteger, math.maxinteger)"),
    ("unpack at the end", "table.unpack({}, math.maxinteger - 1, math.maxinteger)"),
    ("unpack in a loop", "local t = {} for i = 1, 90000 do t[i] = i end while true do table.unpack(t) end"),
    ("concat of a huge range", "table.concat({}, '', 1, math.maxinteger)"),
    (
      "concat that explodes",
      "local s = ('x'):rep(1e6) local t = {} for i = 1, 1000 do t[i] = s end table.concat(t)"
    ),
    (
      "concat with long separators",
      "local t = {} for i = 1, 1000 do t[i] = '' end table.concat(t, ('x'):rep(1e6))"
    ),
    ("move of a huge range", "table.move({}, 1, math.maxinteger - 1, 2)"),
    ("move to itself", "local t = {} while true do table.move(t, 1, 1e6, 2) end"),
    ("insert in front", "local t = {} while true do table.insert(t, 1, 1) end"),
    (
      "remove in front",
      "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.remove(t, 1) table.insert(t, 1) end"
    ),
    (
      "sort with a bad comparator",
      "local t = {} for i = 1, 50000 do t[i] = i % 7 end while true do table.sort(t, function() return true end) end"
    ),
    (
      "sort with a random comparator",
      "local t = {} for i = 1, 50000 do t[i] = i end while true do table.sort(t, function() return math.random() < 0.5 end) end"
    ),
    ("sort that loops", "table.sort({ 1, 2 }, function() while true do end end)"),
    (
      "sort that changes its table",
      "local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function(a, b) for i = 1, 100 do t[#t + 1] = 1 end return a < b end) while true do end"
    ),
    ("sort within sort", "local function f() table.sort({ 2, 1 }, f) end f()"),
    (
      "sort of long texts",
      "local t = {} local s = ('x'):rep(4e5) for i = 1, 8 do t[i] = s .. i end while true do table.sort(t) end"
    ),
    (
      "pack of many",
      "local t = {} for i = 1, 90000 do t[i] = i end while true do table.pack(table.unpack(t)) end"
    ),
    ("colliding integer keys", "local t = {} for i = 1, 1e9 do t[i * 65535] = 1 end"),
    (
      "colliding integer keys, read",
      "local t = {} for i = 1, 4000 do t[i * 4095] = 1 end while true do local x = t[4095 * 4095] end"
    ),
    (
      "rehash at the brink",
      "local t = {} for i = 1, 65535 do t['k' .. i] = 1 end local i = 65536 while true do t['k' .. i] = 1 t['k' .. (i - 65535)] = nil i = i + 1 end"
    ),
    ("float keys", "local t = {} for i = 1, 1e9 do t[i + 0.5] = 1 end"),
    ("sparse lists", "local t = {} for i = 1, 62 do t[1 << i] = 1 end while true do local n = #t end"),
    ("length of a large list", "local t = {} for i = 1, 1e5 do t[i] = i end while true do local n = #t end"),
    ("nan as a key", "({})[0 / 0] = 1"),
    ("nil as a key", "({})[nil] = 1"),
    ("next with a strange key", "next({}, 'x')"),
    ("constructor", "while true do local t = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, a = 1, b = 2, c = 3 } end"),
  ]

  static let memory: [(name: String, body: String)] = [
    ("tables in a list", "local t = {} while true do t[#t + 1] = {} end"),
    ("tables in a chain", "local t = {} while true do t = { t } end"),
    ("large lists", "local t = {} for i = 1, 1e9 do t[i] = i end"),
    ("closures in a list", "local t = {} while true do local x = #t t[x + 1] = function() return x end end"),
    ("strings in a list", "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end"),
    (
      "live heap at the limit",
      "local t = {} pcall(function() while true do t[#t + 1] = { #t } end end) while true do local s = ('x'):rep(1000) .. math.random(1e9) end"
    ),
    (
      "garbage at the limit",
      "local keep = {} for i = 1, 60000 do keep[i] = { i } end while true do local t = {} for i = 1, 1000 do t[i] = {} end end"
    ),
    (
      "graph that is costly to mark",
      "local all = {} for i = 1, 300 do all[i] = {} end for i = 1, 300 do for j = 1, 300 do all[i][j] = all[j] end end while true do local x = {} end"
    ),
    ("upvalues", "local f = function() end while true do local g = f f = function() return g end end"),
    ("log", "for i = 1, 1e6 do print(('x'):rep(2000)) end"),
    (
      "result too large", "local t = {} for i = 1, 1e5 do t[i] = 'some text that is long enough' end return t"
    ),
    ("result shared", "local t = { 'x' } for i = 1, 40 do t = { t, t } end return t"),
  ]

  static let stacks: [(name: String, body: String)] = [
    ("recursion", "local function f() f() return 1 end f()"),
    ("recursion with values", "local function f(...) return 1 + f(1, 2, 3, ...) end f()"),
    ("recursion through pcall", "local function f() pcall(f) end f() while true do end"),
    ("recursion through sort", "local function f(a, b) table.sort({ 1, 2, 3 }, f) return a < b end f(1, 2)"),
    ("recursion through gsub", "local function f() (('x'):rep(10)):gsub('.', f) end f()"),
    (
      "recursion through tostring",
      "local t t = setmetatable({}, { __tostring = function() return tostring(t) end }) tostring(t)"
    ),
    (
      "recursion through index",
      "local t t = setmetatable({}, { __index = function(_, k) return t[k .. 'x'] end }) return t.x"
    ),
    (
      "recursion through concat",
      "local mt = {} mt.__concat = function(a, b) return a .. b end return setmetatable({}, mt) .. ''"
    ),
    (
      "recursion through pairs",
      "local t t = setmetatable({}, { __pairs = function() return pairs(t) end }) pairs(t)"
    ),
    ("recursion through xpcall", "local function f() xpcall(f, f) end f() while true do end"),
    (
      "recursion through format",
      "local t t = setmetatable({}, { __tostring = function() return string.format('%s', t) end }) string.format('%s', t)"
    ),
    (
      "recursion through print",
      "local t t = setmetatable({}, { __tostring = function() print(t) return '' end }) print(t)"
    ),
    (
      "recursion through close",
      "local function f() local x <close> = setmetatable({}, { __close = f }) end f()"
    ),
    ("recursion through error", "local function f() error(f()) end f()"),
    (
      "deep arithmetic",
      "local function f(n) return n == 0 and 0 or 1 + f(n - 1) end while true do pcall(f, 1e6) end"
    ),
    (
      "many arguments",
      "local t = {} for i = 1, 90000 do t[i] = i end local function f(...) return f(...) end f(table.unpack(t))"
    ),
    (
      "many results",
      "local function f(n) if n == 0 then return end return n, f(n - 1) end while true do pcall(f, 1e5) end"
    ),
  ]

  static let escapes: [(name: String, body: String)] = [
    ("load", "load('return 1')"),
    ("loadstring", "loadstring('return 1')"),
    ("dofile", "dofile('/etc/passwd')"),
    ("require", "require('os')"),
    ("package", "package.loadlib('x', 'y')"),
    ("io", "io.open('/etc/passwd')"),
    ("os", "os.execute('true')"),
    ("debug", "debug.getregistry()"),
    ("collectgarbage", "collectgarbage('stop')"),
    ("coroutine", "coroutine.wrap(function() while true do end end)()"),
    ("globals", "_G.x = 1"),
    ("dump", "string.dump(function() end)"),
    ("pack", "string.pack('i4', 1)"),
    ("own environment", "local _ENV = {} x = 1 while true do x = x + 1 end"),
    (
      "environment replaced",
      "_ENV = setmetatable({}, { __index = function() while true do end end }) return x"
    ),
    ("constant environment", "local _ENV <const> = 11; x = 'x'"),
    ("address of a table", "return { tostring({}), tostring(print), string.format('%s', {}) }"),
    ("address by concat", "return '' .. {}"),
    ("metatable of a function", "return getmetatable(print).__index"),
    ("metatable of null", "return null.x"),
    ("null as a function", "return null()"),
    ("name of a type", "error(setmetatable({}, { __name = ('x'):rep(9e5) }) + 1)"),
    ("host that is not there", "return env('HOME')"),
  ]

  static let numbers: [(name: String, body: String)] = [
    ("division by zero", "return 1 // 0"),
    ("remainder by zero", "return 1 % 0"),
    ("smallest divided by minus one", "return math.mininteger // -1, math.mininteger % -1"),
    ("shift by much", "return 1 << math.mininteger, 1 >> math.maxinteger"),
    (
      "random over everything",
      "for i = 1, 100 do math.random(math.mininteger, math.maxinteger) end math.random(2, 1)"
    ),
    ("conversion of infinity", "return math.huge | 0"),
    ("tointeger of a text", "return math.tointeger('x')"),
    ("power tower", "local x = 2 while true do x = x ^ x end"),
  ]

  static let crossing: [(name: String, body: String)] = [
    ("result that contains itself", "local t = {} t.t = t return t"),
    ("result nested deeply", "local t = {} for i = 1, 1e4 do t = { t } end return t"),
    ("result with a function", "return { f = print }"),
    ("result with strange keys", "return { [true] = 1 }"),
    ("result with mixed keys", "return { 1, 2, a = 3 }"),
    ("result with holes", "return { 1, nil, 3, nil, 5 }"),
    ("result that is not a number", "return 0 / 0"),
    ("result that is not text", "return '\\xff'"),
    ("key that is not text", "return { ['\\xff'] = 1 }"),
    (
      "results without number",
      "return table.unpack(setmetatable({}, { __index = function() return 1 end }), 1, 90000)"
    ),
    (
      "result with a metatable",
      "return setmetatable({ 1 }, { __index = function() while true do end end, __len = function() while true do end end, __pairs = function() while true do end end })"
    ),
  ]
}
