// Memory, steps and time: what a call may spend, and how it is stopped.
//
// Steps are paid in three places: a hook that runs every HOOK_INTERVAL instructions, `charge` in library functions,
// and the allocator, whose blocks stand for the work of filling them. When the budget is spent the hook is set to
// fire on every instruction, so whatever catches the error (pcall, __close, a loop) is stopped by its next one.
#include "sandbox.h"

#include <stdlib.h>
#include <time.h>

enum { HOOK_INTERVAL = 256, CLOCK_INTERVAL = 1024, BYTES_PER_STEP_SHIFT = 4 };

const char key_spent;

uint64_t sandbox_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void on_count(lua_State *L, lua_Debug *record);

// Finds out whether the budget is spent, and if so, arms the hook. Never raises: the allocator calls it.
static bool settle(CLuaBridge_sandbox *sandbox) {
  if (!sandbox->running) {
    sandbox->steps = sandbox->until_clock = INT64_MAX / 2;
    return false;
  }
  if (sandbox->spent != CLuaBridge_ok) return true;
  if (sandbox->steps <= 0) {
    sandbox->spent = CLuaBridge_steps;
  } else if (sandbox->until_clock <= 0) {
    sandbox->until_clock = CLOCK_INTERVAL;
    if (sandbox->deadline != UINT64_MAX && sandbox_now() > sandbox->deadline) sandbox->spent = CLuaBridge_time;
  }
  if (sandbox->spent == CLuaBridge_ok) return false;
  // From here on `charge` comes back at every turn.
  sandbox->until_clock = 0;
  lua_sethook(sandbox->L, on_count, LUA_MASKCOUNT, 1);
  return true;
}

void sandbox_raise_spent(lua_State *L) {
  sandbox_locate(L);
  // A light userdata needs no memory, and no script can tell it from any other or use it for anything.
  lua_pushlightuserdata(L, (void *)&key_spent);
  lua_error(L);
  abort();
}

void sandbox_settle(lua_State *L) {
  if (settle(sandbox_of(L))) sandbox_raise_spent(L);
}

static void on_count(lua_State *L, lua_Debug *record) {
  (void)record;
  CLuaBridge_sandbox *sandbox = sandbox_of(L);
  if (sandbox->spent == CLuaBridge_ok) {
    sandbox->steps -= HOOK_INTERVAL;
    sandbox->until_clock -= HOOK_INTERVAL;
    if (sandbox->steps > 0 && sandbox->until_clock > 0) return;
  }
  sandbox_settle(L);
}

static void pay(CLuaBridge_sandbox *sandbox, size_t bytes) {
  int64_t steps = (int64_t)(bytes >> BYTES_PER_STEP_SHIFT);
  sandbox->steps -= steps;
  sandbox->until_clock -= steps;
  if (sandbox->steps <= 0 || sandbox->until_clock <= 0) settle(sandbox);
}

// Whether a new block is for the hash part of a table with too many members.
//
// Integer keys are easily chosen to collide. Each then costs as much as there are others, and all of them together
// are moved within one instruction when the table grows: no hook could stop that, so its size must be bounded.
static bool is_excessive_table(const CLuaBridge_sandbox *sandbox, size_t size) {
  enum { NODE = 24 };  // of Lua 5.4 on machines with 64 bits; a test holds it
  size_t members = size / NODE;
  return members > sandbox->limits.members && size % NODE == 0 && (members & (members - 1)) == 0;
}

void *sandbox_allocate(void *context, void *block, size_t old, size_t size) {
  CLuaBridge_sandbox *sandbox = context;
  // For a new block, `old` says what it is for.
  bool string = block == NULL && old == LUA_TSTRING, other = block == NULL && old == 0;
  if (block == NULL) old = 0;
  if (size == 0) {
    free(block);
    sandbox->used -= old;
    return NULL;
  }
  if (size > old) {
    bool full = size - old > sandbox->limits.memory - sandbox->used;
    bool long_string = string && size > sandbox->limits.string, large_table = other && is_excessive_table(sandbox, size);
    if (full || long_string || large_table) {
      // Lua answers with a full collection and asks again, and that has its price.
      sandbox->refused = long_string   ? CLuaBridge_refused_string
                         : large_table ? CLuaBridge_refused_table
                                       : CLuaBridge_refused_memory;
      sandbox->refusals++;
      pay(sandbox, sandbox->used);
      return NULL;
    }
    pay(sandbox, size - old);
  }
  void *moved = realloc(block, size);
  // Lua relies on shrinking to succeed.
  if (moved == NULL && size <= old) moved = block;
  if (moved == NULL) {
    sandbox->refused = CLuaBridge_refused_memory;
    sandbox->refusals++;
    return NULL;
  }
  sandbox->used += size - old;
  if (sandbox->used > sandbox->peak) sandbox->peak = sandbox->used;
  return moved;
}

void reserve_stack(lua_State *L, size_t slots) {
  CLuaBridge_sandbox *sandbox = sandbox_of(L);
  size_t refusals = sandbox->refusals;
  if (slots < INT32_MAX && lua_checkstack(L, (int)slots)) return;
  // Only Lua itself can raise the error for memory: ask for more than there can be.
  if (sandbox->refusals > refusals) lua_newuserdatauv(L, sandbox->limits.memory, 0);
  luaL_error(L, "stack overflow (too many values)");
}

static uint64_t split_mix(uint64_t *seed) {
  uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

void sandbox_seed(CLuaBridge_sandbox *sandbox, uint64_t seed) {
  for (int i = 0; i < 4; i++) sandbox->random[i] = split_mix(&seed);
}

void sandbox_begin(CLuaBridge_sandbox *sandbox, const CLuaBridge_budget *budget) {
  sandbox->spent = sandbox->fault = CLuaBridge_ok;
  sandbox->refused = CLuaBridge_refused_memory;
  sandbox->peak = sandbox->used;
  sandbox->steps = sandbox->granted = budget->steps;
  sandbox->until_clock = CLOCK_INTERVAL;
  sandbox->deadline = UINT64_MAX;
  if (budget->nanoseconds != UINT64_MAX) sandbox->deadline = sandbox_now() + budget->nanoseconds;
  sandbox->stack_base = __builtin_frame_address(0);
  sandbox->host_calls = budget->host_calls;
  sandbox->result_limit = budget->result;
  sandbox->log_lines = budget->log_lines;
  sandbox->log_dropped = 0;
  sandbox->out.length = sandbox->log.length = 0;
  sandbox->located = false;
  sandbox->line = 0;
  sandbox->message[0] = sandbox->chunk[0] = sandbox->traceback[0] = 0;
  sandbox_seed(sandbox, budget->seed);
  lua_sethook(sandbox->L, on_count, LUA_MASKCOUNT, HOOK_INTERVAL);
  sandbox->running = true;
}

void sandbox_end(CLuaBridge_sandbox *sandbox) {
  sandbox->granted -= sandbox->steps;
  sandbox->running = false;
  sandbox->steps = sandbox->until_clock = INT64_MAX / 2;
}
