// From Lua values to the wire: plain data only, each complaint with the path to what is wrong.
#include "sandbox.h"
#include "wire.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH = 128 };

typedef struct {
  lua_State *L;
  CLuaBridge_sandbox *sandbox;
  const char *subject;
  CLuaBridge_status fault;
  int position;  // among the values, from 1
  size_t depth;
  struct {
    const void *table;
    const char *key;  // NULL for an element of a list
    lua_Integer index;
  } path[DEPTH];
} encoder;

static _Noreturn void refuse(encoder *e, const char *what) {
  char path[512];
  size_t length = (size_t)snprintf(path, sizeof path, "%s %d", e->subject, e->position);
  for (size_t i = 0; i < e->depth && length < sizeof path; i++) {
    int more = e->path[i].key != NULL
                   ? snprintf(path + length, sizeof path - length, ".%.40s", e->path[i].key)
                   : snprintf(path + length, sizeof path - length, "[%lld]", (long long)e->path[i].index);
    length += (size_t)more;
  }
  e->sandbox->fault = e->fault;
  sandbox_describe(e->sandbox, "%s %s", path, what);
  luaL_error(e->L, "%s %s", path, what);
  __builtin_unreachable();
}

static void put(encoder *e, const void *bytes, size_t size) {
  buffer *out = &e->sandbox->out;
  if (size > e->sandbox->result_limit - out->length) refuse(e, "makes the result larger than its limit");
  if (!buffer_reserve(out, size)) refuse(e, "finds no memory left to be copied");
  memcpy(out->bytes + out->length, bytes, size);
  out->length += size;
}

static void put_tagged(encoder *e, uint8_t tag, const void *bytes, size_t size) {
  uint8_t whole[16] = {tag};
  memcpy(whole + 1, bytes, size);
  put(e, whole, size + 1);
}

static bool is_utf8(const uint8_t *at, size_t length) {
  const uint8_t *end = at + length;
  while (at < end) {
    if (*at < 0x80) {
      at++;
      continue;
    }
    int more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : 1;
    if (*at < 0xc2 || *at > 0xf4 || end - at <= more) return false;
    // The first byte narrows the second: no overlong forms, no surrogates, nothing beyond U+10FFFF.
    uint8_t low = *at == 0xe0 ? 0xa0 : *at == 0xf0 ? 0x90 : 0x80;
    uint8_t high = *at == 0xed ? 0x9f : *at == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high) return false;
    for (int i = 2; i <= more; i++)
      if ((at[i] & 0xc0) != 0x80) return false;
    at += more + 1;
  }
  return true;
}

static void put_bytes(encoder *e, int index) {
  size_t length;
  const char *bytes = lua_tolstring(e->L, index, &length);
  charge(e->L, 1 + length / 8);
  if (!is_utf8((const uint8_t *)bytes, length)) refuse(e, "is not valid UTF-8");
  if (length > UINT32_MAX) refuse(e, "is too long");
  uint32_t count = (uint32_t)length;
  put(e, &count, sizeof count);
  put(e, bytes, length);
}

static void put_value(encoder *e, int index);

static void put_list(encoder *e, int table, lua_Unsigned count) {
  lua_State *L = e->L;
  lua_Unsigned members = 0;
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    charge(L, 1);
    if (lua_islightuserdata(L, -2) && lua_touserdata(L, -2) == (void *)&key_snapshot) continue;
    members++;
  }
  if (members != count)
    refuse(e, "is neither a list (keys 1, 2, 3 … without a hole) nor an object (keys that are strings)");
  if (count > UINT32_MAX) refuse(e, "is too long");
  uint32_t length = (uint32_t)count;
  put_tagged(e, WIRE_ARRAY, &length, sizeof length);
  e->depth++;
  for (lua_Unsigned i = 1; i <= count; i++) {
    e->path[e->depth - 1].key = NULL;
    e->path[e->depth - 1].index = (lua_Integer)i;
    if (lua_rawgeti(L, table, (lua_Integer)i) == LUA_TNIL) refuse(e, "is a hole in a list");
    put_value(e, lua_gettop(L));
    lua_pop(L, 1);
  }
  e->depth--;
}

static void put_object(encoder *e, int table) {
  lua_State *L = e->L;
  uint32_t count = 0;
  put_tagged(e, WIRE_OBJECT, &count, sizeof count);
  size_t at = e->sandbox->out.length - sizeof count;
  e->depth++;
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    if (lua_islightuserdata(L, -2) && lua_touserdata(L, -2) == (void *)&key_snapshot) continue;
    if (lua_type(L, -2) != LUA_TSTRING) {
      e->depth--;
      refuse(e, "is neither a list (keys 1, 2, 3 … without a hole) nor an object (keys that are strings)");
    }
    e->path[e->depth - 1].key = lua_tostring(L, -2);
    int value = lua_gettop(L);
    put_bytes(e, value - 1);
    put_value(e, value);
    count++;
  }
  e->depth--;
  memcpy(e->sandbox->out.bytes + at, &count, sizeof count);
}

static void put_table(encoder *e, int index) {
  const void *table = lua_topointer(e->L, index);
  for (size_t i = 0; i < e->depth; i++)
    if (e->path[i].table == table) refuse(e, "contains itself");
  if (e->depth >= e->sandbox->limits.depth || e->depth >= DEPTH) refuse(e, "is nested too deeply");
  reserve_stack(e->L, 8);
  e->path[e->depth].table = table;
  lua_Unsigned length = lua_rawlen(e->L, index);
  if (length > 0) {
    put_list(e, index, length);
    return;
  }
  // An empty table may be meant as either; lists are what is empty more often.
  size_t start = e->sandbox->out.length;
  put_object(e, index);
  uint8_t *written = e->sandbox->out.bytes + start;
  uint32_t count;
  memcpy(&count, written + 1, sizeof count);
  if (count == 0) *written = WIRE_ARRAY;
}

static void put_value(encoder *e, int index) {
  lua_State *L = e->L;
  charge(L, 1);
  switch (lua_type(L, index)) {
  case LUA_TNIL: put(e, &(uint8_t){WIRE_NIL}, 1); break;
  case LUA_TBOOLEAN: put(e, &(uint8_t){lua_toboolean(L, index) ? WIRE_TRUE : WIRE_FALSE}, 1); break;
  case LUA_TNUMBER:
    if (lua_isinteger(L, index)) {
      lua_Integer number = lua_tointeger(L, index);
      put_tagged(e, WIRE_INTEGER, &number, sizeof number);
    } else {
      lua_Number number = lua_tonumber(L, index);
      if (!isfinite(number)) refuse(e, isnan(number) ? "is not a number (NaN)" : "is infinite");
      put_tagged(e, WIRE_DOUBLE, &number, sizeof number);
    }
    break;
  case LUA_TSTRING:
    put(e, &(uint8_t){WIRE_STRING}, 1);
    put_bytes(e, index);
    break;
  case LUA_TTABLE: put_table(e, index); break;
  case LUA_TLIGHTUSERDATA:
    if (lua_touserdata(L, index) == NULL) {
      put(e, &(uint8_t){WIRE_NIL}, 1);
      break;
    }
    // fall through
  default: refuse(e, "is a function; only plain data leaves a script");
  }
}

void encode_values(lua_State *L, int first, int count, const char *subject, CLuaBridge_status fault) {
  encoder e;
  e.L = L;
  e.sandbox = sandbox_of(L);
  e.subject = subject;
  e.fault = fault;
  e.position = 1;
  e.depth = 0;
  e.sandbox->out.length = 0;
  uint32_t values = (uint32_t)count;
  put(&e, &values, sizeof values);
  for (int i = 0; i < count; i++) {
    e.position = i + 1;
    put_value(&e, first + i);
  }
}
