// The string library: what is short and pays through the allocator is Lua's own, the rest is ours.
#include "sandbox.h"

#include <string.h>

static const char *const borrowed[] = {"char", "len", "lower", "reverse", "sub", "upper"};

static int string_byte(lua_State *L) {
  charge(L, 4);
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer size = (lua_Integer)length, first = luaL_optinteger(L, 2, 1), last = luaL_optinteger(L, 3, first);
  if (first < 0) first = first < -size ? 1 : size + first + 1;
  if (first == 0) first = 1;
  if (last < 0) last = last < -size ? 0 : size + last + 1;
  if (last > size) last = size;
  if (first > last) return 0;
  size_t count = (size_t)(last - first + 1);
  charge(L, count);
  if (count > 100000) return luaL_error(L, "string slice too long");
  luaL_checkstack(L, (int)count, "string slice too long");
  for (size_t i = 0; i < count; i++) lua_pushinteger(L, (unsigned char)text[first - 1 + (lua_Integer)i]);
  return (int)count;
}

static int string_rep(lua_State *L) {
  charge(L, 4);
  size_t length, gap;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer count = luaL_checkinteger(L, 2);
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

// Leaves the metatable of strings with Lua's arithmetic for numerals, and with methods from the table on top.
static void adopt_methods(lua_State *L) {
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 2);
}

void open_string(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"byte", string_byte},     {"find", pattern_find}, {"format", string_format}, {"gmatch", pattern_gmatch},
    {"gsub", pattern_gsub},    {"match", pattern_match}, {"rep", string_rep},     {NULL, NULL},
  };
  lua_createtable(L, 0, 16);
  lua_pushcfunction(L, luaopen_string);
  lua_call(L, 0, 1);
  for (size_t i = 0; i < sizeof borrowed / sizeof *borrowed; i++) {
    lua_getfield(L, -1, borrowed[i]);
    lua_setfield(L, -3, borrowed[i]);
  }
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
  adopt_methods(L);
  lua_setfield(L, -2, "string");
}
