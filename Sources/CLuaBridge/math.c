// Lua's own mathematics, with a random generator that repeats.
#include "sandbox.h"

static const char *const borrowed[] = {
  "abs",  "acos", "asin",       "atan", "ceil",       "cos", "deg", "exp",  "floor", "fmod",      "huge", "log",
  "max",  "maxinteger", "min",  "mininteger", "modf", "pi",  "rad", "sin",  "sqrt",  "tan", "tointeger", "type",
  "ult",
};

// xoshiro256**, whose state the sandbox seeds anew for each call.
static uint64_t next_random(CLuaBridge_sandbox *sandbox) {
  uint64_t *s = sandbox->random, middle = s[1] * 5, result = ((middle << 7) | (middle >> 57)) * 9, shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = (s[3] << 45) | (s[3] >> 19);
  return result;
}

static int math_random(lua_State *L) {
  charge(L, 4);
  CLuaBridge_sandbox *sandbox = sandbox_of(L);
  uint64_t random = next_random(sandbox);
  lua_Integer low = 1, high;
  switch (lua_gettop(L)) {
  case 0: lua_pushnumber(L, (lua_Number)(random >> 11) * 0x1p-53); return 1;
  case 1:
    high = check_integer(L, 1);
    if (high == 0) {
      lua_pushinteger(L, (lua_Integer)random);
      return 1;
    }
    break;
  case 2:
    low = check_integer(L, 1);
    high = check_integer(L, 2);
    break;
  default: return luaL_error(L, "wrong number of arguments");
  }
  luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
  // Each value equally likely: draws beyond the last whole multiple of the width are drawn again.
  uint64_t width = (uint64_t)high - (uint64_t)low + 1;
  if (width != 0) {
    uint64_t excess = -width % width;
    while (random < excess) random = next_random(sandbox);
    random %= width;
  }
  lua_pushinteger(L, (lua_Integer)((uint64_t)low + random));
  return 1;
}

static int math_randomseed(lua_State *L) {
  charge(L, 4);
  sandbox_seed(sandbox_of(L), (uint64_t)check_integer(L, 1));
  return 0;
}

// Calls one of Lua's functions, the upvalue, after paying for texts that it will read as numbers.
static int call_borrowed(lua_State *L) {
  int count = lua_gettop(L);
  charge(L, 2 + (size_t)count);
  for (int i = 1; i <= count; i++)
    if (lua_type(L, i) == LUA_TSTRING) charge(L, lua_rawlen(L, i));
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

void open_math(lua_State *L) {
  lua_createtable(L, 0, 32);
  lua_pushcfunction(L, luaopen_math);
  lua_call(L, 0, 1);
  for (size_t i = 0; i < sizeof borrowed / sizeof *borrowed; i++) {
    if (lua_getfield(L, -1, borrowed[i]) == LUA_TFUNCTION) lua_pushcclosure(L, call_borrowed, 1);
    lua_setfield(L, -3, borrowed[i]);
  }
  lua_pop(L, 1);
  lua_pushcfunction(L, math_random);
  lua_setfield(L, -2, "random");
  lua_pushcfunction(L, math_randomseed);
  lua_setfield(L, -2, "randomseed");
  lua_setfield(L, -2, "math");
}
