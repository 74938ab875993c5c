#include "variants.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c"))), \
                             apply_to = function)
#pragma clang fp contract(off)
#define VARIANT CKernels_encoderAVX512VNNI
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define BLOCK_ROWS 14
#define BLOCK_GROUPS 2
#define ATTENTION_ROWS 8
#define ATTENTION_GROUPS 2
#define PREPARE(w)
#define DOT(sum, quad, w, g) ((Ints)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)allInts(quad), (__m512i)w[g]))
#define DOT_PAIRS(sum, pair, w) ((Ints)_mm512_dpwssd_epi32((__m512i)(sum), (__m512i)(w), (__m512i)allInts(pair)))
#include "vectors.h"

INLINE Floats widenHalves(const uint16_t *at) {
  return (Floats)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)at));
}

#include "variant.h"
#pragma clang attribute pop
#endif
