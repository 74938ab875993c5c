// SQLite as Swift can see it. The importer leaves out macros that cast and functions with a variable number of
// arguments; each of those that the project needs has a typed stand-in here, under the prefix CSQLite_.
#pragma once

#include <sqlite3.h>

/// `SQLITE_TRANSIENT` is a cast, which Swift does not import. It tells SQLite to copy bound bytes before the call
/// returns. https://www.sqlite.org/c3ref/c_static.html
static inline sqlite3_destructor_type CSQLite_transient(void) { return SQLITE_TRANSIENT; }

/// `sqlite3_db_config` is variadic. This is its form for switches. Returns the result code.
/// https://www.sqlite.org/c3ref/db_config.html
static inline int CSQLite_set_switch(sqlite3 *connection, int option, int on) {
  return sqlite3_db_config(connection, option, on, (int *)0);
}

// Extended result codes are sums in the header, which Swift does not import either.
// https://www.sqlite.org/rescode.html
static const int CSQLite_CONSTRAINT_FOREIGNKEY = SQLITE_CONSTRAINT_FOREIGNKEY;
static const int CSQLite_CONSTRAINT_PRIMARYKEY = SQLITE_CONSTRAINT_PRIMARYKEY;
static const int CSQLite_CONSTRAINT_ROWID = SQLITE_CONSTRAINT_ROWID;
static const int CSQLite_CONSTRAINT_UNIQUE = SQLITE_CONSTRAINT_UNIQUE;
