#include "pattern.h"

#include <string.h>

enum kind { LITERAL, ANY, SET, OPEN, CLOSE, POSITION, REFERENCE, BALANCE, FRONTIER, AT_END, MATCHED };
enum repeat { ONCE, GREEDY, GREEDY_SOME, LAZY, OPTIONAL };
enum { STEPS_PER_PAYMENT = 512 };

// --- Compiling ---

typedef struct {
  pattern *pattern;
  const unsigned char *at, *end;
  pattern_item *item;
  int open[PATTERN_CAPTURES], depth;
  bool closed[PATTERN_CAPTURES];
} compiler;

// The characters of each class, as the C locale has them: none beyond ASCII.
static const uint32_t classes[26][4] = {
  [0] = {0x00000000, 0x00000000, 0x07fffffe, 0x07fffffe},  // %a
  [2] = {0xffffffff, 0x00000000, 0x00000000, 0x80000000},  // %c
  [3] = {0x00000000, 0x03ff0000, 0x00000000, 0x00000000},  // %d
  [6] = {0x00000000, 0xfffffffe, 0xffffffff, 0x7fffffff},  // %g
  [11] = {0x00000000, 0x00000000, 0x00000000, 0x07fffffe},  // %l
  [15] = {0x00000000, 0xfc00fffe, 0xf8000001, 0x78000001},  // %p
  [18] = {0x00003e00, 0x00000001, 0x00000000, 0x00000000},  // %s
  [20] = {0x00000000, 0x00000000, 0x07fffffe, 0x00000000},  // %u
  [22] = {0x00000000, 0x03ff0000, 0x07fffffe, 0x07fffffe},  // %w
  [23] = {0x00000000, 0x03ff0000, 0x0000007e, 0x0000007e},  // %x
};

static void include(uint32_t *set, int c) { set[c >> 5] |= 1u << (c & 31); }

static bool contains(const uint32_t *set, unsigned char c) { return set[c >> 5] >> (c & 31) & 1; }

// Adds what `%c` stands for: a class, its complement if upper case, or the character itself.
static void include_escaped(uint32_t *set, int c) {
  int lower = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  const uint32_t *class = lower >= 'a' && lower <= 'z' ? classes[lower - 'a'] : NULL;
  if (class == NULL || (class[0] | class[1] | class[2] | class[3]) == 0) {
    include(set, c);
    return;
  }
  for (int i = 0; i < 4; i++) set[i] |= lower == c ? class[i] : ~class[i];
  for (int i = 4; i < 8; i++) set[i] |= lower == c ? 0 : ~0u;
}

// Where the set that opened just before `at` closes. Its first character is a member, whatever it is.
static const unsigned char *set_end(const compiler *c) {
  const unsigned char *at = c->at;
  if (at < c->end && *at == '^') at++;
  for (bool first = true; at < c->end; first = false) {
    if (*at == ']' && !first) return at;
    at += *at == '%' ? 2 : 1;
  }
  luaL_error(c->pattern->L, "malformed pattern (missing ']')");
  return NULL;
}

// Reads the set after its opening bracket.
static void compile_set(compiler *c, uint32_t *set) {
  const unsigned char *end = set_end(c);
  memset(set, 0, sizeof c->item->set);
  bool inverted = *c->at == '^';
  if (inverted) c->at++;
  while (c->at < end) {
    int low = *c->at++;
    if (low == '%') {
      include_escaped(set, *c->at++);
    } else if (end - c->at >= 2 && *c->at == '-') {
      for (int i = low; i <= c->at[1]; i++) include(set, i);
      c->at += 2;
    } else {
      include(set, low);
    }
  }
  c->at = end + 1;
  if (inverted)
    for (int i = 0; i < 8; i++) set[i] = ~set[i];
}

static void compile_capture(compiler *c, int character) {
  lua_State *L = c->pattern->L;
  if (character == ')') {
    if (c->depth == 0) luaL_error(L, "invalid pattern capture");
    c->item->kind = CLOSE;
    c->item->first = (uint8_t)c->open[--c->depth];
    c->closed[c->item->first] = true;
    return;
  }
  int index = c->pattern->captures;
  if (index == PATTERN_CAPTURES) luaL_error(L, "too many captures");
  c->pattern->captures++;
  c->item->first = (uint8_t)index;
  if (c->at < c->end && *c->at == ')') {
    c->at++;
    c->item->kind = POSITION;
    c->closed[index] = true;
  } else {
    c->item->kind = OPEN;
    c->open[c->depth++] = index;
  }
}

// Reads what follows a percent sign. Returns whether it is a test of one character, which may be repeated.
static bool compile_escape(compiler *c) {
  lua_State *L = c->pattern->L;
  if (c->at == c->end) luaL_error(L, "malformed pattern (ends with '%%')");
  int character = *c->at++;
  pattern_item *item = c->item;
  switch (character) {
  case 'b':
    if (c->end - c->at < 2) luaL_error(L, "malformed pattern (missing arguments to '%%b')");
    item->kind = BALANCE;
    item->first = *c->at++;
    item->second = *c->at++;
    return false;
  case 'f':
    if (c->at == c->end || *c->at != '[') luaL_error(L, "missing '[' after '%%f' in pattern");
    c->at++;
    item->kind = FRONTIER;
    compile_set(c, item->set);
    return false;
  case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9': {
    int index = character - '1';
    if (index < 0 || index >= c->pattern->captures || !c->closed[index])
      luaL_error(L, "invalid capture index %%%d", index + 1);
    item->kind = REFERENCE;
    item->first = (uint8_t)index;
    return false;
  }
  default:
    item->kind = SET;
    memset(item->set, 0, sizeof item->set);
    include_escaped(item->set, character);
    return true;
  }
}

// Reads one item. Returns whether it may be repeated.
static bool compile_item(compiler *c) {
  pattern_item *item = c->item;
  int character = *c->at++;
  item->repeat = ONCE;
  switch (character) {
  case '(':
  case ')': compile_capture(c, character); return false;
  case '%': return compile_escape(c);
  case '.': item->kind = ANY; return true;
  case '[':
    item->kind = SET;
    compile_set(c, item->set);
    return true;
  case '$':
    if (c->at == c->end) {
      item->kind = AT_END;
      return false;
    }
    // fall through
  default:
    item->kind = LITERAL;
    item->first = (uint8_t)character;
    return true;
  }
}

static void compile_repeat(compiler *c) {
  if (c->at == c->end) return;
  switch (*c->at) {
  case '*': c->item->repeat = GREEDY; break;
  case '+': c->item->repeat = GREEDY_SOME; break;
  case '-': c->item->repeat = LAZY; break;
  case '?': c->item->repeat = OPTIONAL; break;
  default: return;
  }
  c->at++;
}

void pattern_compile(pattern *pattern, lua_State *L, const char *text, size_t length) {
  charge(L, 4 + length * 2);
  pattern->L = L;
  pattern->captures = 0;
  pattern->steps = 0;
  pattern->items = pattern->own;
  lua_pushnil(L);
  compiler c = {.pattern = pattern, .at = (const unsigned char *)text, .item = pattern->items};
  c.end = c.at + length;
  while (c.at < c.end) {
    if (compile_item(&c)) compile_repeat(&c);
    c.item++;
    if (c.item == pattern->own + PATTERN_INLINE) {
      // The rest: an item takes at least one character, and the last one says that all have matched.
      size_t items = PATTERN_INLINE + (size_t)(c.end - c.at) + 1;
      lua_pop(L, 1);
      pattern->items = lua_newuserdatauv(L, items * sizeof *pattern->items, 0);
      memcpy(pattern->items, pattern->own, sizeof pattern->own);
      c.item = pattern->items + PATTERN_INLINE;
    }
  }
  if (c.depth > 0) luaL_error(L, "unfinished capture");
  c.item->kind = MATCHED;
}

// --- Matching ---

static bool tests(const pattern_item *item, char character) {
  switch (item->kind) {
  case LITERAL: return (uint8_t)character == item->first;
  case ANY: return true;
  default: return contains(item->set, (unsigned char)character);
  }
}

// How many characters from `at` on satisfy the item.
static size_t run_length(const pattern_item *item, const char *at, const char *end) {
  if (item->kind == ANY) return (size_t)(end - at);
  const char *start = at;
  while (at < end && tests(item, *at)) at++;
  return (size_t)(at - start);
}

static const char *balanced_end(pattern *p, const pattern_item *item, const char *at) {
  if (at == p->subject_end || (uint8_t)*at != item->first) return NULL;
  size_t depth = 1;
  const char *start = at;
  for (at++; at < p->subject_end; at++) {
    if ((uint8_t)*at == item->second) {
      if (--depth == 0) {
        p->steps += (size_t)(at - start) / 4;
        return at + 1;
      }
    } else if ((uint8_t)*at == item->first) {
      depth++;
    }
  }
  p->steps += (size_t)(at - start) / 4;
  return NULL;
}

static const char *referenced_end(pattern *p, const pattern_item *item, const char *at) {
  const pattern_capture *capture = &p->capture[item->first];
  if (capture->position) return NULL;
  size_t length = (size_t)(capture->end - capture->start);
  p->steps += length / 16;
  if ((size_t)(p->subject_end - at) < length || memcmp(capture->start, at, length) != 0) return NULL;
  return at + length;
}

static bool at_frontier(const pattern *p, const pattern_item *item, const char *at) {
  unsigned char before = at == p->subject ? 0 : (unsigned char)at[-1];
  unsigned char here = at == p->subject_end ? 0 : (unsigned char)*at;
  return !contains(item->set, before) && contains(item->set, here);
}

// Tests a single character with its repetition. Notes a choice if there is one.
static const char *take_single(pattern *p, pattern_item *item, const char *at, int *newest) {
  int index = (int)(item - p->items);
  bool fits = at < p->subject_end && tests(item, *at);
  switch (item->repeat) {
  case ONCE: return fits ? at + 1 : NULL;
  case OPTIONAL:
    if (!fits) return at;
    item->at = at;
    item->previous = *newest;
    *newest = index;
    return at + 1;
  case LAZY:
    item->at = at;
    item->previous = *newest;
    *newest = index;
    return at;
  default: {
    if (!fits) return item->repeat == GREEDY ? at : NULL;
    size_t count = run_length(item, at, p->subject_end);
    p->steps += count / 4;
    size_t least = item->repeat == GREEDY_SOME;
    item->at = at + least;
    item->count = count - least;
    if (item->count > 0) {
      item->previous = *newest;
      *newest = index;
    }
    return at + count;
  }
  }
}

// Takes the next choice of the newest item that has one, and says where to go on from. NULL if none is left.
static const char *reconsider(pattern *p, int *newest, int *next) {
  while (*newest >= 0) {
    pattern_item *item = &p->items[*newest];
    *next = *newest + 1;
    p->steps++;
    switch (item->repeat) {
    case OPTIONAL: *newest = item->previous; return item->at;
    case LAZY:
      if (item->at < p->subject_end && tests(item, *item->at)) return ++item->at;
      *newest = item->previous;
      break;
    default:
      item->count--;
      if (item->count == 0) *newest = item->previous;
      return item->at + item->count;
    }
  }
  return NULL;
}

static void pay(pattern *p) {
  size_t steps = p->steps;
  p->steps = 0;
  charge(p->L, steps);
}

const char *pattern_run(pattern *p, const char *start) {
  const char *at = start;
  int newest = -1, next = 0;
  for (;;) {
    if (++p->steps >= STEPS_PER_PAYMENT) pay(p);
    pattern_item *item = &p->items[next];
    switch (item->kind) {
    case MATCHED: return at;
    case AT_END: at = at == p->subject_end ? at : NULL; break;
    case OPEN: p->capture[item->first] = (pattern_capture){.start = at, .end = at}; break;
    case CLOSE: p->capture[item->first].end = at; break;
    case POSITION: p->capture[item->first] = (pattern_capture){.start = at, .position = true}; break;
    case REFERENCE: at = referenced_end(p, item, at); break;
    case BALANCE: at = balanced_end(p, item, at); break;
    case FRONTIER: at = at_frontier(p, item, at) ? at : NULL; break;
    default: at = take_single(p, item, at, &newest);
    }
    next++;
    if (at == NULL) at = reconsider(p, &newest, &next);
    if (at == NULL) return NULL;
  }
}

void pattern_push(pattern *p, int index, const char *start, const char *end) {
  if (p->captures == 0 && index == 0) {
    lua_pushlstring(p->L, start, (size_t)(end - start));
    return;
  }
  if (index >= p->captures) luaL_error(p->L, "invalid capture index %%%d", index + 1);
  const pattern_capture *capture = &p->capture[index];
  if (capture->position) {
    lua_pushinteger(p->L, capture->start - p->subject + 1);
  } else {
    lua_pushlstring(p->L, capture->start, (size_t)(capture->end - capture->start));
  }
}
