// A sandboxed Lua state behind functions that never longjmp.
//
// Everything that can raise a Lua error runs in C under lua_pcall. What crosses is plain data in one buffer each
// way (see wire.h): the caller of these functions never sees a lua_State, and no error ever jumps over its frames.
//
// A sandbox may be used from any thread, by one at a time: whoever uses it brackets that with CLuaBridge_enter and
// CLuaBridge_leave. Buffers that it lends out stay valid until the next load, run, trim or leave.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CLuaBridge_sandbox CLuaBridge_sandbox;

/// How a call ended.
typedef enum __attribute__((enum_extensibility(closed))) {
  CLuaBridge_ok,
  CLuaBridge_syntax,       ///< the source does not compile
  CLuaBridge_runtime,      ///< the script raised an error
  CLuaBridge_memory,       ///< the memory limit was reached
  CLuaBridge_steps,        ///< the step budget was spent
  CLuaBridge_time,         ///< the time budget was spent
  CLuaBridge_bad_result,   ///< what the script returned is not plain data within the limits
  CLuaBridge_no_function,  ///< the script does not return the function that was asked for
} CLuaBridge_status;

/// What was refused when memory ran out.
typedef enum __attribute__((enum_extensibility(closed))) {
  CLuaBridge_refused_memory,  ///< anything: the sandbox, or the machine, is full
  CLuaBridge_refused_string,  ///< a string over its limit
  CLuaBridge_refused_table,   ///< a table over its limit
} CLuaBridge_refused;

/// Answers a call from Lua to the host. `arguments` is an encoded list, lent for the length of the call.
///
/// On success returns 0 and a reply message; otherwise any other number and the UTF-8 text of the error. Either is
/// a block from malloc, which the sandbox frees. Must not unwind, and must not call the same sandbox.
typedef int32_t (*CLuaBridge_host)(void *context, int32_t function, const uint8_t *arguments, size_t length,
                                   uint8_t **reply, size_t *reply_length);

/// What holds for a sandbox as long as it lives.
typedef struct {
  size_t memory;   ///< bytes that Lua may hold
  size_t string;   ///< bytes in one string
  size_t members;  ///< of one table, those with keys 1, 2, 3 … apart; rounded up to a power of two
  size_t depth;    ///< nesting of values that cross, at most 128
} CLuaBridge_limits;

/// What one call may spend.
typedef struct {
  int64_t steps;         ///< VM instructions, and what stands for them in library functions and allocations
  uint64_t nanoseconds;  ///< time on the clock, host functions excluded; UINT64_MAX is no limit
  size_t result;         ///< bytes of the encoded result
  int32_t log_lines;     ///< lines kept from print
  int32_t host_calls;    ///< calls to the host
  uint64_t seed;         ///< of math.random
} CLuaBridge_budget;

/// What to run of a loaded script.
typedef enum __attribute__((enum_extensibility(closed))) {
  CLuaBridge_evaluate,  ///< the chunk itself; its results are the results
  CLuaBridge_invoke,    ///< the function that it returned, or the member `function` of the table that it returned
  CLuaBridge_survey,    ///< nothing more; the result is the list of functions that can be invoked
} CLuaBridge_mode;

typedef struct {
  CLuaBridge_mode mode;
  /// Whether values that the script made when it was first evaluated live on. Otherwise each call evaluates the
  /// chunk anew, so that nothing of one call can be seen by the next.
  bool keeps;
  const char *function;    ///< the member's name; NULL when the script returns the function itself
  const uint8_t *shapes;   ///< the shapes of the message
  size_t shapes_length;
  const uint8_t *body;     ///< the arguments
  size_t body_length;
  CLuaBridge_budget budget;
  CLuaBridge_host host;    ///< NULL when the sandbox has no host functions
  void *host_context;
} CLuaBridge_call;

/// A view of what a sandbox holds after a call.
typedef struct {
  const uint8_t *result;     ///< an encoded list, when the call succeeded
  size_t result_length;
  const uint8_t *log;        ///< lines of print: 4 bytes of length in native order, then the bytes
  size_t log_length;
  int32_t log_dropped;       ///< lines that were over the budget
  CLuaBridge_refused refused;  ///< when the status is CLuaBridge_memory
  const char *message;       ///< of the error; UTF-8 is not promised
  const char *chunk;         ///< where it happened
  int32_t line;              ///< 0 when unknown
  const char *traceback;     ///< one line per level, bounded
  int64_t steps;             ///< spent by the call
  size_t memory;             ///< held now
  size_t memory_peak;        ///< held at most since the call began
} CLuaBridge_report;

/// Frees everything. Nobody may be inside.
void CLuaBridge_close(CLuaBridge_sandbox *sandbox);

/// A new sandbox whose globals include `functions` (dotted names make namespaces), or NULL if the limits or the
/// system leave no memory for it.
CLuaBridge_sandbox *CLuaBridge_open(const CLuaBridge_limits *limits, const char *const *functions, int32_t count);

/// Takes the sandbox for the calling thread. False if someone has it, be it the caller: then leave it alone.
bool CLuaBridge_enter(CLuaBridge_sandbox *sandbox);

/// Gives the sandbox back, and with it the memory that its last call needed beyond the ordinary.
void CLuaBridge_leave(CLuaBridge_sandbox *sandbox);

/// Compiles `source`, text only, as the script of this sandbox. `name` is used in messages.
CLuaBridge_status CLuaBridge_load(CLuaBridge_sandbox *sandbox, const char *source, size_t length, const char *name,
                                  const CLuaBridge_budget *budget);

/// Runs the loaded script.
CLuaBridge_status CLuaBridge_run(CLuaBridge_sandbox *sandbox, const CLuaBridge_call *call);

/// What the last load or run left behind.
CLuaBridge_report CLuaBridge_last(const CLuaBridge_sandbox *sandbox);

/// Bytes that the sandbox holds. Only between enter and leave.
size_t CLuaBridge_held(const CLuaBridge_sandbox *sandbox);
