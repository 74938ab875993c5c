// Opening, loading, running, closing: the only functions that the other side calls, and the only pcalls at the top.
#include "sandbox.h"

#include <stdlib.h>
#include <string.h>

enum { BUFFER_KEPT = 4096, SOURCE_PIECE = 512, IDLE_GARBAGE = 256 * 1024 };

const char key_chunk, key_kept;

typedef struct {
  const char *const *functions;
  int32_t count;
} opening;

static int set_up(lua_State *L) {
  const opening *opening = lua_touserdata(L, 1);
  open_globals(L, opening->functions, opening->count);
  return 0;
}

CLuaBridge_sandbox *CLuaBridge_open(const CLuaBridge_limits *limits, const char *const *functions, int32_t count) {
  CLuaBridge_sandbox *sandbox = calloc(1, sizeof *sandbox);
  if (sandbox == NULL) return NULL;
  atomic_flag_clear(&sandbox->busy);
  sandbox->limits = *limits;
  sandbox->steps = sandbox->until_clock = INT64_MAX / 2;
  sandbox->L = lua_newstate(sandbox_allocate, sandbox);
  if (sandbox->L == NULL) {
    free(sandbox);
    return NULL;
  }
  *(CLuaBridge_sandbox **)lua_getextraspace(sandbox->L) = sandbox;
  sandbox->stack_base = __builtin_frame_address(0);
  opening opening = {functions, count};
  // Pushing a C function without upvalues and a light userdata allocates nothing, so neither can raise.
  lua_pushcfunction(sandbox->L, set_up);
  lua_pushlightuserdata(sandbox->L, &opening);
  if (lua_pcall(sandbox->L, 1, 0, 0) != LUA_OK) {
    CLuaBridge_close(sandbox);
    return NULL;
  }
  return sandbox;
}

void CLuaBridge_close(CLuaBridge_sandbox *sandbox) {
  lua_close(sandbox->L);
  free(sandbox->out.bytes);
  free(sandbox->log.bytes);
  free(sandbox->reply);
  free(sandbox);
}

bool CLuaBridge_enter(CLuaBridge_sandbox *sandbox) {
  return !atomic_flag_test_and_set_explicit(&sandbox->busy, memory_order_acquire);
}

static void trim(buffer *buffer) {
  if (buffer->capacity <= BUFFER_KEPT) return;
  free(buffer->bytes);
  *buffer = (struct buffer){0};
}

void CLuaBridge_leave(CLuaBridge_sandbox *sandbox) {
  trim(&sandbox->out);
  trim(&sandbox->log);
  free(sandbox->reply);
  sandbox->reply = NULL;
  // Collecting cannot raise: scripts have no finalizers, and the bridge has none that do.
  if (sandbox->used > sandbox->settled + IDLE_GARBAGE) {
    lua_gc(sandbox->L, LUA_GCCOLLECT);
    // A collection only halves what the stack and the string table have in reserve.
    for (size_t before = SIZE_MAX; sandbox->used > 2 * IDLE_GARBAGE && sandbox->used < before - before / 8;) {
      before = sandbox->used;
      lua_gc(sandbox->L, LUA_GCCOLLECT);
    }
    sandbox->settled = sandbox->used;
  }
  atomic_flag_clear_explicit(&sandbox->busy, memory_order_release);
}

// --- Loading ---

typedef struct {
  const char *at, *end;
  const char *name;
} source;

// Feeds the compiler in pieces, and stops it between two when time is up: deeply nested functions with many
// variables make it slow.
static const char *read_piece(lua_State *L, void *context, size_t *size) {
  source *source = context;
  *size = (size_t)(source->end - source->at);
  if (*size > SOURCE_PIECE) *size = SOURCE_PIECE;
  charge(L, *size * 2);
  const char *piece = source->at;
  source->at += *size;
  return *size > 0 ? piece : NULL;
}

static int compile(lua_State *L) {
  source *source = lua_touserdata(L, 1);
  lua_pushnil(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &key_chunk);
  lua_pushnil(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &key_kept);
  const char *name = lua_pushfstring(L, "=%s", source->name);
  int status = lua_load(L, read_piece, source, name, "t");
  if (status != LUA_OK) {
    CLuaBridge_sandbox *sandbox = sandbox_of(L);
    if (status == LUA_ERRSYNTAX && sandbox->spent == CLuaBridge_ok) {
      sandbox->fault = CLuaBridge_syntax;
      sandbox_describe(sandbox, "%s", lua_tostring(L, -1));
    }
    return lua_error(L);
  }
  lua_rawsetp(L, LUA_REGISTRYINDEX, &key_chunk);
  return 0;
}

// What became of a protected call.
static CLuaBridge_status conclude(CLuaBridge_sandbox *sandbox, int status) {
  if (sandbox->spent != CLuaBridge_ok) return sandbox->spent;
  if (status == LUA_OK) return CLuaBridge_ok;
  if (status == LUA_ERRMEM) {
    return CLuaBridge_memory;
  }
  if (sandbox->fault != CLuaBridge_ok) return sandbox->fault;
  if (status == LUA_ERRERR && sandbox->message[0] == 0)
    sandbox_describe(sandbox, "stack overflow while an error was handled");
  return CLuaBridge_runtime;
}

static CLuaBridge_status protect(CLuaBridge_sandbox *sandbox, lua_CFunction body, void *context) {
  lua_State *L = sandbox->L;
  lua_pushcfunction(L, sandbox_on_error);
  lua_pushcfunction(L, body);
  lua_pushlightuserdata(L, context);
  int status = lua_pcall(L, 1, 0, 1);
  CLuaBridge_status conclusion = conclude(sandbox, status);
  sandbox_end(sandbox);
  lua_settop(L, 0);
  return conclusion;
}

CLuaBridge_status CLuaBridge_load(CLuaBridge_sandbox *sandbox, const char *text, size_t length, const char *name,
                                  const CLuaBridge_budget *budget) {
  source source = {text, text + length, name};
  sandbox_begin(sandbox, budget);
  return protect(sandbox, compile, &source);
}

// --- Running ---

static _Noreturn void missing(lua_State *L, const char *format, const char *name) {
  CLuaBridge_sandbox *sandbox = sandbox_of(L);
  sandbox->fault = CLuaBridge_no_function;
  sandbox_describe(sandbox, format, name);
  luaL_error(L, "%s", sandbox->message);
  __builtin_unreachable();
}

// Evaluates the chunk with its environment as on the first day: `_ENV = {…}` in one call is gone in the next.
static void evaluate(lua_State *L, int results) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_chunk) != LUA_TFUNCTION) missing(L, "no script is loaded", NULL);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &key_environment);
  lua_setupvalue(L, -2, 1);
  lua_call(L, 0, results);
}

// Pushes what the chunk returned: made anew, or kept from the first call.
static void push_exports(lua_State *L, bool keeps) {
  if (keeps && lua_rawgetp(L, LUA_REGISTRYINDEX, &key_kept) != LUA_TNIL) return;
  lua_settop(L, 1);
  evaluate(L, 1);
  if (!keeps) return;
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &key_kept);
}

static void push_function(lua_State *L, const char *name) {
  if (name == NULL) {
    if (!lua_isfunction(L, -1)) missing(L, "the script does not return a function", NULL);
    return;
  }
  if (!lua_istable(L, -1)) missing(L, "the script does not return a table, so it has no function '%.64s'", name);
  lua_pushstring(L, name);
  lua_rawget(L, -2);
  if (!lua_isfunction(L, -1)) missing(L, "the table that the script returns has no function '%.64s'", name);
}

static int survey(lua_State *L) {
  lua_newtable(L);
  int names = lua_gettop(L), exports = names - 1;
  lua_Integer count = 0;
  if (lua_istable(L, exports)) {
    for (lua_pushnil(L); lua_next(L, exports); lua_pop(L, 1)) {
      if (lua_type(L, -2) != LUA_TSTRING || !lua_isfunction(L, -1)) continue;
      lua_pushvalue(L, -2);
      lua_rawseti(L, names, ++count);
    }
  } else if (!lua_isfunction(L, exports)) {
    missing(L, "the script returns neither a function nor a table of functions", NULL);
  }
  return names;
}

static int perform(lua_State *L) {
  const CLuaBridge_call *call = lua_touserdata(L, 1);
  if (call->mode == CLuaBridge_evaluate) {
    evaluate(L, LUA_MULTRET);
    encode_values(L, 2, lua_gettop(L) - 1, "result", CLuaBridge_bad_result);
    return 0;
  }
  push_exports(L, call->keeps);
  if (call->mode == CLuaBridge_survey) {
    encode_values(L, survey(L), 1, "result", CLuaBridge_bad_result);
    return 0;
  }
  push_function(L, call->function);
  int function = lua_gettop(L);
  int arguments = decode_message(L, call->shapes, call->shapes_length, call->body, call->body_length);
  int first = lua_gettop(L) - arguments + 1;
  lua_pushvalue(L, function);
  lua_insert(L, first);
  lua_call(L, arguments, LUA_MULTRET);
  encode_values(L, first, lua_gettop(L) - first + 1, "result", CLuaBridge_bad_result);
  return 0;
}

CLuaBridge_status CLuaBridge_run(CLuaBridge_sandbox *sandbox, const CLuaBridge_call *call) {
  sandbox_begin(sandbox, &call->budget);
  sandbox->host = call->host;
  sandbox->host_context = call->host_context;
  CLuaBridge_status status = protect(sandbox, perform, (void *)call);
  sandbox->host = NULL;
  sandbox->host_context = NULL;
  return status;
}

CLuaBridge_report CLuaBridge_last(const CLuaBridge_sandbox *sandbox) {
  return (CLuaBridge_report){
    .result = sandbox->out.bytes,
    .result_length = sandbox->out.length,
    .log = sandbox->log.bytes,
    .log_length = sandbox->log.length,
    .log_dropped = sandbox->log_dropped,
    .refused = sandbox->refused,
    .message = sandbox->message,
    .chunk = sandbox->chunk,
    .line = sandbox->line,
    .traceback = sandbox->traceback,
    .steps = sandbox->granted,
    .memory = sandbox->used,
    .memory_peak = sandbox->peak,
  };
}

size_t CLuaBridge_held(const CLuaBridge_sandbox *sandbox) {
  return sizeof *sandbox + sandbox->used + sandbox->out.capacity + sandbox->log.capacity;
}
