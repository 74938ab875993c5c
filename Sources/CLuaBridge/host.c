// From Lua to the host and back. The host runs with no Lua error possible above it, and none below it: arguments
// are encoded before, the reply is decoded after, and every block in between belongs to the sandbox.
#include "sandbox.h"

#include <stdlib.h>
#include <string.h>

// Upvalues: the function's number and its name.
int host_trampoline(lua_State *L) {
  CLuaBridge_sandbox *sandbox = sandbox_of(L);
  charge(L, 100);
  const char *name = lua_tostring(L, lua_upvalueindex(2));
  if (sandbox->host == NULL) return luaL_error(L, "'%s' cannot be called here", name);
  if (sandbox->host_calls-- <= 0) return luaL_error(L, "too many calls to the host ('%s')", name);
  int count = lua_gettop(L);
  if (count > 16) return luaL_error(L, "too many arguments for '%s'", name);
  encode_values(L, 1, count, "argument", CLuaBridge_ok);
  free(sandbox->reply);
  sandbox->reply = NULL;
  uint8_t *reply = NULL;
  size_t length = 0;
  uint64_t start = sandbox_now();
  int32_t status = sandbox->host(sandbox->host_context, (int32_t)lua_tointeger(L, lua_upvalueindex(1)),
                                 sandbox->out.bytes, sandbox->out.length, &reply, &length);
  sandbox->reply = reply;
  // The script pays for its own time only.
  if (sandbox->deadline != UINT64_MAX) sandbox->deadline += sandbox_now() - start;
  charge(L, length / 8);
  if (status != 0) {
    luaL_where(L, 1);
    lua_pushlstring(L, reply ? (const char *)reply : "", reply ? length : 0);
    lua_concat(L, 2);
    return lua_error(L);
  }
  // A reply opens with the length of its shapes.
  uint64_t shapes;
  if (reply == NULL || length < sizeof shapes) return luaL_error(L, "'%s' gave no reply", name);
  memcpy(&shapes, reply, sizeof shapes);
  if (shapes > length - sizeof shapes) return luaL_error(L, "'%s' gave a malformed reply", name);
  const uint8_t *start_of_shapes = reply + sizeof shapes, *body = start_of_shapes + shapes;
  return decode_message(L, start_of_shapes, shapes, body, length - sizeof shapes - shapes);
}
