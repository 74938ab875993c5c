// Lua 5.4, for CLuaBridge alone: nearly every function here may longjmp, so Swift must not import this module.
#pragma once

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
