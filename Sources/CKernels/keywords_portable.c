#include "keywords.h"

#include <string.h>

#include "keywords_variants.h"

enum { windowMask = CKernels_keywordWindow - 1 };

static void addRows(uint32_t *sums, const uint8_t *const *rows, const uint16_t *weights, size_t rowCount,
                    size_t count) {
  memset(sums, 0, count * sizeof *sums);
  for (size_t r = 0; r < rowCount; r++) {
    const uint8_t *row = rows[r];
    uint32_t weight = weights[r];
    for (size_t i = 0; i < count; i++) sums[i] += row[i] * weight;
  }
}

static size_t collect(const uint32_t *sums, size_t count, uint32_t floor, const uint64_t *allowed,
                      uint16_t *places) {
  size_t found = 0;
  for (size_t i = 0; i < count; i += 8) {
    uint32_t any = 0;
    for (size_t j = 0; j < 8; j++) any |= sums[i + j] > floor;
    if (!any) continue;
    uint64_t bits = allowed != NULL ? allowed[i / 64] >> i % 64 : 255;
    for (size_t j = 0; j < 8; j++) {
      places[found] = (uint16_t)(i + j);
      found += (sums[i + j] > floor) & bits >> j;
    }
  }
  return found;
}

static size_t findNear(const uint32_t *signatures, size_t count, uint32_t signature, uint32_t *matches, size_t room) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t difference = signatures[i] ^ signature;
    difference &= difference - 1;  // Two bits cleared, if there were as many: what is left is too far.
    difference &= difference - 1;
    if (difference != 0) continue;
    if (found == room) break;
    matches[found++] = (uint32_t)i;
  }
  return found;
}

const CKernels_Keywords CKernels_keywords_portable = {addRows, collect, findNear};

void CKernels_addPlaces(uint32_t *sums, const uint16_t *places, const uint8_t *impacts, size_t count,
                        uint32_t weight) {
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    uint32_t a = places[i] & windowMask, b = places[i + 1] & windowMask;
    uint32_t c = places[i + 2] & windowMask, d = places[i + 3] & windowMask;
    sums[a] += impacts[i] * weight;
    sums[b] += impacts[i + 1] * weight;
    sums[c] += impacts[i + 2] * weight;
    sums[d] += impacts[i + 3] * weight;
  }
  for (; i < count; i++) sums[places[i] & windowMask] += impacts[i] * weight;
}

size_t CKernels_addPostings(uint32_t *sums, const uint32_t *postings, size_t count, uint32_t start, uint32_t weight) {
  uint64_t end = (uint64_t)start + CKernels_keywordWindow;
  size_t i = 0;
  for (; i < count; i++) {
    uint32_t document = postings[i] >> 8;
    if (document >= end) break;
    sums[document & windowMask] += (postings[i] & 255) * weight;
  }
  return i;
}

size_t CKernels_keepNumbers(uint16_t *places, size_t count, const uint32_t *numbers, const uint64_t *words,
                            size_t wordCount) {
  size_t kept = 0;
  if (wordCount == 0) return 0;
  for (size_t i = 0; i < count; i++) {
    uint16_t place = places[i];
    uint32_t number = numbers[place];
    size_t word = number / 64;
    uint64_t bit = words[word < wordCount ? word : 0] >> number % 64 & (word < wordCount);
    places[kept] = place;
    kept += bit;
  }
  return kept;
}

static inline uint8_t impact(uint32_t frequency, uint32_t length, float base, float slope) {
#pragma STDC FP_CONTRACT OFF
  float times = (float)frequency;
  float slowed = slope * (float)length;
  float value = 255.0f * times / (times + (base + slowed)) + 0.5f;
  return value < 1.0f ? 1 : value >= 255.0f ? 255 : (uint8_t)value;
}

uint8_t CKernels_impact(uint32_t frequency, uint32_t length, float base, float slope) {
  return impact(frequency, length, base, slope);
}

void CKernels_addFrequencies(uint32_t *sums, const uint32_t *postings, size_t count, const uint32_t *lengths,
                             float base, float slope, uint32_t weight) {
  for (size_t i = 0; i < count; i++) {
    uint32_t document = (postings[i] >> 8) & windowMask;
    sums[document] += impact(postings[i] & 255, lengths[document], base, slope) * weight;
  }
}

// Four lanes as in xxHash64: each step is a bijection of its lane for a given input and of its input for a given lane,
// which is why one changed byte cannot go unseen.
static const uint64_t prime1 = 0x9E3779B185EBCA87u, prime2 = 0xC2B2AE3D27D4EB4Fu, prime3 = 0x165667B19E3779F9u;

static inline uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }
static inline uint64_t lane(uint64_t state, uint64_t input) { return rotate(state + input * prime2, 31) * prime1; }

uint64_t CKernels_checksum(const void *bytes, size_t count, uint64_t seed) {
  const unsigned char *at = bytes, *end = at + count;
  uint64_t lanes[4] = {seed + prime1 + prime2, seed + prime2, seed, seed - prime1};
  for (; end - at >= 32; at += 32) {
    uint64_t words[4];
    memcpy(words, at, 32);
    for (int i = 0; i < 4; i++) lanes[i] = lane(lanes[i], words[i]);
  }
  uint64_t hash = seed ^ (uint64_t)count * prime3;
  for (int i = 0; i < 4; i++) hash = (rotate(hash, 27) ^ lane(0, lanes[i])) * prime1 + prime3;
  for (; at < end; at++) hash = rotate(hash ^ *at * prime3, 11) * prime1;
  hash = (hash ^ hash >> 33) * prime2;
  hash = (hash ^ hash >> 29) * prime3;
  return hash ^ hash >> 32;
}
