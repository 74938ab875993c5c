// The utf8 library, strict: no surrogates, no overlong forms, nothing beyond U+10FFFF, and no lax mode.
#include "sandbox.h"

// Decodes one code point. Returns its length in bytes, or 0 if the bytes are none.
static size_t decode(const unsigned char *at, const unsigned char *end, uint32_t *code) {
  if (at >= end) return 0;
  if (*at < 0x80) {
    *code = *at;
    return 1;
  }
  size_t length = *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : 2;
  if (*at < 0xc2 || *at > 0xf4 || (size_t)(end - at) < length) return 0;
  *code = *at & (0x7fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((at[i] & 0xc0) != 0x80) return 0;
    *code = *code << 6 | (at[i] & 0x3f);
  }
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000)) return 0;
  return length;
}

static lua_Integer from_end(lua_Integer position, size_t length) {
  if (position >= 0) return position;
  return position < -(lua_Integer)length ? 0 : (lua_Integer)length + position + 1;
}

static int utf8_len(lua_State *L) {
  size_t length;
  const unsigned char *text = (const unsigned char *)luaL_checklstring(L, 1, &length), *end = text + length;
  lua_Integer first = from_end(opt_integer(L, 2, 1), length), last = from_end(opt_integer(L, 3, -1), length);
  luaL_argcheck(L, 1 <= first && --first <= (lua_Integer)length, 2, "initial position out of bounds");
  luaL_argcheck(L, --last < (lua_Integer)length, 3, "final position out of bounds");
  charge(L, 4 + length / 2);
  lua_Integer count = 0;
  uint32_t code;
  while (first <= last) {
    size_t bytes = decode(text + first, end, &code);
    if (bytes == 0) {
      lua_pushnil(L);
      lua_pushinteger(L, first + 1);
      return 2;
    }
    first += (lua_Integer)bytes;
    count++;
  }
  lua_pushinteger(L, count);
  return 1;
}

static int utf8_codepoint(lua_State *L) {
  size_t length;
  const unsigned char *text = (const unsigned char *)luaL_checklstring(L, 1, &length), *end = text + length;
  lua_Integer first = from_end(opt_integer(L, 2, 1), length), last = from_end(opt_integer(L, 3, first), length);
  luaL_argcheck(L, first >= 1, 2, "out of bounds");
  luaL_argcheck(L, last <= (lua_Integer)length, 3, "out of bounds");
  if (first > last) return 0;
  charge(L, 4 + (size_t)(last - first));
  if (last - first >= 100000) return luaL_error(L, "string slice too long");
  reserve_stack(L, (int)(last - first + 1));
  int count = 0;
  const unsigned char *at = text + first - 1;
  while (at < text + last) {
    uint32_t code;
    size_t bytes = decode(at, end, &code);
    if (bytes == 0) return luaL_error(L, "invalid UTF-8 code");
    lua_pushinteger(L, code);
    at += bytes;
    count++;
  }
  return count;
}

static void add_code(lua_State *L, luaL_Buffer *buffer, int argument) {
  lua_Integer code = check_integer(L, argument);
  luaL_argcheck(L, code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff), argument, "value out of range");
  if (code < 0x80) {
    luaL_addchar(buffer, (char)code);
    return;
  }
  int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  luaL_addchar(buffer, (char)((0xff00 >> (more + 1) & 0xff) | code >> (6 * more)));
  while (more-- > 0) luaL_addchar(buffer, (char)(0x80 | (code >> (6 * more) & 0x3f)));
}

static int utf8_char(lua_State *L) {
  int count = lua_gettop(L);
  charge(L, 4 + (size_t)count);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int i = 1; i <= count; i++) add_code(L, &buffer, i);
  luaL_pushresult(&buffer);
  return 1;
}

static bool continues(const char *text, lua_Integer at) { return ((unsigned char)text[at] & 0xc0) == 0x80; }

static int utf8_offset(lua_State *L) {
  size_t size;
  const char *text = luaL_checklstring(L, 1, &size);
  lua_Integer length = (lua_Integer)size, n = check_integer(L, 2);
  lua_Integer at = from_end(opt_integer(L, 3, n >= 0 ? 1 : length + 1), size);
  luaL_argcheck(L, 1 <= at && --at <= length, 3, "position out of bounds");
  charge(L, 4 + size / 2);
  if (n == 0) {
    while (at > 0 && continues(text, at)) at--;
    lua_pushinteger(L, at + 1);
    return 1;
  }
  if (continues(text, at)) return luaL_error(L, "initial position is a continuation byte");
  if (n < 0) {
    for (; n < 0 && at > 0; n++)
      do at--;
      while (at > 0 && continues(text, at));
  } else {
    for (n--; n > 0 && at < length; n--)
      do at++;
      while (continues(text, at));
  }
  if (n == 0) {
    lua_pushinteger(L, at + 1);
  } else {
    lua_pushnil(L);
  }
  return 1;
}

// From one code point to the next: the control variable is the byte where the last one began.
static int next_code(lua_State *L) {
  charge(L, 2);
  size_t length;
  const unsigned char *text = (const unsigned char *)luaL_checklstring(L, 1, &length), *end = text + length;
  lua_Unsigned at = (lua_Unsigned)check_integer(L, 2);
  uint32_t code;
  if (at > 0) {
    if (at > length) return 0;
    size_t bytes = decode(text + at - 1, end, &code);
    if (bytes == 0) return luaL_error(L, "invalid UTF-8 code");
    at += bytes - 1;
  }
  if (at >= length) return 0;
  if (decode(text + at, end, &code) == 0) return luaL_error(L, "invalid UTF-8 code");
  lua_pushinteger(L, (lua_Integer)at + 1);
  lua_pushinteger(L, code);
  return 2;
}

static int utf8_codes(lua_State *L) {
  charge(L, 4);
  luaL_checkstring(L, 1);
  lua_pushcfunction(L, next_code);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

void open_utf8(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"char", utf8_char}, {"codepoint", utf8_codepoint}, {"codes", utf8_codes},
    {"len", utf8_len},   {"offset", utf8_offset},       {NULL, NULL},
  };
  lua_createtable(L, 0, 8);
  luaL_setfuncs(L, functions, 0);
  lua_pushliteral(L, "[\0-\x7F\xC2-\xFD][\x80-\xBF]*");
  lua_setfield(L, -2, "charpattern");
  lua_setfield(L, -2, "utf8");
}
