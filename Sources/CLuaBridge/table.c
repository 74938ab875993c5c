// The table library. Every element moved is paid for, so a length that lies costs its liar; sorting is a merge,
// which is stable and takes n log n comparisons whatever the comparator answers.
#include "sandbox.h"

static lua_Integer length_of(lua_State *L, int index) {
  luaL_checktype(L, index, LUA_TTABLE);
  return luaL_len(L, index);
}

static int table_concat(lua_State *L) {
  charge(L, 10);
  lua_Integer last = length_of(L, 1);
  size_t gap;
  const char *separator = luaL_optlstring(L, 2, "", &gap);
  lua_Integer first = opt_integer(L, 3, 1);
  last = opt_integer(L, 4, last);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (lua_Integer i = first; i <= last; i++) {
    charge(L, 3 + gap / 16);
    lua_geti(L, 1, i);
    if (!lua_isstring(L, -1))
      return luaL_error(L, "invalid value (a %s) at index %I in table for 'concat'", luaL_typename(L, -1), (LUAI_UACINT)i);
    luaL_addvalue(&buffer);
    if (i == last) break;  // before the counter could overflow
    luaL_addlstring(&buffer, separator, gap);
  }
  luaL_pushresult(&buffer);
  return 1;
}

static int table_insert(lua_State *L) {
  charge(L, 4);
  lua_Integer end = (lua_Integer)((lua_Unsigned)length_of(L, 1) + 1);
  switch (lua_gettop(L)) {
  case 2: break;
  case 3: {
    lua_Integer position = check_integer(L, 2);
    luaL_argcheck(L, (lua_Unsigned)position - 1u < (lua_Unsigned)end, 2, "position out of bounds");
    for (; end > position; end--) {
      charge(L, 3);
      lua_geti(L, 1, end - 1);
      lua_seti(L, 1, end);
    }
    break;
  }
  default: return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  lua_seti(L, 1, end);
  return 0;
}

static int table_remove(lua_State *L) {
  charge(L, 4);
  lua_Integer size = length_of(L, 1), position = opt_integer(L, 2, size);
  if (position != size)
    luaL_argcheck(L, (lua_Unsigned)position - 1u <= (lua_Unsigned)size, 2, "position out of bounds");
  lua_geti(L, 1, position);
  for (; position < size; position++) {
    charge(L, 3);
    lua_geti(L, 1, position + 1);
    lua_seti(L, 1, position);
  }
  lua_pushnil(L);
  lua_seti(L, 1, position);
  return 1;
}

static int table_move(lua_State *L) {
  charge(L, 4);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer first = check_integer(L, 2), last = check_integer(L, 3), target = check_integer(L, 4);
  int into = lua_isnoneornil(L, 5) ? 1 : 5;
  luaL_checktype(L, into, LUA_TTABLE);
  if (last >= first) {
    luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
    lua_Integer count = last - first + 1;
    luaL_argcheck(L, target <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    bool forward = target > last || target <= first || (into != 1 && !lua_compare(L, 1, into, LUA_OPEQ));
    for (lua_Integer i = 0; i < count; i++) {
      lua_Integer offset = forward ? i : count - 1 - i;
      charge(L, 3);
      lua_geti(L, 1, first + offset);
      lua_seti(L, into, target + offset);
    }
  }
  lua_pushvalue(L, into);
  return 1;
}

static int table_pack(lua_State *L) {
  int count = lua_gettop(L);
  charge(L, 4 + (size_t)count);
  lua_createtable(L, count, 1);
  lua_insert(L, 1);
  for (int i = count; i >= 1; i--) lua_rawseti(L, 1, i);
  lua_pushinteger(L, count);
  lua_setfield(L, 1, "n");
  return 1;
}

static int table_unpack(lua_State *L) {
  charge(L, 4);
  lua_Integer first = opt_integer(L, 2, 1);
  lua_Integer last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : check_integer(L, 3);
  if (first > last) return 0;
  lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)first + 1;
  if (count == 0 || count > 100000) return luaL_error(L, "too many results to unpack");
  reserve_stack(L, count);
  charge(L, (size_t)count * 2);
  for (lua_Unsigned i = 0; i < count; i++) {
    lua_geti(L, 1, (lua_Integer)((lua_Unsigned)first + i));
    if (i % 256 == 255) charge(L, 1);
  }
  return (int)count;
}

// --- Sorting ---

enum { TABLE = 1, COMPARATOR = 2, FROM = 3, TO = 4 };  // stack slots

// Whether the value on top comes before the one below it.
static bool precedes(lua_State *L) {
  charge(L, 8);
  if (lua_isnil(L, COMPARATOR)) return lua_compare(L, -1, -2, LUA_OPLT);
  lua_pushvalue(L, COMPARATOR);
  lua_pushvalue(L, -2);
  lua_pushvalue(L, -4);
  lua_call(L, 2, 1);
  bool answer = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return answer;
}

// Merges the sorted runs [left, right) and [right, end) of FROM into TO.
static void merge(lua_State *L, lua_Integer left, lua_Integer right, lua_Integer end) {
  lua_Integer middle = right, out = left;
  while (left < middle && right < end) {
    lua_rawgeti(L, FROM, left);
    lua_rawgeti(L, FROM, right);
    // Equals keep their order: the right one goes first only if it must.
    if (precedes(L)) {
      lua_rawseti(L, TO, out++);
      lua_pop(L, 1);
      right++;
    } else {
      lua_pop(L, 1);
      lua_rawseti(L, TO, out++);
      left++;
    }
  }
  charge(L, (size_t)(middle - left + end - right));
  for (; left < middle; left++) {
    lua_rawgeti(L, FROM, left);
    lua_rawseti(L, TO, out++);
  }
  for (; right < end; right++) {
    lua_rawgeti(L, FROM, right);
    lua_rawseti(L, TO, out++);
  }
}

// Sorts a copy and writes it back at the end, so a comparator that fails leaves the table as it was.
static int table_sort(lua_State *L) {
  charge(L, 10);
  lua_Integer count = length_of(L, TABLE);
  if (!lua_isnoneornil(L, COMPARATOR)) luaL_checktype(L, COMPARATOR, LUA_TFUNCTION);
  lua_settop(L, 2);
  if (count < 2) return 0;
  luaL_argcheck(L, count < INT32_MAX, 1, "array too big");
  // Grown as elements arrive: a length that lies must not reserve memory by itself.
  lua_newtable(L);
  for (lua_Integer i = 1; i <= count; i++) {
    charge(L, 3);
    lua_geti(L, TABLE, i);
    lua_rawseti(L, FROM, i);
  }
  lua_createtable(L, (int)count, 0);
  for (lua_Integer width = 1; width < count; width *= 2) {
    for (lua_Integer left = 1; left <= count; left += 2 * width) {
      lua_Integer right = left + width, end = right + width;
      if (right > count + 1) right = count + 1;
      if (end > count + 1) end = count + 1;
      merge(L, left, right, end);
    }
    lua_insert(L, FROM);
  }
  for (lua_Integer i = 1; i <= count; i++) {
    charge(L, 3);
    lua_rawgeti(L, FROM, i);
    lua_seti(L, TABLE, i);
  }
  return 0;
}

void open_table(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"concat", table_concat}, {"insert", table_insert}, {"move", table_move}, {"pack", table_pack},
    {"remove", table_remove}, {"sort", table_sort},     {"unpack", table_unpack}, {NULL, NULL},
  };
  lua_createtable(L, 0, 8);
  luaL_setfuncs(L, functions, 0);
  lua_setfield(L, -2, "table");
}
