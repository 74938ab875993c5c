// How values cross. A message is a list of shapes and a body.
//
//   shapes   count, then per shape: count, then per key: length, bytes
//   body     count, then that many values, each a tag followed by what the table below says
//
// Counts and lengths are 4 bytes, numbers 8 bytes, all in native order: both sides live in one process. Records of
// the same shape name their keys once, so a thousand candidates cost a thousand rows of numbers and no more.
#pragma once

enum wire_tag {
  WIRE_NIL = 0,
  WIRE_FALSE = 1,
  WIRE_TRUE = 2,
  WIRE_INTEGER = 3,  // 8 bytes
  WIRE_DOUBLE = 4,   // 8 bytes
  WIRE_STRING = 5,   // length, bytes
  WIRE_ARRAY = 6,    // count, values
  WIRE_OBJECT = 7,   // count, then per member: length, bytes of the key, value
  WIRE_RECORD = 8,   // shape, then a value per key
  WIRE_ROWS = 9,     // shape, count of rows, count of number columns; per row: doubles, then a value per other key
  WIRE_DOUBLES = 10, // count, doubles
};

// Limits that keep one message within Lua's stack.
enum { WIRE_KEYS = 256, WIRE_SHAPES = 64, WIRE_VALUES = 200 };
