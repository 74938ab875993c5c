// Vectors to rows and codes, and queries to what the scans look up. Run once a vector or query, so plain C is enough.
#include <math.h>

#include "vectors_variant.h"

float CKernels_quantiseRow(const float *in, size_t dimension, size_t width, uint8_t *out) {
  float greatest = 0;
  for (size_t index = 0; index < dimension; index++) {
    float size = fabsf(in[index]);
    greatest = size > greatest ? size : greatest;
  }
  float inverse = greatest > 0 ? 127 / greatest : 0;
  // Adding and taking off 1.5 * 2^23 rounds to the nearest integer (ties to even) without a call.
  const float round = 12582912;
  for (size_t index = 0; index < dimension; index++) {
    float value = (in[index] * inverse + round) - round;
    value = value > 127 ? 127 : value < -127 ? -127 : value;
    out[index] = (uint8_t)((int32_t)value + 128);
  }
  memset(out + dimension, 128, width - dimension);
  return greatest / 127;
}

float CKernels_signs(const float *in, const float *mean, size_t dimension, size_t groups, uint8_t *out) {
  float squares[4] = {0}, sizes[4] = {0};
  for (size_t group = 0; group < dimension / 4; group++) {
    uint8_t bits = 0;
    for (size_t lane = 0; lane < 4; lane++) {
      float value = in[4 * group + lane] - (mean ? mean[4 * group + lane] : 0);
      squares[lane] += value * value;
      sizes[lane] += fabsf(value);
      bits |= (uint8_t)((value > 0) << lane);
    }
    out[group] = bits;
  }
  memset(out + dimension / 4, 0, groups - dimension / 4);
  float square = (squares[0] + squares[1]) + (squares[2] + squares[3]);
  float size = (sizes[0] + sizes[1]) + (sizes[2] + sizes[3]);
  return size > 0 ? square / size : 0;
}

void CKernels_packBlock(const uint8_t *signs, size_t count, size_t groups, uint8_t *block) {
  for (size_t group = 0; group < groups; group++) {
    for (size_t vector = 0; vector < 16; vector++) {
      uint8_t lower = vector < count ? signs[vector * groups + group] : 0;
      uint8_t upper = vector + 16 < count ? signs[(vector + 16) * groups + group] : 0;
      block[16 * group + vector] = (uint8_t)(lower | upper << 4);
    }
  }
}

void CKernels_unpackCode(const uint8_t *block, size_t index, size_t groups, uint8_t *signs) {
  size_t shift = index < 16 ? 0 : 4;
  for (size_t group = 0; group < groups; group++) signs[group] = block[16 * group + index % 16] >> shift & 15;
}

void CKernels_codeQuery(const float *query, size_t dimension, size_t groups, uint8_t *sums, CKernels_CodeQuery *out) {
  float total = 0, least = 0, widest = 0;
  for (size_t group = 0; group < dimension / 4; group++) {
    float below = 0, beyond = 0;
    for (size_t lane = 0; lane < 4; lane++) {
      float value = query[4 * group + lane];
      total += value;
      if (value < 0) below += value; else beyond += value;
    }
    least += below;
    widest = beyond - below > widest ? beyond - below : widest;
  }
  // All groups share one step, so that their bytes can be added up; it leaves room for every group at its greatest.
  float limit = 65535 / (float)groups < 255 ? floorf(65535 / (float)groups) : 255;
  float step = widest / limit, inverse = widest > 0 ? limit / widest : 0;
  for (size_t group = 0; group < dimension / 4; group++) {
    float partial[16] = {0};
    for (size_t lane = 0; lane < 4; lane++) {
      float value = query[4 * group + lane];
      for (size_t index = 0; index < (size_t)1 << lane; index++) {
        // The least sum is taken off by counting a negative value where its bit is absent.
        partial[index | (size_t)1 << lane] = partial[index] + (value > 0 ? value : 0);
        partial[index] += value < 0 ? -value : 0;
      }
    }
    for (size_t index = 0; index < 16; index++) {
      float scaled = partial[index] * inverse + 0.5f;
      sums[16 * group + index] = (uint8_t)(scaled > limit ? limit : scaled);
    }
  }
  memset(sums + 4 * dimension, 0, 16 * groups - 4 * dimension);
  *out = (CKernels_CodeQuery){.sums = sums, .groups = groups, .slope = 2 * step, .offset = 2 * least - total};
}
