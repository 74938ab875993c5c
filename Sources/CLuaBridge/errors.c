// Where an error happened and what it said, written into fixed room: there may be no memory left.
#include "sandbox.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LEVELS = 16 };

void sandbox_describe(CLuaBridge_sandbox *sandbox, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(sandbox->message, sizeof sandbox->message, format, arguments);
  va_end(arguments);
}

// Notes the line and the traceback of the innermost Lua function. The first note of a call stands: what is raised
// later is only the same error on its way out.
void sandbox_locate(lua_State *L) {
  CLuaBridge_sandbox *sandbox = sandbox_of(L);
  if (sandbox->located) return;
  sandbox->located = true;
  size_t length = 0;
  lua_Debug level;
  for (int i = 0; i < LEVELS && lua_getstack(L, i, &level); i++) {
    if (!lua_getinfo(L, "Sln", &level) || level.currentline <= 0) continue;
    if (sandbox->line == 0) {
      sandbox->line = level.currentline;
      snprintf(sandbox->chunk, sizeof sandbox->chunk, "%s", level.short_src);
    }
    size_t room = sizeof sandbox->traceback - length;
    int written = snprintf(sandbox->traceback + length, room, "%s%s:%d: in %s%s", length ? "\n" : "",
                           level.short_src, level.currentline,
                           *level.what == 'm' ? "the main chunk" : level.name ? level.name : "a function",
                           level.istailcall ? " (after a tail call)" : "");
    if (written < 0 || (size_t)written >= room) break;
    length += (size_t)written;
  }
}

// The message handler of the outermost pcall. It sees only errors that the script did not catch.
int sandbox_on_error(lua_State *L) {
  CLuaBridge_sandbox *sandbox = sandbox_of(L);
  if (sandbox->spent != CLuaBridge_ok) return 1;
  sandbox_locate(L);
  if (sandbox->fault != CLuaBridge_ok) return 1;
  // No conversion here: it would allocate.
  if (lua_type(L, 1) == LUA_TSTRING) {
    sandbox_describe(sandbox, "%s", lua_tostring(L, 1));
  } else if (lua_type(L, 1) == LUA_TTABLE && lua_checkstack(L, 2)) {
    lua_pushnil(L);
    const char *text = NULL;
    while (lua_next(L, 1)) {
      if (lua_type(L, -2) == LUA_TSTRING && lua_type(L, -1) == LUA_TSTRING
          && strcmp(lua_tostring(L, -2), "message") == 0)
        text = lua_tostring(L, -1);
      lua_pop(L, 1);
    }
    sandbox_describe(sandbox, "%s", text ? text : "an error that is a table without a 'message'");
  } else {
    sandbox_describe(sandbox, "an error that is a %s and not a text", luaL_typename(L, 1));
  }
  return 1;
}
