#include "CLuaReference.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

char *CLuaReference_run(const char *source, size_t length) {
  lua_State *L = luaL_newstate();
  if (L == NULL) return NULL;
  luaL_openlibs(L);
  char *result = NULL;
  if (luaL_loadbufferx(L, source, length, "=reference", "t") == LUA_OK && lua_pcall(L, 0, 1, 0) == LUA_OK) {
    result = strdup(lua_tostring(L, -1));
  } else {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
  }
  lua_close(L);
  return result;
}
