// XXH64, after Yann Collet's published description of the algorithm.
#include "vectors_variant.h"

static const uint64_t prime1 = 0x9E3779B185EBCA87, prime2 = 0xC2B2AE3D27D4EB4F, prime3 = 0x165667B19E3779F9,
                      prime4 = 0x85EBCA77C2B2AE63, prime5 = 0x27D4EB2F165667C5;

INLINE uint64_t rotate(uint64_t value, int bits) { return value << bits | value >> (64 - bits); }

INLINE uint64_t word(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

INLINE uint64_t mix(uint64_t lane, uint64_t input) { return rotate(lane + input * prime2, 31) * prime1; }

uint64_t CKernels_xxh64(const void *bytes, size_t count, uint64_t seed) {
  const uint8_t *at = bytes, *end = at + count;
  uint64_t hash = seed + prime5;
  if (count >= 32) {
    uint64_t a = seed + prime1 + prime2, b = seed + prime2, c = seed, d = seed - prime1;
    for (; end - at >= 32; at += 32) {
      a = mix(a, word(at));
      b = mix(b, word(at + 8));
      c = mix(c, word(at + 16));
      d = mix(d, word(at + 24));
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    hash = (hash ^ mix(0, a)) * prime1 + prime4;
    hash = (hash ^ mix(0, b)) * prime1 + prime4;
    hash = (hash ^ mix(0, c)) * prime1 + prime4;
    hash = (hash ^ mix(0, d)) * prime1 + prime4;
  }
  hash += count;
  for (; end - at >= 8; at += 8) hash = rotate(hash ^ mix(0, word(at)), 27) * prime1 + prime4;
  if (end - at >= 4) {
    uint32_t half;
    memcpy(&half, at, sizeof half);
    hash = rotate(hash ^ half * prime1, 23) * prime2 + prime3;
    at += 4;
  }
  for (; at < end; at++) hash = rotate(hash ^ *at * prime5, 11) * prime1;
  hash = (hash ^ hash >> 33) * prime2;
  hash = (hash ^ hash >> 29) * prime3;
  return hash ^ hash >> 32;
}
