// string.format, paying for what it reads: Lua's own looks for the end of each text argument, however short a piece
// of it is wanted.
#include "sandbox.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  char flags[6];
  int width, precision;  // -1 if not given
  char conversion;
} specification;

static int read_number(lua_State *L, const char **at) {
  int number = 0, digits = 0;
  for (; **at >= '0' && **at <= '9'; (*at)++) {
    if (++digits > 2) luaL_error(L, "invalid format (width or precision longer than two digits)");
    number = number * 10 + (**at - '0');
  }
  return number;
}

static const char *allowed_flags(char conversion) {
  switch (conversion) {
  case 'd':
  case 'i': return "-+0 ";
  case 'u': return "-0";
  case 'c':
  case 's': return "-";
  case 'o':
  case 'x':
  case 'X': return "-#0";
  case 'a':
  case 'A':
  case 'e':
  case 'E':
  case 'f':
  case 'g':
  case 'G': return "-+ #0";
  case 'q': return "";
  default: return NULL;
  }
}

// Reads a specification after its percent sign. The text ends with a zero byte, which is no valid conversion.
static specification read_specification(lua_State *L, const char **at) {
  specification spec = {.width = -1, .precision = -1};
  size_t flags = 0;
  while (**at != 0 && strchr("-+ #0", **at) != NULL) {
    if (flags == sizeof spec.flags - 1) luaL_error(L, "invalid format (repeated flags)");
    spec.flags[flags++] = *(*at)++;
  }
  if (**at >= '1' && **at <= '9') spec.width = read_number(L, at);
  if (**at == '.') {
    (*at)++;
    spec.precision = read_number(L, at);
  }
  spec.conversion = *(*at)++;
  const char *allowed = allowed_flags(spec.conversion);
  if (allowed == NULL) luaL_error(L, "invalid conversion '%%%c' to 'format'", spec.conversion);
  if (spec.flags[strspn(spec.flags, allowed)] != 0)
    luaL_error(L, "invalid conversion '%%%s%c' to 'format'", spec.flags, spec.conversion);
  if (spec.conversion == 'q' && (spec.width >= 0 || spec.precision >= 0))
    luaL_error(L, "specifier '%%q' cannot have modifiers");
  if (spec.conversion == 'c' && spec.precision >= 0) luaL_error(L, "invalid conversion '%%.c' to 'format'");
  return spec;
}

// The specification for printf, with `length` as the size of the argument.
static void spell(const specification *spec, const char *length, char *into, size_t room) {
  int at = snprintf(into, room, "%%%s", spec->flags);
  if (spec->width >= 0) at += snprintf(into + at, room - (size_t)at, "%d", spec->width);
  if (spec->precision >= 0) at += snprintf(into + at, room - (size_t)at, ".%d", spec->precision);
  snprintf(into + at, room - (size_t)at, "%s%c", length, spec->conversion);
}

static void add_padded(luaL_Buffer *out, const specification *spec, const char *text, size_t length) {
  size_t width = spec->width < 0 ? 0 : (size_t)spec->width, padding = width > length ? width - length : 0;
  bool left = strchr(spec->flags, '-') != NULL;
  for (size_t i = 0; i < padding && !left; i++) luaL_addchar(out, ' ');
  luaL_addlstring(out, text, length);
  for (size_t i = 0; i < padding && left; i++) luaL_addchar(out, ' ');
}

static void add_text(lua_State *L, luaL_Buffer *out, const specification *spec, int argument) {
  size_t length;
  const char *text = push_text(L, argument, &length);
  if (spec->width < 0 && spec->precision < 0) {
    luaL_addvalue(out);
    return;
  }
  if (spec->precision >= 0 && length > (size_t)spec->precision) length = (size_t)spec->precision;
  // The buffer grows only when its own slot is on top, so a short text moves aside. A long one has no use for a
  // width or a precision, since both are at most 99.
  char piece[100];
  if (length < sizeof piece) {
    memcpy(piece, text, length);
    lua_pop(L, 1);
    add_padded(out, spec, piece, length);
  } else {
    luaL_addvalue(out);
  }
}

static void add_quoted(lua_State *L, luaL_Buffer *out, int argument) {
  char number[64];
  switch (lua_type(L, argument)) {
  case LUA_TSTRING: {
    size_t length;
    const char *text = lua_tolstring(L, argument, &length);
    charge(L, length);
    luaL_addchar(out, '"');
    for (size_t i = 0; i < length; i++) {
      unsigned char c = (unsigned char)text[i];
      bool digit_follows = i + 1 < length && text[i + 1] >= '0' && text[i + 1] <= '9';
      if (c == '"' || c == '\\' || c == '\n') {
        luaL_addchar(out, '\\');
        luaL_addchar(out, (char)c);
      } else if (c < 32 || c == 127) {
        snprintf(number, sizeof number, digit_follows ? "\\%03d" : "\\%d", c);
        luaL_addstring(out, number);
      } else {
        luaL_addchar(out, (char)c);
      }
    }
    luaL_addchar(out, '"');
    return;
  }
  case LUA_TNUMBER: {
    lua_Number value = lua_tonumber(L, argument);
    if (lua_isinteger(L, argument)) {
      lua_Integer integer = lua_tointeger(L, argument);
      snprintf(number, sizeof number, integer == LUA_MININTEGER ? "0x%llx" : "%lld", (long long)integer);
    } else if (isnan(value)) {
      strcpy(number, "(0/0)");
    } else if (isinf(value)) {
      strcpy(number, value > 0 ? "1e9999" : "-1e9999");
    } else {
      snprintf(number, sizeof number, "%a", value);
    }
    luaL_addstring(out, number);
    return;
  }
  case LUA_TNIL:
  case LUA_TBOOLEAN:
    luaL_tolstring(L, argument, NULL);
    luaL_addvalue(out);
    return;
  default: luaL_argerror(L, argument, "value has no literal form");
  }
}

static void add_conversion(lua_State *L, luaL_Buffer *out, const specification *spec, int argument) {
  // Room for the widest: %99.99f of the largest double.
  char form[32], text[512];
  int length;
  switch (spec->conversion) {
  case 's': add_text(L, out, spec, argument); return;
  case 'q': add_quoted(L, out, argument); return;
  case 'c':
    text[0] = (char)check_integer(L, argument);
    add_padded(out, spec, text, 1);
    return;
  case 'd':
  case 'i':
  case 'u':
  case 'o':
  case 'x':
  case 'X':
    spell(spec, "ll", form, sizeof form);
    length = snprintf(text, sizeof text, form, (long long)check_integer(L, argument));
    break;
  default:
    if (lua_type(L, argument) == LUA_TSTRING) charge(L, lua_rawlen(L, argument));
    spell(spec, "", form, sizeof form);
    length = snprintf(text, sizeof text, form, luaL_checknumber(L, argument));
  }
  luaL_addlstring(out, text, (size_t)length);
}

int string_format(lua_State *L) {
  int top = lua_gettop(L), argument = 1;
  size_t length;
  const char *at = luaL_checklstring(L, 1, &length), *end = at + length;
  charge(L, 10 + length / 16);
  luaL_Buffer out;
  luaL_buffinit(L, &out);
  while (at < end) {
    const char *percent = memchr(at, '%', (size_t)(end - at));
    if (percent == NULL) percent = end;
    luaL_addlstring(&out, at, (size_t)(percent - at));
    if (percent == end) break;
    at = percent + 1;
    charge(L, 10);
    if (*at == '%') {
      luaL_addchar(&out, '%');
      at++;
      continue;
    }
    specification spec = read_specification(L, &at);
    if (++argument > top) return luaL_argerror(L, argument, "no value");
    add_conversion(L, &out, &spec, argument);
  }
  luaL_pushresult(&out);
  return 1;
}
