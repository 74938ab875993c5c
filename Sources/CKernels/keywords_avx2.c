#if defined(__x86_64__)
#include <immintrin.h>

#include "keywords_variants.h"

#define AVX2 __attribute__((target("avx2,bmi")))

AVX2 static inline __m256i load(const void *at) { return _mm256_loadu_si256((const __m256i *)at); }
AVX2 static inline void store(uint32_t *at, __m256i value) { _mm256_storeu_si256((__m256i *)at, value); }

// As in keywords_avx512.c, with two lanes: register j, lane l = documents 16 l + 4 j ..< 16 l + 4 j + 4 of 32.
AVX2 static void addRows(uint32_t *sums, const uint8_t *const *rows, const uint16_t *weights, size_t rowCount,
                         size_t count) {
  const __m256i zero = _mm256_setzero_si256();
  for (size_t i = 0; i < count; i += 32) {
    __m256i s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    for (size_t r = 0; r < rowCount; r += 2) {
      __m256i a = load(rows[r] + i), b = zero;
      uint32_t pair = weights[r];
      if (r + 1 < rowCount) {
        b = load(rows[r + 1] + i);
        pair |= (uint32_t)weights[r + 1] << 16;
      }
      __m256i w = _mm256_set1_epi32((int)pair);
      __m256i low = _mm256_unpacklo_epi8(a, b), high = _mm256_unpackhi_epi8(a, b);
      s0 = _mm256_add_epi32(s0, _mm256_madd_epi16(_mm256_unpacklo_epi8(low, zero), w));
      s1 = _mm256_add_epi32(s1, _mm256_madd_epi16(_mm256_unpackhi_epi8(low, zero), w));
      s2 = _mm256_add_epi32(s2, _mm256_madd_epi16(_mm256_unpacklo_epi8(high, zero), w));
      s3 = _mm256_add_epi32(s3, _mm256_madd_epi16(_mm256_unpackhi_epi8(high, zero), w));
    }
    store(sums + i, _mm256_permute2x128_si256(s0, s1, 0x20));
    store(sums + i + 8, _mm256_permute2x128_si256(s2, s3, 0x20));
    store(sums + i + 16, _mm256_permute2x128_si256(s0, s1, 0x31));
    store(sums + i + 24, _mm256_permute2x128_si256(s2, s3, 0x31));
  }
}

// There is only a signed comparison: both sides are moved down by 2^31.
AVX2 static size_t collect(const uint32_t *sums, size_t count, uint32_t floor, const uint64_t *allowed,
                      uint16_t *places) {
  const __m256i offset = _mm256_set1_epi32((int)0x80000000u);
  const __m256i limit = _mm256_xor_si256(_mm256_set1_epi32((int)floor), offset);
  size_t found = 0;
  for (size_t i = 0; i < count; i += 32) {
    __m256i m[4];
    for (int j = 0; j < 4; j++) {
      m[j] = _mm256_cmpgt_epi32(_mm256_xor_si256(load(sums + i + 8 * (size_t)j), offset), limit);
    }
    __m256i any = _mm256_or_si256(_mm256_or_si256(m[0], m[1]), _mm256_or_si256(m[2], m[3]));
    if (_mm256_testz_si256(any, any)) continue;
    uint32_t mask = 0;
    for (int j = 0; j < 4; j++) mask |= (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(m[j])) << 8 * j;
    if (allowed != NULL) mask &= (uint32_t)(allowed[i / 64] >> i % 64);
    for (; mask != 0; mask &= mask - 1) places[found++] = (uint16_t)(i + (size_t)__builtin_ctz(mask));
  }
  return found;
}

AVX2 static size_t findNear(const uint32_t *signatures, size_t count, uint32_t signature, uint32_t *matches,
                            size_t room) {
  const __m256i wanted = _mm256_set1_epi32((int)signature), minusOne = _mm256_set1_epi32(-1);
  const __m256i zero = _mm256_setzero_si256();
  size_t found = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    __m256i difference = _mm256_xor_si256(load(signatures + i), wanted);
    difference = _mm256_and_si256(difference, _mm256_add_epi32(difference, minusOne));
    difference = _mm256_and_si256(difference, _mm256_add_epi32(difference, minusOne));
    uint32_t mask = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(difference, zero)));
    for (; mask != 0; mask &= mask - 1) {
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

const CKernels_Keywords CKernels_keywords_avx2 = {addRows, collect, findNear};
#endif
