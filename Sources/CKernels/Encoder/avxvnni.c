#include "variants.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)
#pragma clang fp contract(off)
#define VARIANT CKernels_encoderAVXVNNI
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define BLOCK_ROWS 6
#define BLOCK_GROUPS 1
#define ATTENTION_ROWS 4
#define ATTENTION_GROUPS 1
#define PREPARE(w)
#define DOT(sum, quad, w, g) dot(sum, quad, w[g])
#define DOT_PAIRS(sum, pair, w) dotPairs(sum, pair, w)
#include "vectors.h"
#include "ymm.h"

INLINE Ints dot(Ints sum, int32_t quad, Ints w) {
  __m256i a = _mm256_set1_epi32(quad);
  return joined(_mm256_dpbusd_avx_epi32(lowHalf(sum), a, lowHalf(w)),
                _mm256_dpbusd_avx_epi32(highHalf(sum), a, highHalf(w)));
}

INLINE Ints dotPairs(Ints sum, int32_t pair, Ints w) {
  __m256i a = _mm256_set1_epi32(pair);
  return sum + joined(_mm256_madd_epi16(lowHalf(w), a), _mm256_madd_epi16(highHalf(w), a));
}

#include "variant.h"
#pragma clang attribute pop
#endif
