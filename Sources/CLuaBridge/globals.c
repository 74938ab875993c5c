// The world that a script sees: a list of names, read-only, with an answer for each name that is not there.
#include "sandbox.h"

#include <stdlib.h>
#include <string.h>

const char key_environment, key_frozen;

// Names that Lua programmers expect and that a sandbox does not have.
static const char *const absent[] = {
  "_G",      "collectgarbage", "coroutine", "debug",  "dofile",  "getfenv",    "io",     "load",
  "loadfile", "loadstring",    "module",    "newproxy", "os",    "package",    "require", "setfenv",
  "unpack",  "warn",
};

// Edit distance with a cap; names longer than the row are never close.
static int distance(const char *left, const char *right) {
  enum { LONGEST = 32 };
  size_t n = strlen(left), m = strlen(right);
  if (n > LONGEST || m > LONGEST) return LONGEST;
  int row[LONGEST + 1];
  for (size_t j = 0; j <= m; j++) row[j] = (int)j;
  for (size_t i = 1; i <= n; i++) {
    int diagonal = row[0];
    row[0] = (int)i;
    for (size_t j = 1; j <= m; j++) {
      int change = diagonal + (left[i - 1] != right[j - 1]);
      diagonal = row[j];
      int insert = row[j - 1] + 1, delete = row[j] + 1;
      row[j] = change < insert ? change : insert;
      if (delete < row[j]) row[j] = delete;
    }
  }
  return row[m];
}

const char *nearest_name(lua_State *L, int table, const char *wanted) {
  const char *best = NULL;
  int least = strlen(wanted) < 4 ? 2 : 3;  // below this many edits
  table = lua_absindex(L, table);
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) continue;
    const char *name = lua_tostring(L, -2);
    int edits = distance(name, wanted);
    // The order of a table is no order: among equals the alphabet decides, so that messages do not vary.
    if (edits < least || (edits == least && best != NULL && strcmp(name, best) < 0)) {
      least = edits;
      best = name;
    }
  }
  return best;
}

// __index of the real table of a namespace. Upvalue 1 is its name, or nil for the globals.
static int unknown_member(lua_State *L) {
  charge(L, 200);
  const char *space = lua_tostring(L, lua_upvalueindex(1));
  if (lua_type(L, 2) != LUA_TSTRING) {
    lua_pushnil(L);
    return 1;
  }
  const char *name = lua_tostring(L, 2), *dot = space ? "." : "";
  if (space == NULL) {
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
      if (strcmp(name, absent[i]) == 0) return luaL_error(L, "'%s' is not available in the sandbox", name);
    space = "";
  }
  if (strlen(name) > 64) return luaL_error(L, "unknown name");
  const char *near = nearest_name(L, 1, name);
  if (near != NULL)
    return luaL_error(L, "unknown name '%s%s%s'; did you mean '%s%s%s'?", space, dot, name, space, dot, near);
  if (*space == 0) return luaL_error(L, "unknown name '%s'; if it is yours, declare it with 'local'", name);
  return luaL_error(L, "unknown name '%s.%s'", space, name);
}

static int frozen_write(lua_State *L) {
  charge(L, 20);
  const char *space = lua_tostring(L, lua_upvalueindex(1));
  const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
  if (space == NULL) return luaL_error(L, "cannot set the global '%s'; write 'local %s'", name, name);
  return luaL_error(L, "cannot set '%s.%s'; the table is read-only", space, name);
}

static void push_name(lua_State *L, const char *name) {
  if (name != NULL) {
    lua_pushstring(L, name);
  } else {
    lua_pushnil(L);
  }
}

// The view is an empty table: a metatable sends reads to the real one, which no script ever holds, and refuses
// writes. The real table answers for names that it does not have.
void freeze(lua_State *L, const char *name) {
  int real = lua_gettop(L);
  lua_createtable(L, 0, 1);
  push_name(L, name);
  lua_pushcclosure(L, unknown_member, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, real);

  lua_createtable(L, 0, 0);
  lua_createtable(L, 0, 4);
  lua_pushvalue(L, real);
  lua_setfield(L, -2, "__index");
  push_name(L, name);
  lua_pushcclosure(L, frozen_write, 1);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushboolean(L, 1);
  lua_rawsetp(L, -2, &key_frozen);
  lua_setmetatable(L, -2);
  lua_replace(L, real);
}

// Binds host function `index` as `name` in the globals on top; each dot opens a namespace.
static void bind_host(lua_State *L, const char *name, int32_t index) {
  int globals = lua_gettop(L);
  const char *dot;
  while ((dot = strchr(name, '.')) != NULL) {
    lua_pushlstring(L, name, (size_t)(dot - name));
    lua_pushvalue(L, -1);
    if (lua_rawget(L, -3) != LUA_TTABLE) {
      lua_pop(L, 1);
      lua_newtable(L);
      lua_pushvalue(L, -2);
      lua_pushvalue(L, -2);
      lua_rawset(L, -5);
    }
    lua_remove(L, -2);
    name = dot + 1;
  }
  lua_pushinteger(L, index);
  lua_pushstring(L, name);
  lua_pushcclosure(L, host_trampoline, 2);
  lua_setfield(L, -2, name);
  lua_settop(L, globals);
}

// Freezes every table in the table on top, innermost first.
static void freeze_members(lua_State *L, int prefix) {
  int table = lua_gettop(L);
  reserve_stack(L, 8);
  for (lua_pushnil(L); lua_next(L, table);) {
    if (lua_type(L, -1) != LUA_TTABLE) {
      lua_pop(L, 1);
      continue;
    }
    if (prefix) {
      lua_pushfstring(L, "%s.%s", lua_tostring(L, prefix), lua_tostring(L, -2));
    } else {
      lua_pushvalue(L, -2);
    }
    lua_insert(L, -2);  // … key, path, member
    freeze_members(L, lua_gettop(L) - 1);
    freeze(L, lua_tostring(L, -2));
    lua_remove(L, -2);
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, table);  // assigning to a key that exists is allowed while the table is walked
  }
}

void open_globals(lua_State *L, const char *const *functions, int32_t count) {
  lua_createtable(L, 0, 32);
  open_base(L);
  open_string(L);
  open_table(L);
  open_math(L);
  open_utf8(L);
  for (int32_t i = 0; i < count; i++) bind_host(L, functions[i], i);
  freeze_members(L, 0);
  freeze(L, NULL);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &key_environment);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}
