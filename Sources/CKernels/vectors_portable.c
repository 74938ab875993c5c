// Plain C for processors without the instructions of the other variants.
#include "vectors_variant.h"

// A product and a sum are rounded one after the other in every variant, so that all find the same candidates.
#pragma STDC FP_CONTRACT OFF

static size_t scanCodes(const CKernels_Codes *codes, const CKernels_CodeQuery *query, CKernels_Candidates *found) {
  for (size_t block = 0; block < codes->count; block++) {
    if (found->room - found->count < 32) return block;
    uint32_t wanted = codes->excluded ? ~codes->excluded[block] : UINT32_MAX;
    if (wanted == 0) continue;
    const uint8_t *groups = codes->blocks + block * 16 * query->groups;
    uint32_t sums[32] = {0};
    for (size_t group = 0; group < query->groups; group++) {
      const uint8_t *looked = query->sums + 16 * group;
      const uint8_t *bytes = groups + 16 * group;
      for (size_t vector = 0; vector < 16; vector++) {
        sums[vector] += looked[bytes[vector] & 15];
        sums[16 + vector] += looked[bytes[vector] >> 4];
      }
    }
    float scores[32];
    uint32_t better = 0;
    for (size_t vector = 0; vector < 32; vector++) {
      float sum = query->slope * (float)sums[vector] + query->offset;
      scores[vector] = sum * codes->factors[block * 32 + vector];
      better |= (uint32_t)(scores[vector] > found->threshold) << vector;
    }
    keep(found, better & wanted, scores, codes->first + (uint32_t)(block * 32));
  }
  return codes->count;
}

static void sumFour(const uint8_t *const rows[4], size_t width, const CKernels_RowQuery *query, int32_t sums[4]) {
  for (size_t lane = 0; lane < 4; lane++) {
    const uint8_t *row = rows[lane];
    int32_t sum = 0;
    for (size_t index = 0; index < width; index++) sum += (int32_t)row[index] * query->bytes[index];
    sums[lane] = sum - query->correction;
  }
}

static uint32_t above(const float scores[32], float threshold) {
  uint32_t better = 0;
  for (size_t index = 0; index < 32; index++) better |= (uint32_t)(scores[index] > threshold) << index;
  return better;
}

#include "vectors_rows.h"

static float dot(const float *left, const float *right, size_t count) {
  float sums[4] = {0};
  for (size_t index = 0; index < count; index += 4) {
    for (size_t lane = 0; lane < 4; lane++) sums[lane] += left[index + lane] * right[index + lane];
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

const CKernels_Vectors CKernels_vectorsPortableTable = {scanCodes, scanRows, sumRows, dot};
