// Metatables without the three of their powers that no budget can bound.
//
// The collector runs __gc where the instruction hook is switched off; __mode makes tables whose collection can take
// time quadratic in their number, in one piece; and a __call that is a table can lead to another for a million
// levels within one instruction. So setmetatable gives the table a copy of the metatable's known fields, which no
// script can reach to add these later, and getmetatable answers with the original.
#include "sandbox.h"

const char key_snapshot, key_original;

static const char *const fields[] = {
  "__index", "__newindex", "__call",   "__tostring", "__name", "__metatable", "__pairs", "__close", "__len",
  "__eq",    "__lt",       "__le",     "__concat",   "__unm",  "__add",       "__sub",   "__mul",   "__div",
  "__mod",   "__pow",      "__idiv",   "__band",     "__bor",  "__bxor",      "__shl",   "__shr",   "__bnot",
};

enum { INDEX, NEWINDEX, CALL, TOSTRING, NAME, METATABLE, FIELDS = sizeof fields / sizeof *fields };

static void check_field(lua_State *L, int field, int value) {
  int type = lua_type(L, value);
  bool table_allowed = field == INDEX || field == NEWINDEX;
  if (field == METATABLE || field == NAME || type == LUA_TNIL || type == LUA_TFUNCTION) return;
  if (table_allowed && type == LUA_TTABLE) return;
  luaL_error(L, "'%s' must be a function%s, not a %s", fields[field], table_allowed ? " or a table" : "",
             lua_typename(L, type));
}

static void refuse_field(lua_State *L, const char *name) {
  lua_pushstring(L, name);
  if (lua_rawget(L, 2) != LUA_TNIL) luaL_error(L, "'%s' is not available in the sandbox", name);
  lua_pop(L, 1);
}

// Brings the copy at index 3 up to date with the metatable at index 2. The names are upvalues, which spares
// looking up their strings.
static void refresh(lua_State *L) {
  for (int i = 0; i < FIELDS; i++) {
    lua_pushvalue(L, lua_upvalueindex(i + 1));
    lua_rawget(L, 2);
    check_field(L, i, -1);
    lua_pushvalue(L, lua_upvalueindex(i + 1));
    lua_rawget(L, 3);
    if (lua_rawequal(L, -1, -2)) {
      lua_pop(L, 2);
      continue;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(i + 1));
    lua_insert(L, -2);
    lua_rawset(L, 3);
  }
}

static int base_setmetatable(lua_State *L) {
  charge(L, 60);
  int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  lua_settop(L, 2);
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
    return luaL_error(L, "cannot change a protected metatable");
  if (type == LUA_TNIL) {
    lua_pushnil(L);
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
  }
  refuse_field(L, "__gc");
  refuse_field(L, "__mode");
  if (lua_rawgetp(L, 2, &key_snapshot) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_createtable(L, 0, 4);
    lua_pushvalue(L, 2);
    lua_rawsetp(L, 3, &key_original);
    refresh(L);
    lua_pushvalue(L, 3);
    lua_rawsetp(L, 2, &key_snapshot);
  } else {
    refresh(L);
  }
  lua_setmetatable(L, 1);
  lua_settop(L, 1);
  return 1;
}

static int base_getmetatable(lua_State *L) {
  charge(L, 4);
  luaL_checkany(L, 1);
  if (!lua_getmetatable(L, 1)) {
    lua_pushnil(L);
    return 1;
  }
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return 1;
  lua_rawgetp(L, -1, &key_original);
  return 1;
}

void open_metatables(lua_State *L) {
  for (int i = 0; i < FIELDS; i++) lua_pushstring(L, fields[i]);
  lua_pushcclosure(L, base_setmetatable, FIELDS);
  lua_setfield(L, -2, "setmetatable");
  lua_pushcfunction(L, base_getmetatable);
  lua_setfield(L, -2, "getmetatable");
}
