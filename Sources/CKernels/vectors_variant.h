// What the variants share: which of them exist, and how a block's scores become candidates.
#pragma once

#include <string.h>

#include "include/vectors.h"

extern const CKernels_Vectors CKernels_vectorsPortableTable;
#if defined(__x86_64__)
extern const CKernels_Vectors CKernels_vectorsAVX2Table;
extern const CKernels_Vectors CKernels_vectorsAVX512Table;
#elif defined(__aarch64__)
extern const CKernels_Vectors CKernels_vectorsNEONTable;
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE uint64_t candidateKey(float score, uint32_t place) {
  uint32_t bits;
  memcpy(&bits, &score, sizeof bits);
  bits = bits >> 31 ? ~bits : bits | 0x80000000u;
  return (uint64_t)bits << 32 | (uint32_t)~place;
}

/// Adds the vectors whose bit is set. The caller has made sure of the room.
INLINE void keep(CKernels_Candidates *found, uint32_t chosen, const float *scores, uint32_t first) {
  while (chosen != 0) {
    uint32_t index = (uint32_t)__builtin_ctz(chosen);
    found->keys[found->count++] = candidateKey(scores[index], first + index);
    chosen &= chosen - 1;
  }
}

/// The bits of `count` vectors, at most 32.
INLINE uint32_t bitsBelow(size_t count) { return count >= 32 ? UINT32_MAX : (UINT32_C(1) << count) - 1; }
