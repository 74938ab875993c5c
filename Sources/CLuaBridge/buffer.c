// A byte buffer that is kept between calls, unless one call made it large.
#include "sandbox.h"

#include <stdlib.h>

bool buffer_reserve(buffer *buffer, size_t more) {
  if (more <= buffer->capacity - buffer->length) return true;
  if (more > SIZE_MAX / 4 - buffer->length) return false;
  size_t capacity = buffer->capacity ? buffer->capacity * 2 : 512;
  while (capacity < buffer->length + more) capacity *= 2;
  uint8_t *bytes = realloc(buffer->bytes, capacity);
  if (bytes == NULL) return false;
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return true;
}
