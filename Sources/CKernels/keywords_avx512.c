#if defined(__x86_64__)
#include <immintrin.h>

#include "keywords_variants.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,bmi")))

// Two rows at a time: their bytes interleaved and widened to 16 bits are pairs, and one multiply-add of a pair with the
// pair of weights does both. Unpacking works within lanes of 16 bytes, so the four registers hold documents in blocks of
// four: register j, lane l = documents 16 l + 4 j ..< 16 l + 4 j + 4. They are put in order once, at the end.
AVX512 static void addRows(uint32_t *sums, const uint8_t *const *rows, const uint16_t *weights, size_t rowCount,
                           size_t count) {
  const __m512i zero = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i += 64) {
    __m512i s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    size_t r = 0;
    for (; r < rowCount; r += 2) {
      __m512i a = _mm512_loadu_si512(rows[r] + i);
      __m512i b = zero;
      uint32_t pair = weights[r];
      if (r + 1 < rowCount) {
        b = _mm512_loadu_si512(rows[r + 1] + i);
        pair |= (uint32_t)weights[r + 1] << 16;
      }
      __m512i w = _mm512_set1_epi32((int)pair);
      __m512i low = _mm512_unpacklo_epi8(a, b), high = _mm512_unpackhi_epi8(a, b);
      s0 = _mm512_add_epi32(s0, _mm512_madd_epi16(_mm512_unpacklo_epi8(low, zero), w));
      s1 = _mm512_add_epi32(s1, _mm512_madd_epi16(_mm512_unpackhi_epi8(low, zero), w));
      s2 = _mm512_add_epi32(s2, _mm512_madd_epi16(_mm512_unpacklo_epi8(high, zero), w));
      s3 = _mm512_add_epi32(s3, _mm512_madd_epi16(_mm512_unpackhi_epi8(high, zero), w));
    }
    __m512i a0 = _mm512_shuffle_i32x4(s0, s1, 0x44), a1 = _mm512_shuffle_i32x4(s0, s1, 0xEE);
    __m512i b0 = _mm512_shuffle_i32x4(s2, s3, 0x44), b1 = _mm512_shuffle_i32x4(s2, s3, 0xEE);
    _mm512_storeu_si512(sums + i, _mm512_shuffle_i32x4(a0, b0, 0x88));
    _mm512_storeu_si512(sums + i + 16, _mm512_shuffle_i32x4(a0, b0, 0xDD));
    _mm512_storeu_si512(sums + i + 32, _mm512_shuffle_i32x4(a1, b1, 0x88));
    _mm512_storeu_si512(sums + i + 48, _mm512_shuffle_i32x4(a1, b1, 0xDD));
  }
}

AVX512 static size_t collect(const uint32_t *sums, size_t count, uint32_t floor, const uint64_t *allowed,
                      uint16_t *places) {
  const __m512i limit = _mm512_set1_epi32((int)floor);
  size_t found = 0;
  for (size_t i = 0; i < count; i += 64) {
    uint64_t mask = (uint64_t)_mm512_cmpgt_epu32_mask(_mm512_loadu_si512(sums + i), limit)
                    | (uint64_t)_mm512_cmpgt_epu32_mask(_mm512_loadu_si512(sums + i + 16), limit) << 16
                    | (uint64_t)_mm512_cmpgt_epu32_mask(_mm512_loadu_si512(sums + i + 32), limit) << 32
                    | (uint64_t)_mm512_cmpgt_epu32_mask(_mm512_loadu_si512(sums + i + 48), limit) << 48;
    if (allowed != NULL) mask &= allowed[i / 64];
    for (; mask != 0; mask &= mask - 1) places[found++] = (uint16_t)(i + (size_t)__builtin_ctzll(mask));
  }
  return found;
}

AVX512 static size_t findNear(const uint32_t *signatures, size_t count, uint32_t signature, uint32_t *matches,
                              size_t room) {
  const __m512i wanted = _mm512_set1_epi32((int)signature), minusOne = _mm512_set1_epi32(-1);
  size_t found = 0, i = 0;
  for (; i + 16 <= count; i += 16) {
    __m512i difference = _mm512_xor_si512(_mm512_loadu_si512(signatures + i), wanted);
    difference = _mm512_and_si512(difference, _mm512_add_epi32(difference, minusOne));
    difference = _mm512_and_si512(difference, _mm512_add_epi32(difference, minusOne));
    for (uint32_t mask = _mm512_testn_epi32_mask(difference, difference); mask != 0; mask &= mask - 1) {
      if (found == room) return found;
      matches[found++] = (uint32_t)i + (uint32_t)__builtin_ctz(mask);
    }
  }
  for (; i < count && found < room; i++) {
    uint32_t difference = signatures[i] ^ signature;
    difference &= difference - 1;
    if ((difference & (difference - 1)) == 0) matches[found++] = (uint32_t)i;
  }
  return found;
}

const CKernels_Keywords CKernels_keywords_avx512 = {addRows, collect, findNear};
#endif
