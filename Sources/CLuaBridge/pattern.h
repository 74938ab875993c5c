// Lua's patterns, compiled once and matched with counted steps.
//
// A pattern is a line of items without nesting or alternatives, so which captures are open at an item is known
// before matching, and each item has at most one choice pending at a time. The choices are kept in the items
// themselves: matching needs no recursion and no stack, and nothing but its steps can grow.
#pragma once

#include "sandbox.h"

enum { PATTERN_CAPTURES = 32, PATTERN_INLINE = 8 };

typedef struct {
  const char *at;  // the subject where this item's pending choice began
  size_t count;    // how many more it took, for the greedy ones
  int previous;    // the item with the next older choice; -1 if none
  uint8_t kind, repeat;
  uint8_t first, second;  // bytes of a literal or a balance; number of a capture
  uint32_t set[8];
} pattern_item;

typedef struct {
  const char *start, *end;
  bool position;
} pattern_capture;

typedef struct {
  lua_State *L;
  const char *subject, *subject_end;
  pattern_item *items;
  int captures;
  size_t steps;  // not yet paid
  pattern_capture capture[PATTERN_CAPTURES];
  pattern_item own[PATTERN_INLINE];
} pattern;

// Compiles `text`. Leaves one value on the stack, which owns the items of a long pattern.
void pattern_compile(pattern *pattern, lua_State *L, const char *text, size_t length);
// Where a match that begins at `start` ends; NULL if there is none.
const char *pattern_run(pattern *pattern, const char *start);
// Pushes capture `index`, or the whole match if there are no captures and `index` is 0.
void pattern_push(pattern *pattern, int index, const char *start, const char *end);
