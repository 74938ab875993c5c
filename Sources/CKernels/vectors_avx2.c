#include "vectors_variant.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

/// Sixteen vectors' sums, from the sums of byte pairs and those of the odd bytes alone; both halves added.
INLINE void spread(__m256i pairs, __m256i odd, __m128i *first, __m128i *second) {
  __m256i even = _mm256_sub_epi16(pairs, _mm256_slli_epi16(odd, 8));
  __m128i evens = _mm_add_epi16(_mm256_castsi256_si128(even), _mm256_extracti128_si256(even, 1));
  __m128i odds = _mm_add_epi16(_mm256_castsi256_si128(odd), _mm256_extracti128_si256(odd, 1));
  *first = _mm_unpacklo_epi16(evens, odds);
  *second = _mm_unpackhi_epi16(evens, odds);
}

static uint32_t above(const float scores[32], float threshold) {
  __m256 limit = _mm256_set1_ps(threshold);
  uint32_t better = 0;
  for (int part = 0; part < 4; part++) {
    __m256 eight = _mm256_loadu_ps(scores + 8 * part);
    better |= (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(eight, limit, _CMP_GT_OQ)) << (8 * part);
  }
  return better;
}

static size_t scanCodes(const CKernels_Codes *codes, const CKernels_CodeQuery *query, CKernels_Candidates *found) {
  const __m256i low = _mm256_set1_epi8(15);
  const __m256 slope = _mm256_set1_ps(query->slope), offset = _mm256_set1_ps(query->offset);
  size_t bytes = 16 * query->groups;
  for (size_t block = 0; block < codes->count; block++) {
    if (found->room - found->count < 32) return block;
    uint32_t wanted = codes->excluded ? ~codes->excluded[block] : UINT32_MAX;
    if (wanted == 0) continue;
    const uint8_t *at = codes->blocks + block * bytes;
    __m256i pairs = _mm256_setzero_si256(), odd = pairs, upperPairs = pairs, upperOdd = pairs;
    for (size_t index = 0; index < bytes; index += 32) {
      __m256i code = _mm256_loadu_si256((const __m256i *)(at + index));
      __m256i sums = _mm256_loadu_si256((const __m256i *)(query->sums + index));
      __m256i lower = _mm256_shuffle_epi8(sums, _mm256_and_si256(code, low));
      __m256i upper = _mm256_shuffle_epi8(sums, _mm256_and_si256(_mm256_srli_epi16(code, 4), low));
      pairs = _mm256_add_epi16(pairs, lower);
      odd = _mm256_add_epi16(odd, _mm256_srli_epi16(lower, 8));
      upperPairs = _mm256_add_epi16(upperPairs, upper);
      upperOdd = _mm256_add_epi16(upperOdd, _mm256_srli_epi16(upper, 8));
    }
    __m128i eights[4];
    spread(pairs, odd, &eights[0], &eights[1]);
    spread(upperPairs, upperOdd, &eights[2], &eights[3]);
    float scores[32];
    for (int part = 0; part < 4; part++) {
      __m256 sum = _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(eights[part]));
      __m256 factor = _mm256_loadu_ps(codes->factors + block * 32 + 8 * part);
      _mm256_storeu_ps(scores + 8 * part, _mm256_mul_ps(_mm256_add_ps(_mm256_mul_ps(slope, sum), offset), factor));
    }
    keep(found, above(scores, found->threshold) & wanted, scores, codes->first + (uint32_t)(block * 32));
  }
  return codes->count;
}

static void sumFour(const uint8_t *const rows[4], size_t width, const CKernels_RowQuery *query, int32_t sums[4]) {
  // The 8-bit multiply-add of AVX2 saturates, so bytes are widened to 16 bits first.
  __m256i totals[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
  for (size_t index = 0; index < width; index += 16) {
    __m256i wanted = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query->bytes + index)));
    for (int lane = 0; lane < 4; lane++) {
      __m256i row = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(rows[lane] + index)));
      totals[lane] = _mm256_add_epi32(totals[lane], _mm256_madd_epi16(row, wanted));
    }
  }
  __m256i both = _mm256_hadd_epi32(_mm256_hadd_epi32(totals[0], totals[1]), _mm256_hadd_epi32(totals[2], totals[3]));
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
  _mm_storeu_si128((__m128i *)sums, _mm_sub_epi32(four, _mm_set1_epi32(query->correction)));
}

#include "vectors_rows.h"

static float dot(const float *left, const float *right, size_t count) {
  __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
  size_t index = 0;
  for (; index + 32 <= count; index += 32) {
    for (int part = 0; part < 4; part++) {
      sums[part] = _mm256_fmadd_ps(_mm256_loadu_ps(left + index + 8 * part), _mm256_loadu_ps(right + index + 8 * part),
                                   sums[part]);
    }
  }
  __m256 all = _mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3]));
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(all), _mm256_extractf128_ps(all, 1));
  for (; index < count; index += 4) four = _mm_fmadd_ps(_mm_loadu_ps(left + index), _mm_loadu_ps(right + index), four);
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}

const CKernels_Vectors CKernels_vectorsAVX2Table = {scanCodes, scanRows, sumRows, dot};
#pragma clang attribute pop
#endif
