// The reference implementation of Argon2 (RFC 9106). Its functions are called as they are; only the number that means
// success is an enumeration's, which Swift would import under a type of its own.
#pragma once

#include <argon2.h>

static inline int CArgon2_succeeded(int code) { return code == ARGON2_OK; }
