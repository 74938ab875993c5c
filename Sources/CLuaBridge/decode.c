// From the wire to Lua values. Trusts nothing about the message, though it comes from our own encoder.
#include "sandbox.h"
#include "wire.h"

#include <string.h>

typedef struct {
  const uint8_t *at, *end;
} cursor;

typedef struct {
  int first, count;  // stack slots of the keys
} shape;

typedef struct {
  lua_State *L;
  cursor body;
  shape shapes[WIRE_SHAPES];
  uint32_t shape_count;
  size_t depth;
} decoder;

static void malformed(lua_State *L) { luaL_error(L, "malformed message from the host"); }

static void take(lua_State *L, cursor *cursor, void *into, size_t size) {
  if ((size_t)(cursor->end - cursor->at) < size) malformed(L);
  memcpy(into, cursor->at, size);
  cursor->at += size;
}

static uint32_t take_count(lua_State *L, cursor *cursor, size_t least) {
  uint32_t count;
  take(L, cursor, &count, sizeof count);
  // So that a count never asks for more memory than its elements could fill.
  if (count > (size_t)(cursor->end - cursor->at) / least) malformed(L);
  return count;
}

static void push_bytes(lua_State *L, cursor *cursor) {
  uint32_t length = take_count(L, cursor, 1);
  lua_pushlstring(L, (const char *)cursor->at, length);
  cursor->at += length;
}

static void push_double(lua_State *L, cursor *cursor) {
  double number;
  take(L, cursor, &number, sizeof number);
  lua_pushnumber(L, number);
}

static void push_value(decoder *d, bool element);

static shape *take_shape(decoder *d) {
  uint32_t index;
  take(d->L, &d->body, &index, sizeof index);
  if (index >= d->shape_count) malformed(d->L);
  return &d->shapes[index];
}

// Sets the key in stack slot `key` of the table below the value on top. Nil stays away: the key is absent then.
static void set_member(lua_State *L, int key) {
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return;
  }
  lua_pushvalue(L, key);
  lua_insert(L, -2);
  lua_rawset(L, -3);
}

static void push_rows(decoder *d) {
  lua_State *L = d->L;
  shape *shape = take_shape(d);
  uint32_t rows, columns;
  take(L, &d->body, &rows, sizeof rows);
  take(L, &d->body, &columns, sizeof columns);
  if (columns > (uint32_t)shape->count) malformed(L);
  size_t least = columns * sizeof(double) + ((uint32_t)shape->count - columns);
  if (rows > (size_t)(d->body.end - d->body.at) / (least ? least : 1)) malformed(L);
  lua_createtable(L, (int)rows, 0);
  for (uint32_t row = 1; row <= rows; row++) {
    lua_createtable(L, 0, shape->count);
    for (int i = 0; i < (int)columns; i++) {
      double number;
      take(L, &d->body, &number, sizeof number);
      if (number != number) continue;  // not a number stands for no number
      lua_pushvalue(L, shape->first + i);
      lua_pushnumber(L, number);
      lua_rawset(L, -3);
    }
    for (int i = (int)columns; i < shape->count; i++) {
      push_value(d, false);
      set_member(L, shape->first + i);
    }
    lua_rawseti(L, -2, row);
  }
}

static void push_object(decoder *d) {
  lua_State *L = d->L;
  uint32_t count = take_count(L, &d->body, 5);
  lua_createtable(L, 0, (int)count);
  for (uint32_t i = 0; i < count; i++) {
    push_bytes(L, &d->body);
    push_value(d, false);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 2);
    } else {
      lua_rawset(L, -3);
    }
  }
}

// Null is nil; as the element of a list, where nil would be a hole, it is the value `null`.
static void push_value(decoder *d, bool element) {
  lua_State *L = d->L;
  uint8_t tag;
  take(L, &d->body, &tag, 1);
  if (++d->depth > sandbox_of(L)->limits.depth) luaL_error(L, "a value from the host is nested too deeply");
  reserve_stack(L, 8);
  switch (tag) {
  case WIRE_NIL:
    if (element) {
      lua_pushlightuserdata(L, NULL);
    } else {
      lua_pushnil(L);
    }
    break;
  case WIRE_FALSE: lua_pushboolean(L, 0); break;
  case WIRE_TRUE: lua_pushboolean(L, 1); break;
  case WIRE_INTEGER: {
    int64_t number;
    take(L, &d->body, &number, sizeof number);
    lua_pushinteger(L, number);
    break;
  }
  case WIRE_DOUBLE: push_double(L, &d->body); break;
  case WIRE_STRING: push_bytes(L, &d->body); break;
  case WIRE_ARRAY: {
    uint32_t count = take_count(L, &d->body, 1);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 1; i <= count; i++) {
      push_value(d, true);
      lua_rawseti(L, -2, i);
    }
    break;
  }
  case WIRE_DOUBLES: {
    uint32_t count = take_count(L, &d->body, sizeof(double));
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 1; i <= count; i++) {
      push_double(L, &d->body);
      lua_rawseti(L, -2, i);
    }
    break;
  }
  case WIRE_OBJECT: push_object(d); break;
  case WIRE_RECORD: {
    shape *shape = take_shape(d);
    lua_createtable(L, 0, shape->count);
    for (int i = 0; i < shape->count; i++) {
      push_value(d, false);
      set_member(L, shape->first + i);
    }
    break;
  }
  case WIRE_ROWS: push_rows(d); break;
  default: malformed(L);
  }
  d->depth--;
}

// Pushes the values of a message and returns how many. Below them stay the keys of its shapes, which the caller
// finds between the old top and the values.
int decode_message(lua_State *L, const uint8_t *shapes, size_t shapes_length, const uint8_t *body,
                   size_t body_length) {
  decoder d = {.L = L, .body = {body, body + body_length}};
  charge(L, (shapes_length + body_length) / 8);
  if (shapes_length > 0) {
    cursor keys = {shapes, shapes + shapes_length};
    uint32_t total = 0;
    take(L, &keys, &d.shape_count, sizeof d.shape_count);
    if (d.shape_count > WIRE_SHAPES) malformed(L);
    for (uint32_t i = 0; i < d.shape_count; i++) {
      uint32_t count = take_count(L, &keys, 4);
      if ((total += count) > WIRE_KEYS) malformed(L);
      reserve_stack(L, count + 8);
      d.shapes[i] = (shape){lua_gettop(L) + 1, (int)count};
      for (uint32_t key = 0; key < count; key++) push_bytes(L, &keys);
    }
  }
  uint32_t count = take_count(L, &d.body, 1);
  if (count > WIRE_VALUES) malformed(L);
  reserve_stack(L, count + 8);
  for (uint32_t i = 0; i < count; i++) push_value(&d, false);
  return (int)count;
}
