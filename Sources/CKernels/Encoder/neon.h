// What both NEON variants share. A lane group is four registers of 128 bits.

#include <arm_neon.h>

#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define BLOCK_ROWS 6
#define BLOCK_GROUPS 1
#define ATTENTION_ROWS 4
#define ATTENTION_GROUPS 1
#define PREPARE(w)
#define DOT(sum, quad, w, g) dot(sum, quad, w[g])
#define DOT_PAIRS(sum, pair, w) dotPairs(sum, pair, w)
#include "vectors.h"

INLINE Floats widenHalves(const uint16_t *at) {
  float32x4_t parts[4];
  for (int i = 0; i < 4; i++) parts[i] = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(at + i * 4)));
  Floats group;
  __builtin_memcpy(&group, parts, sizeof group);
  return group;
}

INLINE Ints dotPairs(Ints sum, int32_t pair, Ints w) {
  int32x4_t parts[4];
  int16x8_t values[4], a = vreinterpretq_s16_s32(vdupq_n_s32(pair));
  __builtin_memcpy(parts, &sum, sizeof sum);
  __builtin_memcpy(values, &w, sizeof w);
  for (int i = 0; i < 4; i++) {
    int32x4_t low = vmull_s16(vget_low_s16(values[i]), vget_low_s16(a)), high = vmull_high_s16(values[i], a);
    parts[i] = vaddq_s32(parts[i], vpaddq_s32(low, high));
  }
  __builtin_memcpy(&sum, parts, sizeof sum);
  return sum;
}

/// Four bytes of activations for every lane, moved from 0...255 to -128...127: NEON's products take equal signs.
INLINE int8x16_t signedQuad(int32_t quad) {
  return vreinterpretq_s8_s32(vdupq_n_s32(quad ^ (int32_t)0x80808080));
}
