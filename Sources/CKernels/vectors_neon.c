#include "vectors_variant.h"

#if defined(__aarch64__)
#include <arm_neon.h>

static uint32_t above(const float scores[32], float threshold) {
  uint32_t better = 0;
  for (size_t index = 0; index < 32; index++) better |= (uint32_t)(scores[index] > threshold) << index;
  return better;
}

static size_t scanCodes(const CKernels_Codes *codes, const CKernels_CodeQuery *query, CKernels_Candidates *found) {
  const uint8x16_t low = vdupq_n_u8(15);
  const float32x4_t slope = vdupq_n_f32(query->slope), offset = vdupq_n_f32(query->offset);
  size_t bytes = 16 * query->groups;
  for (size_t block = 0; block < codes->count; block++) {
    if (found->room - found->count < 32) return block;
    uint32_t wanted = codes->excluded ? ~codes->excluded[block] : UINT32_MAX;
    if (wanted == 0) continue;
    const uint8_t *at = codes->blocks + block * bytes;
    uint16x8_t eights[4] = {vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0)};
    for (size_t index = 0; index < bytes; index += 16) {
      uint8x16_t code = vld1q_u8(at + index);
      uint8x16_t sums = vld1q_u8(query->sums + index);
      uint8x16_t lower = vqtbl1q_u8(sums, vandq_u8(code, low));
      uint8x16_t upper = vqtbl1q_u8(sums, vshrq_n_u8(code, 4));
      eights[0] = vaddw_u8(eights[0], vget_low_u8(lower));
      eights[1] = vaddw_high_u8(eights[1], lower);
      eights[2] = vaddw_u8(eights[2], vget_low_u8(upper));
      eights[3] = vaddw_high_u8(eights[3], upper);
    }
    float scores[32];
    for (int part = 0; part < 4; part++) {
      const float *factors = codes->factors + block * 32 + 8 * part;
      float32x4_t first = vcvtq_f32_u32(vmovl_u16(vget_low_u16(eights[part])));
      float32x4_t second = vcvtq_f32_u32(vmovl_high_u16(eights[part]));
      vst1q_f32(scores + 8 * part, vmulq_f32(vaddq_f32(vmulq_f32(slope, first), offset), vld1q_f32(factors)));
      vst1q_f32(scores + 8 * part + 4, vmulq_f32(vaddq_f32(vmulq_f32(slope, second), offset), vld1q_f32(factors + 4)));
    }
    keep(found, above(scores, found->threshold) & wanted, scores, codes->first + (uint32_t)(block * 32));
  }
  return codes->count;
}

static void sumFour(const uint8_t *const rows[4], size_t width, const CKernels_RowQuery *query, int32_t sums[4]) {
  // Signed products need no correction: flipping the top bit takes the 128 off again.
  const uint8x16_t flip = vdupq_n_u8(128);
  for (size_t lane = 0; lane < 4; lane++) {
    int32x4_t total = vdupq_n_s32(0);
    for (size_t index = 0; index < width; index += 16) {
      int8x16_t row = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(rows[lane] + index), flip));
      int8x16_t wanted = vld1q_s8(query->bytes + index);
      total = vpadalq_s16(total, vmull_s8(vget_low_s8(row), vget_low_s8(wanted)));
      total = vpadalq_s16(total, vmull_high_s8(row, wanted));
    }
    sums[lane] = vaddvq_s32(total);
  }
}

#include "vectors_rows.h"

static float dot(const float *left, const float *right, size_t count) {
  float32x4_t sums[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  size_t index = 0;
  for (; index + 16 <= count; index += 16) {
    for (int part = 0; part < 4; part++) {
      sums[part] = vfmaq_f32(sums[part], vld1q_f32(left + index + 4 * part), vld1q_f32(right + index + 4 * part));
    }
  }
  for (; index < count; index += 4) sums[0] = vfmaq_f32(sums[0], vld1q_f32(left + index), vld1q_f32(right + index));
  return vaddvq_f32(vaddq_f32(vaddq_f32(sums[0], sums[1]), vaddq_f32(sums[2], sums[3])));
}

const CKernels_Vectors CKernels_vectorsNEONTable = {scanCodes, scanRows, sumRows, dot};
#endif
