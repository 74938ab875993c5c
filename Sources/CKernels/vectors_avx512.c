#include "vectors_variant.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), \
                             apply_to = function)

INLINE __m128i addQuarters(__m512i quarters) {
  __m256i half = _mm256_add_epi16(_mm512_castsi512_si256(quarters), _mm512_extracti64x4_epi64(quarters, 1));
  return _mm_add_epi16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

/// Sixteen vectors' sums as floats, from the sums of byte pairs and those of the odd bytes alone.
INLINE __m512 spread(__m512i pairs, __m512i odd) {
  __m128i evens = addQuarters(_mm512_sub_epi16(pairs, _mm512_slli_epi16(odd, 8)));
  __m128i odds = addQuarters(odd);
  __m256i sixteen = _mm256_set_m128i(_mm_unpackhi_epi16(evens, odds), _mm_unpacklo_epi16(evens, odds));
  return _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(sixteen));
}

static size_t scanCodes(const CKernels_Codes *codes, const CKernels_CodeQuery *query, CKernels_Candidates *found) {
  const __m512i low = _mm512_set1_epi8(15);
  const __m512 slope = _mm512_set1_ps(query->slope), offset = _mm512_set1_ps(query->offset);
  size_t bytes = 16 * query->groups;
  for (size_t block = 0; block < codes->count; block++) {
    if (found->room - found->count < 32) return block;
    uint32_t wanted = codes->excluded ? ~codes->excluded[block] : UINT32_MAX;
    if (wanted == 0) continue;
    const uint8_t *at = codes->blocks + block * bytes;
    __m512i pairs = _mm512_setzero_si512(), odd = pairs, upperPairs = pairs, upperOdd = pairs;
    for (size_t index = 0; index < bytes; index += 64) {
      __m512i code = _mm512_loadu_si512(at + index);
      __m512i sums = _mm512_loadu_si512(query->sums + index);
      __m512i lower = _mm512_shuffle_epi8(sums, _mm512_and_si512(code, low));
      __m512i upper = _mm512_shuffle_epi8(sums, _mm512_and_si512(_mm512_srli_epi16(code, 4), low));
      pairs = _mm512_add_epi16(pairs, lower);
      odd = _mm512_add_epi16(odd, _mm512_srli_epi16(lower, 8));
      upperPairs = _mm512_add_epi16(upperPairs, upper);
      upperOdd = _mm512_add_epi16(upperOdd, _mm512_srli_epi16(upper, 8));
    }
    const float *factors = codes->factors + block * 32;
    __m512 first = _mm512_add_ps(_mm512_mul_ps(slope, spread(pairs, odd)), offset);
    __m512 second = _mm512_add_ps(_mm512_mul_ps(slope, spread(upperPairs, upperOdd)), offset);
    first = _mm512_mul_ps(first, _mm512_loadu_ps(factors));
    second = _mm512_mul_ps(second, _mm512_loadu_ps(factors + 16));
    __m512 limit = _mm512_set1_ps(found->threshold);
    uint32_t better = (uint32_t)_mm512_cmp_ps_mask(first, limit, _CMP_GT_OQ) |
                      (uint32_t)_mm512_cmp_ps_mask(second, limit, _CMP_GT_OQ) << 16;
    better &= wanted;
    if (better == 0) continue;
    float scores[32];
    _mm512_storeu_ps(scores, first);
    _mm512_storeu_ps(scores + 16, second);
    keep(found, better, scores, codes->first + (uint32_t)(block * 32));
  }
  return codes->count;
}

static void sumFour(const uint8_t *const rows[4], size_t width, const CKernels_RowQuery *query, int32_t sums[4]) {
  const uint8_t *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
  __m512i first = _mm512_setzero_si512(), second = first, third = first, fourth = first;
  for (size_t index = 0; index < width; index += 64) {
    __m512i wanted = _mm512_loadu_si512(query->bytes + index);
    first = _mm512_dpbusd_epi32(first, _mm512_loadu_si512(a + index), wanted);
    second = _mm512_dpbusd_epi32(second, _mm512_loadu_si512(b + index), wanted);
    third = _mm512_dpbusd_epi32(third, _mm512_loadu_si512(c + index), wanted);
    fourth = _mm512_dpbusd_epi32(fourth, _mm512_loadu_si512(d + index), wanted);
  }
  // Four sums of sixteen lanes each: transpose by halves while adding.
  __m512i pair = _mm512_add_epi32(_mm512_unpacklo_epi32(first, second), _mm512_unpackhi_epi32(first, second));
  __m512i other = _mm512_add_epi32(_mm512_unpacklo_epi32(third, fourth), _mm512_unpackhi_epi32(third, fourth));
  __m512i all = _mm512_add_epi32(_mm512_unpacklo_epi64(pair, other), _mm512_unpackhi_epi64(pair, other));
  __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  _mm_storeu_si128((__m128i *)sums, _mm_sub_epi32(four, _mm_set1_epi32(query->correction)));
}

static uint32_t above(const float scores[32], float threshold) {
  __m512 limit = _mm512_set1_ps(threshold);
  return (uint32_t)_mm512_cmp_ps_mask(_mm512_loadu_ps(scores), limit, _CMP_GT_OQ) |
         (uint32_t)_mm512_cmp_ps_mask(_mm512_loadu_ps(scores + 16), limit, _CMP_GT_OQ) << 16;
}

#include "vectors_rows.h"

static float dot(const float *left, const float *right, size_t count) {
  __m512 sums[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
  size_t index = 0;
  for (; index + 64 <= count; index += 64) {
    for (int part = 0; part < 4; part++) {
      sums[part] = _mm512_fmadd_ps(_mm512_loadu_ps(left + index + 16 * part), _mm512_loadu_ps(right + index + 16 * part),
                                   sums[part]);
    }
  }
  for (; index < count; index += 16) {
    __mmask16 rest = (__mmask16)(count - index >= 16 ? 0xffff : (1u << (count - index)) - 1);
    sums[0] = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(rest, left + index), _mm512_maskz_loadu_ps(rest, right + index),
                              sums[0]);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
}

const CKernels_Vectors CKernels_vectorsAVX512Table = {scanCodes, scanRows, sumRows, dot};
#pragma clang attribute pop
#endif
