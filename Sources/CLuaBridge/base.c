// The basic functions. pcall and xpcall let no spent budget be caught, and handlers run after the stack is unwound:
// Lua calls them with the instruction hook off when it was the hook that raised.
#include "sandbox.h"

#include <ctype.h>
#include <string.h>

const char *push_text(lua_State *L, int index, size_t *length) {
  index = lua_absindex(L, index);
  if (luaL_callmeta(L, index, "__tostring")) {
    if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
    return lua_tolstring(L, -1, length);
  }
  switch (lua_type(L, index)) {
  case LUA_TNUMBER:
  case LUA_TSTRING:
  case LUA_TBOOLEAN:
  case LUA_TNIL: return luaL_tolstring(L, index, length);
  case LUA_TLIGHTUSERDATA: lua_pushliteral(L, "null"); break;
  default: {
    // Without the address, which would differ from run to run and tell where the process lies in memory.
    int name = luaL_getmetafield(L, index, "__name");
    if (name == LUA_TSTRING) break;
    if (name != LUA_TNIL) lua_pop(L, 1);
    lua_pushstring(L, luaL_typename(L, index));
  }
  }
  return lua_tolstring(L, -1, length);
}

static int base_assert(lua_State *L) {
  charge(L, 2);
  if (lua_toboolean(L, 1)) return lua_gettop(L);
  luaL_checkany(L, 1);
  lua_remove(L, 1);
  lua_pushliteral(L, "assertion failed!");
  lua_settop(L, 1);
  return lua_error(L);
}

static int base_error(lua_State *L) {
  int level = (int)opt_integer(L, 2, 1);
  charge(L, 10);
  lua_settop(L, 1);
  if (lua_type(L, 1) == LUA_TSTRING && level > 0) {
    luaL_where(L, level);
    lua_insert(L, 1);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int base_type(lua_State *L) {
  charge(L, 1);
  luaL_checkany(L, 1);
  lua_pushstring(L, lua_islightuserdata(L, 1) ? "null" : luaL_typename(L, 1));
  return 1;
}

static int base_next(lua_State *L) {
  charge(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  while (lua_next(L, 1)) {
    if (!lua_islightuserdata(L, -2) || lua_touserdata(L, -2) != (void *)&key_snapshot) return 2;
    lua_pop(L, 1);  // the private field of a metatable
  }
  lua_pushnil(L);
  return 1;
}

static int base_pairs(lua_State *L) {
  charge(L, 4);
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_call(L, 1, 3);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushcfunction(L, base_next);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

static int each_element(lua_State *L) {
  charge(L, 2);
  lua_Integer index = (lua_Integer)((lua_Unsigned)check_integer(L, 2) + 1);
  lua_pushinteger(L, index);
  return lua_geti(L, 1, index) == LUA_TNIL ? 1 : 2;
}

static int base_ipairs(lua_State *L) {
  charge(L, 4);
  luaL_checkany(L, 1);
  lua_pushcfunction(L, each_element);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

// Raises again what must not be caught.
static void rethrow_if_spent(lua_State *L) {
  if (sandbox_of(L)->spent != CLuaBridge_ok) sandbox_raise_spent(L);
}

static int base_pcall(lua_State *L) {
  charge(L, 10);
  luaL_checkany(L, 1);
  int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  rethrow_if_spent(L);
  lua_pushboolean(L, status == LUA_OK);
  lua_insert(L, 1);
  return lua_gettop(L);
}

static int base_xpcall(lua_State *L) {
  charge(L, 10);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  int arguments = lua_gettop(L) - 2;
  lua_pushvalue(L, 1);
  lua_insert(L, 3);
  int status = lua_pcall(L, arguments, LUA_MULTRET, 0);
  rethrow_if_spent(L);
  if (status != LUA_OK) {
    lua_pushvalue(L, 2);
    lua_insert(L, -2);
    lua_call(L, 1, LUA_MULTRET);
  }
  lua_pushboolean(L, status == LUA_OK);
  lua_replace(L, 2);
  return lua_gettop(L) - 1;
}

static int base_rawequal(lua_State *L) {
  charge(L, 2);
  luaL_checkany(L, 1);
  luaL_checkany(L, 2);
  lua_pushboolean(L, lua_rawequal(L, 1, 2));
  return 1;
}

static int base_rawget(lua_State *L) {
  charge(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  lua_rawget(L, 1);
  return 1;
}

static int base_rawlen(lua_State *L) {
  charge(L, 2);
  int type = lua_type(L, 1);
  luaL_argexpected(L, type == LUA_TTABLE || type == LUA_TSTRING, 1, "table or string");
  lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
  return 1;
}

static int base_rawset(lua_State *L) {
  charge(L, 4);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  if (lua_getmetatable(L, 1)) {
    if (lua_rawgetp(L, -1, &key_frozen) != LUA_TNIL) return luaL_error(L, "the table is read-only");
    lua_settop(L, 3);
  }
  lua_rawset(L, 1);
  return 1;
}

static int base_select(lua_State *L) {
  charge(L, 2);
  int count = lua_gettop(L);
  if (lua_type(L, 1) == LUA_TSTRING && *lua_tostring(L, 1) == '#') {
    lua_pushinteger(L, count - 1);
    return 1;
  }
  lua_Integer index = check_integer(L, 1);
  if (index < 0) index = count + index;
  if (index > count) index = count;
  luaL_argcheck(L, index >= 1, 1, "index out of range");
  charge(L, (size_t)(count - index) / 4);
  return count - (int)index;
}

static int digit_of(int character) {
  if (isdigit(character)) return character - '0';
  if (isalpha(character)) return toupper(character) - 'A' + 10;
  return 36;
}

static int convert_with_base(lua_State *L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  lua_Integer base = check_integer(L, 2);
  luaL_argcheck(L, base >= 2 && base <= 36, 2, "base out of range");
  size_t length;
  const unsigned char *at = (const unsigned char *)lua_tolstring(L, 1, &length), *end = at + length;
  charge(L, length / 4);
  while (at < end && isspace(*at)) at++;
  while (end > at && isspace(end[-1])) end--;
  bool negative = at < end && *at == '-';
  if (negative) at++;
  lua_Unsigned number = 0;
  bool valid = at < end;
  for (; at < end && valid; at++) {
    int digit = digit_of(*at);
    valid = digit < base;
    number = number * (lua_Unsigned)base + (lua_Unsigned)digit;
  }
  if (valid) {
    lua_pushinteger(L, (lua_Integer)(negative ? 0u - number : number));
  } else {
    lua_pushnil(L);
  }
  return 1;
}

static int base_tonumber(lua_State *L) {
  charge(L, 4);
  if (!lua_isnoneornil(L, 2)) return convert_with_base(L);
  luaL_checkany(L, 1);
  if (lua_type(L, 1) == LUA_TNUMBER) {
    lua_settop(L, 1);
    return 1;
  }
  size_t length;
  const char *text = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &length) : NULL;
  if (text != NULL) charge(L, length / 2);
  if (text == NULL || lua_stringtonumber(L, text) != length + 1) lua_pushnil(L);
  return 1;
}

static int base_tostring(lua_State *L) {
  charge(L, 4);
  luaL_checkany(L, 1);
  push_text(L, 1, NULL);
  return 1;
}

// print writes to the log of the call: a bounded number of lines, each cut at a bounded length.
static int base_print(lua_State *L) {
  enum { LONGEST = 1024 };
  CLuaBridge_sandbox *sandbox = sandbox_of(L);
  charge(L, 50);
  int count = lua_gettop(L);
  char line[LONGEST];
  uint32_t length = 0;
  for (int i = 1; i <= count && length < LONGEST; i++) {
    size_t size;
    const char *text = push_text(L, i, &size);
    if (i > 1) line[length++] = '\t';
    if (size > LONGEST - length) size = LONGEST - length;
    memcpy(line + length, text, size);
    length += (uint32_t)size;
    lua_pop(L, 1);
  }
  if (sandbox->log_lines <= 0 || !buffer_reserve(&sandbox->log, sizeof length + length)) {
    sandbox->log_dropped++;
    return 0;
  }
  sandbox->log_lines--;
  memcpy(sandbox->log.bytes + sandbox->log.length, &length, sizeof length);
  memcpy(sandbox->log.bytes + sandbox->log.length + sizeof length, line, length);
  sandbox->log.length += sizeof length + length;
  return 0;
}

void open_base(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"assert", base_assert},     {"error", base_error},       {"ipairs", base_ipairs},
    {"next", base_next},         {"pairs", base_pairs},       {"pcall", base_pcall},
    {"print", base_print},       {"rawequal", base_rawequal}, {"rawget", base_rawget},
    {"rawlen", base_rawlen},     {"rawset", base_rawset},     {"select", base_select},
    {"tonumber", base_tonumber}, {"tostring", base_tostring}, {"type", base_type},
    {"xpcall", base_xpcall},     {NULL, NULL},
  };
  luaL_setfuncs(L, functions, 0);
  open_metatables(L);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, -2, "_VERSION");
}
