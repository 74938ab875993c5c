#include "variants.h"

#if defined(__aarch64__)
#pragma clang fp contract(off)
#define VARIANT CKernels_encoderNEON
#include "neon.h"

INLINE Ints dot(Ints sum, int32_t quad, Ints w) {
  int32x4_t parts[4];
  int8x16_t values[4];
  __builtin_memcpy(parts, &sum, sizeof sum);
  __builtin_memcpy(values, &w, sizeof w);
  int8x16_t a = signedQuad(quad);
  for (int i = 0; i < 4; i++) {
    // Products fit 16 bits; their pairs are added in 32. The 128 that was taken from each activation comes back as
    // 128 times the weights' sum.
    int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(values[i]), vget_low_s8(a)));
    int32x4_t high = vpaddlq_s16(vmull_high_s8(values[i], a));
    int32x4_t back = vshlq_n_s32(vpaddlq_s16(vpaddlq_s8(values[i])), 7);
    parts[i] = vaddq_s32(parts[i], vaddq_s32(vpaddq_s32(low, high), back));
  }
  __builtin_memcpy(&sum, parts, sizeof sum);
  return sum;
}

#include "variant.h"
#endif
