#include "variants.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Without VNNI the obvious instruction, vpmaddubsw, saturates: 255 * 127 twice does not fit 16 bits. Here the bytes at
// even and at odd places are widened to 16 bits and multiplied by vpmaddwd, which is exact.
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#pragma clang fp contract(off)
#define VARIANT CKernels_encoderAVX2
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define BLOCK_ROWS 4
#define BLOCK_GROUPS 1
#define ATTENTION_ROWS 4
#define ATTENTION_GROUPS 1
#define PREPARE(w) Wide wide = widened(w[0]);
#define DOT(sum, quad, w, g) dot(sum, quad, wide)
#define DOT_PAIRS(sum, pair, w) dotPairs(sum, pair, w)
#include "vectors.h"
#include "ymm.h"

typedef struct Wide {
  __m256i evenLow, evenHigh, oddLow, oddHigh;
} Wide;

INLINE Wide widened(Ints w) {
  __m256i low = lowHalf(w), high = highHalf(w);
  return (Wide){_mm256_srai_epi16(_mm256_slli_epi16(low, 8), 8), _mm256_srai_epi16(_mm256_slli_epi16(high, 8), 8),
                _mm256_srai_epi16(low, 8), _mm256_srai_epi16(high, 8)};
}

INLINE Ints dot(Ints sum, int32_t quad, Wide w) {
  __m256i even = _mm256_set1_epi32(quad & 0x00ff00ff), odd = _mm256_set1_epi32((quad >> 8) & 0x00ff00ff);
  __m256i low = _mm256_add_epi32(_mm256_madd_epi16(w.evenLow, even), _mm256_madd_epi16(w.oddLow, odd));
  __m256i high = _mm256_add_epi32(_mm256_madd_epi16(w.evenHigh, even), _mm256_madd_epi16(w.oddHigh, odd));
  return joined(_mm256_add_epi32(lowHalf(sum), low), _mm256_add_epi32(highHalf(sum), high));
}

INLINE Ints dotPairs(Ints sum, int32_t pair, Ints w) {
  __m256i a = _mm256_set1_epi32(pair);
  return sum + joined(_mm256_madd_epi16(lowHalf(w), a), _mm256_madd_epi16(highHalf(w), a));
}

#include "variant.h"
#pragma clang attribute pop
#endif
