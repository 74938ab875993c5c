#include "variants.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#pragma clang fp contract(off)
#define VARIANT CKernels_encoderNEONDot
#include "neon.h"

INLINE Ints dot(Ints sum, int32_t quad, Ints w) {
  int32x4_t parts[4];
  int8x16_t values[4];
  __builtin_memcpy(parts, &sum, sizeof sum);
  __builtin_memcpy(values, &w, sizeof w);
  int8x16_t a = signedQuad(quad), all128 = vdupq_n_s8(-128);
  for (int i = 0; i < 4; i++) {
    // The 128 that was taken from each activation comes back as the product with -128, taken away.
    parts[i] = vsubq_s32(vdotq_s32(parts[i], values[i], a), vdotq_s32(vdupq_n_s32(0), values[i], all128));
  }
  __builtin_memcpy(&sum, parts, sizeof sum);
  return sum;
}

#include "variant.h"
#pragma clang attribute pop
#endif
