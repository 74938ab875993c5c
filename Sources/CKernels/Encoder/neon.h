// What both NEON variants share. A lane group is four registers of 128 bits.

#include <arm_neon.h>

#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define BLOCK_ROWS 6
#define BLOCK_GROUPS 1
#define ATTENTION_ROWS 4
#define ATTENTION_GROUPS 1
#define PREPARE(w)
#define DOT(sum, quad, w, g) dot(sum, quad, w[g])
#include "vectors.h"

INLINE Floats widenHalves(const uint16_t *at) {
  float32x4_t parts[4];
  for (int i = 0; i < 4; i++) parts[i] = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(at + i * 4)));
  Floats group;
  __builtin_memcpy(&group, parts, sizeof group);
  return group;
}

/// Four bytes of activations for every lane, moved from 0...255 to -128...127: NEON's products take equal signs.
INLINE int8x16_t signedQuad(int32_t quad) {
  return vreinterpretq_s8_s32(vdupq_n_s32(quad ^ (int32_t)0x80808080));
}
