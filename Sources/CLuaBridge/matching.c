// find, match, gmatch and gsub over our own matcher.
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

static int push_captures(pattern *p, const char *start, const char *end, bool whole) {
  int count = p->captures == 0 && whole ? 1 : p->captures;
  reserve_stack(p->L, count + 2);
  for (int i = 0; i < count; i++) pattern_push(p, i, start, end);
  return count;
}

// The offset that argument `index` names; beyond the end if it lies there.
static size_t start_argument(lua_State *L, int index, size_t length) {
  lua_Integer start = opt_integer(L, index, 1);
  if (start > 0) return (size_t)start - 1;
  if (start == 0 || start < -(lua_Integer)length) return 0;
  return length + (size_t)start;
}

static int find_plain(lua_State *L, const char *text, size_t length, const char *wanted, size_t wanted_length,
                      size_t start) {
  // glibc's memmem takes linear time, however the texts are made.
  charge(L, (length - start + wanted_length) / 8);
  const char *found = memmem(text + start, length - start, wanted, wanted_length);
  if (found == NULL) {
    lua_pushnil(L);
    return 1;
  }
  lua_pushinteger(L, found - text + 1);
  lua_pushinteger(L, found - text + (lua_Integer)wanted_length);
  return 2;
}

static int search(lua_State *L, bool find) {
  charge(L, 10);
  size_t length, pattern_length;
  const char *text = luaL_checklstring(L, 1, &length), *source = luaL_checklstring(L, 2, &pattern_length);
  size_t start = start_argument(L, 3, length);
  if (start > length) {
    lua_pushnil(L);
    return 1;
  }
  if (find && (lua_toboolean(L, 4) || strpbrk(source, "^$*+?.([%-") == NULL))
    // A pattern with a zero byte inside may hide specials behind it.
    if (lua_toboolean(L, 4) || strlen(source) == pattern_length)
      return find_plain(L, text, length, source, pattern_length, start);
  bool anchored = *source == '^';
  pattern p = {.subject = text, .subject_end = text + length};
  pattern_compile(&p, L, source + anchored, pattern_length - anchored);
  for (const char *at = text + start; at <= p.subject_end; at++) {
    const char *end = pattern_run(&p, at);
    if (end != NULL) {
      if (!find) return push_captures(&p, at, end, true);
      lua_pushinteger(L, at - text + 1);
      lua_pushinteger(L, end - text);
      return push_captures(&p, at, end, false) + 2;
    }
    if (anchored) break;
  }
  lua_pushnil(L);
  return 1;
}

int pattern_find(lua_State *L) { return search(L, true); }

int pattern_match(lua_State *L) { return search(L, false); }

typedef struct {
  size_t at;       // where to look next
  size_t last;     // where the last match ended; SIZE_MAX before the first
} iteration;

// Upvalues: text, pattern, iteration.
static int next_match(lua_State *L) {
  charge(L, 10);
  iteration *iteration = lua_touserdata(L, lua_upvalueindex(3));
  size_t length, pattern_length;
  const char *text = lua_tolstring(L, lua_upvalueindex(1), &length);
  const char *source = lua_tolstring(L, lua_upvalueindex(2), &pattern_length);
  pattern p = {.subject = text, .subject_end = text + length};
  pattern_compile(&p, L, source, pattern_length);
  for (; iteration->at <= length; iteration->at++) {
    const char *start = text + iteration->at, *end = pattern_run(&p, start);
    if (end == NULL || (size_t)(end - text) == iteration->last) continue;
    iteration->at = iteration->last = (size_t)(end - text);
    return push_captures(&p, start, end, true);
  }
  return 0;
}

int pattern_gmatch(lua_State *L) {
  charge(L, 10);
  size_t length;
  luaL_checklstring(L, 1, &length);
  luaL_checkstring(L, 2);
  size_t start = start_argument(L, 3, length);
  lua_settop(L, 2);
  iteration *state = lua_newuserdatauv(L, sizeof *state, 0);
  *state = (iteration){.at = start > length ? length + 1 : start, .last = SIZE_MAX};
  lua_pushcclosure(L, next_match, 3);
  return 1;
}

static void add_template(pattern *p, luaL_Buffer *out, const char *start, const char *end) {
  lua_State *L = p->L;
  size_t length;
  const char *at = lua_tolstring(L, 3, &length), *stop = at + length;
  while (at < stop) {
    const char *percent = memchr(at, '%', (size_t)(stop - at));
    if (percent == NULL) percent = stop;
    luaL_addlstring(out, at, (size_t)(percent - at));
    if (percent == stop) return;
    int character = percent + 1 < stop ? (unsigned char)percent[1] : -1;
    at = percent + 2;
    if (character == '%') {
      luaL_addchar(out, '%');
    } else if (character == '0') {
      luaL_addlstring(out, start, (size_t)(end - start));
    } else if (character >= '1' && character <= '9') {
      pattern_push(p, character - '1', start, end);
      luaL_tolstring(L, -1, NULL);
      lua_remove(L, -2);
      luaL_addvalue(out);
    } else {
      luaL_error(L, "invalid use of '%%' in replacement string");
    }
  }
}

static void add_replacement(pattern *p, luaL_Buffer *out, const char *start, const char *end) {
  lua_State *L = p->L;
  switch (lua_type(L, 3)) {
  case LUA_TFUNCTION: {
    lua_pushvalue(L, 3);
    lua_call(L, push_captures(p, start, end, true), 1);
    break;
  }
  case LUA_TTABLE:
    pattern_push(p, 0, start, end);
    lua_gettable(L, 3);
    break;
  default: add_template(p, out, start, end); return;
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(out, start, (size_t)(end - start));
  } else if (lua_isstring(L, -1)) {
    luaL_addvalue(out);
  } else {
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  }
}

int pattern_gsub(lua_State *L) {
  charge(L, 10);
  size_t length, pattern_length;
  const char *text = luaL_checklstring(L, 1, &length), *source = luaL_checklstring(L, 2, &pattern_length);
  int type = lua_type(L, 3);
  luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
                   "string, function or table");
  if (type == LUA_TNUMBER) lua_tolstring(L, 3, NULL);
  lua_Integer most = opt_integer(L, 4, (lua_Integer)length + 1), count = 0;
  bool anchored = *source == '^';
  pattern p = {.subject = text, .subject_end = text + length};
  pattern_compile(&p, L, source + anchored, pattern_length - anchored);
  luaL_Buffer out;
  luaL_buffinit(L, &out);
  const char *at = text, *last = NULL;
  while (count < most) {
    const char *end = pattern_run(&p, at);
    if (end != NULL && end != last) {
      count++;
      charge(L, 4);
      add_replacement(&p, &out, at, end);
      at = last = end;
    } else if (at < p.subject_end) {
      luaL_addchar(&out, *at++);
    } else {
      break;
    }
    if (anchored) break;
  }
  luaL_addlstring(&out, at, (size_t)(p.subject_end - at));
  luaL_pushresult(&out);
  lua_pushinteger(L, count);
  return 2;
}
