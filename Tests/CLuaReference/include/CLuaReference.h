// Lua as its authors ship it, without any sandbox: what ours is compared with. For tests only.
#pragma once

#include <stddef.h>

/// Runs `source` and returns the string that it returns, or NULL if it raises an error. The caller frees it.
char *CLuaReference_run(const char *source, size_t length);
