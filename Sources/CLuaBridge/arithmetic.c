// Arithmetic on texts that are numerals, as Lua has it, paid by the length of the text.
#include "sandbox.h"

#include <string.h>

static bool push_number(lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TNUMBER) {
    lua_pushvalue(L, index);
    return true;
  }
  if (lua_type(L, index) != LUA_TSTRING) return false;
  size_t length;
  const char *text = lua_tolstring(L, index, &length);
  charge(L, length);
  return lua_stringtonumber(L, text) == length + 1;
}

// A text came first, so its metamethod was asked; the other operand may have one of its own.
static int ask_other(lua_State *L, const char *event) {
  lua_settop(L, 2);
  if (lua_type(L, 2) == LUA_TSTRING || luaL_getmetafield(L, 2, event) == LUA_TNIL)
    return luaL_error(L, "attempt to perform arithmetic on a %s value", luaL_typename(L, lua_type(L, 1) == LUA_TSTRING ? 1 : 2));
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  return 1;
}

static int compute(lua_State *L, int operation, const char *event) {
  charge(L, 2);
  if (!push_number(L, 1) || !push_number(L, 2)) return ask_other(L, event);
  lua_arith(L, operation);
  return 1;
}

static int add(lua_State *L) { return compute(L, LUA_OPADD, "__add"); }
static int subtract(lua_State *L) { return compute(L, LUA_OPSUB, "__sub"); }
static int multiply(lua_State *L) { return compute(L, LUA_OPMUL, "__mul"); }
static int divide(lua_State *L) { return compute(L, LUA_OPDIV, "__div"); }
static int divide_whole(lua_State *L) { return compute(L, LUA_OPIDIV, "__idiv"); }
static int remainder_of(lua_State *L) { return compute(L, LUA_OPMOD, "__mod"); }
static int power(lua_State *L) { return compute(L, LUA_OPPOW, "__pow"); }

static int negate(lua_State *L) {
  charge(L, 2);
  if (!push_number(L, 1)) return luaL_error(L, "attempt to perform arithmetic on a string value");
  lua_arith(L, LUA_OPUNM);
  return 1;
}

// Adds the operators to the metatable on top.
void open_string_arithmetic(lua_State *L) {
  static const luaL_Reg operators[] = {
    {"__add", add},          {"__sub", subtract},     {"__mul", multiply}, {"__div", divide},
    {"__idiv", divide_whole}, {"__mod", remainder_of}, {"__pow", power},    {"__unm", negate},
    {NULL, NULL},
  };
  luaL_setfuncs(L, operators, 0);
}
