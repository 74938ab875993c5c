// What the parts of the bridge share: the sandbox, and how a library function pays for what it does.
#pragma once

#include "CLuaBridge.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdatomic.h>

typedef struct buffer {
  uint8_t *bytes;
  size_t length, capacity;
} buffer;

struct CLuaBridge_sandbox {
  lua_State *L;
  // Held by the one call that runs. Everything below belongs to its holder.
  atomic_flag busy;
  CLuaBridge_limits limits;

  // Memory, counted by the allocator.
  size_t used, peak;
  size_t settled;  // what was held after the last full collection between calls
  CLuaBridge_refused refused;  // why the last block was
  size_t refusals;

  // The budget. Steps count down; the clock is read when `until_clock` runs out.
  bool running;
  CLuaBridge_status spent;  // CLuaBridge_ok while there is budget left
  int64_t steps, until_clock, granted;
  uint64_t deadline;
  const char *stack_base;  // where the C stack stood when the call began

  // The host.
  CLuaBridge_host host;
  void *host_context;
  int32_t host_calls;
  uint8_t *reply;  // owned here so that an error while it is decoded leaks nothing

  // What crosses outward.
  buffer out, log;
  size_t result_limit;
  int32_t log_lines, log_dropped;
  uint64_t random[4];

  // The error, in fixed room: there may be no memory left when it happens.
  CLuaBridge_status fault;  // set by the bridge just before it raises an error of its own
  bool located;
  int32_t line;
  char message[1024];
  char chunk[LUA_IDSIZE];
  char traceback[1536];
};

// Keys that no script can name: their addresses serve as light userdata.
extern const char key_chunk, key_kept, key_environment, key_snapshot, key_original, key_frozen, key_spent;

static inline CLuaBridge_sandbox *sandbox_of(lua_State *L) { return *(CLuaBridge_sandbox **)lua_getextraspace(L); }

// --- Budget (budget.c) ---

void *sandbox_allocate(void *sandbox, void *block, size_t old, size_t size);
void sandbox_begin(CLuaBridge_sandbox *sandbox, const CLuaBridge_budget *budget);
void sandbox_seed(CLuaBridge_sandbox *sandbox, uint64_t seed);
void sandbox_end(CLuaBridge_sandbox *sandbox);
uint64_t sandbox_now(void);
void sandbox_settle(lua_State *L);
_Noreturn void sandbox_raise_spent(lua_State *L);

// Pays for work done in C, where the instruction hook does not see it. Raises when the budget is spent, and when
// calls from Lua to C and back have eaten the C stack. Every library function begins with it.
static inline void charge(lua_State *L, size_t steps) {
  CLuaBridge_sandbox *sandbox = sandbox_of(L);
  sandbox->steps -= (int64_t)steps;
  sandbox->until_clock -= (int64_t)steps;
  if (sandbox->steps <= 0 || sandbox->until_clock <= 0) sandbox_settle(L);
  if (sandbox->stack_base - (const char *)__builtin_frame_address(0) > 256 * 1024)
    luaL_error(L, "stack overflow (calls nested too deeply)");
}

// Makes room for `slots` values on the stack. luaL_checkstack would blame recursion when memory is what is missing.
void reserve_stack(lua_State *L, size_t slots);

// Integer arguments. A text may stand for one, and reading a long one takes time.
static inline lua_Integer check_integer(lua_State *L, int argument) {
  if (lua_type(L, argument) == LUA_TSTRING) charge(L, lua_rawlen(L, argument));
  return luaL_checkinteger(L, argument);
}

static inline lua_Integer opt_integer(lua_State *L, int argument, lua_Integer fallback) {
  return lua_isnoneornil(L, argument) ? fallback : check_integer(L, argument);
}

// --- Errors (errors.c) ---

int sandbox_on_error(lua_State *L);
void sandbox_locate(lua_State *L);
void sandbox_describe(CLuaBridge_sandbox *sandbox, const char *format, ...) __attribute__((format(printf, 2, 3)));

// --- Buffers (buffer.c) ---

bool buffer_reserve(buffer *buffer, size_t more);

// --- Values (decode.c, encode.c) ---

int decode_message(lua_State *L, const uint8_t *shapes, size_t shapes_length, const uint8_t *body,
                   size_t body_length);
// Encodes `count` values from stack index `first` into sandbox->out. `subject` names them in errors.
void encode_values(lua_State *L, int first, int count, const char *subject, CLuaBridge_status fault);

// --- Globals (globals.c and the library files) ---

void open_globals(lua_State *L, const char *const *functions, int32_t count);
void open_base(lua_State *L);
void open_string_arithmetic(lua_State *L);
void open_string(lua_State *L);
void open_table(lua_State *L);
void open_math(lua_State *L);
void open_utf8(lua_State *L);
// Replaces the table on top by a read-only view of it. Unknown members raise; `name` is used to say so.
void freeze(lua_State *L, const char *name);
int host_trampoline(lua_State *L);

// --- Shared by library files ---

// Pushes the text of a value, as tostring would, without addresses.
const char *push_text(lua_State *L, int index, size_t *length);
// The name among the keys of the table at `table` that is closest to `wanted`; NULL if none is close.
const char *nearest_name(lua_State *L, int table, const char *wanted);
void open_metatables(lua_State *L);
int string_format(lua_State *L);
int pattern_find(lua_State *L);
int pattern_match(lua_State *L);
int pattern_gmatch(lua_State *L);
int pattern_gsub(lua_State *L);
