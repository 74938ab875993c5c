#if defined(__aarch64__)
#include <arm_neon.h>

#include "keywords_variants.h"

static void addRows(uint32_t *sums, const uint8_t *const *rows, const uint16_t *weights, size_t rowCount,
                    size_t count) {
  for (size_t i = 0; i < count; i += 16) {
    uint32x4_t s0 = vdupq_n_u32(0), s1 = s0, s2 = s0, s3 = s0;
    for (size_t r = 0; r < rowCount; r++) {
      uint8x16_t row = vld1q_u8(rows[r] + i);
      uint16x8_t low = vmovl_u8(vget_low_u8(row)), high = vmovl_high_u8(row);
      uint16x4_t weight = vdup_n_u16(weights[r]);
      s0 = vmlal_u16(s0, vget_low_u16(low), weight);
      s1 = vmlal_u16(s1, vget_high_u16(low), weight);
      s2 = vmlal_u16(s2, vget_low_u16(high), weight);
      s3 = vmlal_u16(s3, vget_high_u16(high), weight);
    }
    vst1q_u32(sums + i, s0);
    vst1q_u32(sums + i + 4, s1);
    vst1q_u32(sums + i + 8, s2);
    vst1q_u32(sums + i + 12, s3);
  }
}

static size_t collect(const uint32_t *sums, size_t count, uint32_t floor, const uint64_t *allowed,
                      uint16_t *places) {
  const uint32x4_t limit = vdupq_n_u32(floor);
  size_t found = 0;
  for (size_t i = 0; i < count; i += 8) {
    uint32x4_t low = vcgtq_u32(vld1q_u32(sums + i), limit), high = vcgtq_u32(vld1q_u32(sums + i + 4), limit);
    uint16x8_t both = vcombine_u16(vmovn_u32(low), vmovn_u32(high));
    uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(vmovn_u16(both)), 0);
    for (; mask != 0; mask &= mask - 1) {
      size_t at = (size_t)__builtin_ctzll(mask) / 8;
      places[found] = (uint16_t)(i + at);
      found += allowed == NULL || (allowed[i / 64] >> (i % 64 + at) & 1) != 0;
      mask &= ~((uint64_t)255 << 8 * at) | (uint64_t)1 << 8 * at;
    }
  }
  return found;
}

static size_t findNear(const uint32_t *signatures, size_t count, uint32_t signature, uint32_t *matches, size_t room) {
  size_t found = 0;
  for (size_t i = 0; i < count && found < room; i++) {
    uint32_t difference = signatures[i] ^ signature;
    difference &= difference - 1;
    if ((difference & (difference - 1)) == 0) matches[found++] = (uint32_t)i;
  }
  return found;
}

const CKernels_Keywords CKernels_keywords_neon = {addRows, collect, findNear};
#endif
