// The string library but for patterns and formats. Lua's own would do for the short ones, but it would read a
// million digits as an index without paying.
#include "sandbox.h"

#include <string.h>

static int string_len(lua_State *L) {
  charge(L, 2);
  size_t length;
  luaL_checklstring(L, 1, &length);
  lua_pushinteger(L, (lua_Integer)length);
  return 1;
}

static int string_sub(lua_State *L) {
  charge(L, 4);
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer size = (lua_Integer)length, first = check_integer(L, 2), last = opt_integer(L, 3, -1);
  if (first < 0) first = first < -size ? 1 : size + first + 1;
  if (first == 0) first = 1;
  if (last < 0) last = last < -size ? 0 : size + last + 1;
  if (last > size) last = size;
  lua_pushlstring(L, first > last ? "" : text + first - 1, first > last ? 0 : (size_t)(last - first + 1));
  return 1;
}

// Makes a text of the same length, byte by byte. Only ASCII letters have case.
static int transform(lua_State *L, void (*body)(char *into, const char *text, size_t length)) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  charge(L, 4 + length / 4);
  luaL_Buffer buffer;
  body(luaL_buffinitsize(L, &buffer, length), text, length);
  luaL_pushresultsize(&buffer, length);
  return 1;
}

static void to_lower(char *into, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) into[i] = text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i];
}

static void to_upper(char *into, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) into[i] = text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i];
}

static void turn_around(char *into, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) into[i] = text[length - 1 - i];
}

static int string_lower(lua_State *L) { return transform(L, to_lower); }

static int string_upper(lua_State *L) { return transform(L, to_upper); }

static int string_reverse(lua_State *L) { return transform(L, turn_around); }

static int string_char(lua_State *L) {
  int count = lua_gettop(L);
  charge(L, 4 + (size_t)count);
  luaL_Buffer buffer;
  char *bytes = luaL_buffinitsize(L, &buffer, (size_t)count);
  for (int i = 1; i <= count; i++) {
    lua_Integer byte = check_integer(L, i);
    luaL_argcheck(L, byte >= 0 && byte <= 255, i, "value out of range");
    bytes[i - 1] = (char)byte;
  }
  luaL_pushresultsize(&buffer, (size_t)count);
  return 1;
}

static int string_byte(lua_State *L) {
  charge(L, 4);
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer size = (lua_Integer)length, first = opt_integer(L, 2, 1), last = opt_integer(L, 3, first);
  if (first < 0) first = first < -size ? 1 : size + first + 1;
  if (first == 0) first = 1;
  if (last < 0) last = last < -size ? 0 : size + last + 1;
  if (last > size) last = size;
  if (first > last) return 0;
  size_t count = (size_t)(last - first + 1);
  charge(L, count);
  if (count > 100000) return luaL_error(L, "string slice too long");
  reserve_stack(L, (int)count);
  for (size_t i = 0; i < count; i++) lua_pushinteger(L, (unsigned char)text[first - 1 + (lua_Integer)i]);
  return (int)count;
}

static int string_rep(lua_State *L) {
  charge(L, 4);
  size_t length, gap;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer count = check_integer(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &gap);
  // Nothing repeated any number of times is nothing, and takes no time to find out.
  if (count <= 0 || (length == 0 && gap == 0)) {
    lua_pushliteral(L, "");
    return 1;
  }
  size_t most = sandbox_of(L)->limits.string;
  if (length + gap > most || (size_t)count > most / (length + gap) + 1)
    return luaL_error(L, "resulting string too large");
  size_t total = (size_t)count * length + (size_t)(count - 1) * gap;
  charge(L, (size_t)count + total / 16);
  luaL_Buffer buffer;
  char *at = luaL_buffinitsize(L, &buffer, total);
  for (lua_Integer i = 0; i < count; i++) {
    if (i > 0 && gap > 0) at = (char *)memcpy(at, separator, gap) + gap;
    at = (char *)memcpy(at, text, length) + length;
  }
  luaL_pushresultsize(&buffer, total);
  return 1;
}

void open_string(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"byte", string_byte},     {"char", string_char},     {"find", pattern_find},   {"format", string_format},
    {"gmatch", pattern_gmatch}, {"gsub", pattern_gsub},   {"len", string_len},      {"lower", string_lower},
    {"match", pattern_match},  {"rep", string_rep},       {"reverse", string_reverse}, {"sub", string_sub},
    {"upper", string_upper},   {NULL, NULL},
  };
  lua_createtable(L, 0, 16);
  luaL_setfuncs(L, functions, 0);
  // Methods of texts come from the real table, which no script can write to.
  lua_pushliteral(L, "");
  lua_createtable(L, 0, 16);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  open_string_arithmetic(L);
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
  lua_setfield(L, -2, "string");
}
