#include "variants.h"

// What any compiler can do with any processor: no fused multiply-add (a library call where the hardware lacks it), so
// this variant alone may differ from the others in the last bits.
#pragma clang fp contract(off)
#define VARIANT CKernels_encoderPortable
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define BLOCK_ROWS 2
#define BLOCK_GROUPS 1
#define ATTENTION_ROWS 2
#define ATTENTION_GROUPS 1
#define PREPARE(w)
#define DOT(sum, quad, w, g) dot(sum, quad, w[g])
#define DOT_PAIRS(sum, pair, w) dotPairs(sum, pair, w)
#include "vectors.h"

INLINE Ints dot(Ints sum, int32_t quad, Ints w) {
  // The four signed bytes of each lane, brought to the top and shifted down again.
  sum += ((w << 24) >> 24) * allInts(quad & 255);
  sum += ((w << 16) >> 24) * allInts(quad >> 8 & 255);
  sum += ((w << 8) >> 24) * allInts(quad >> 16 & 255);
  sum += (w >> 24) * allInts(quad >> 24 & 255);
  return sum;
}

INLINE Ints dotPairs(Ints sum, int32_t pair, Ints w) {
  return sum + ((w << 16) >> 16) * allInts((int16_t)pair) + (w >> 16) * allInts(pair >> 16);
}

typedef uint16_t HalvesInMemory __attribute__((vector_size(32), aligned(2), may_alias));
typedef uint16_t Halves __attribute__((vector_size(32)));

INLINE Floats widenHalves(const uint16_t *at) {
  // Exponent and fraction moved to their places in a float, and the bias corrected by a multiplication, which makes
  // subnormal halves come out right too. Infinities and NaN do not occur in weights.
  Ints bits = __builtin_convertvector((Halves) * (const HalvesInMemory *)at, Ints);
  Floats magnitude = (Floats)((bits & 0x7fff) << 13) * all(0x1p112f);
  return (Floats)((Ints)magnitude | (bits & 0x8000) << 16);
}

#include "variant.h"
