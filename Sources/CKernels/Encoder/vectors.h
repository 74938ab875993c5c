// The arithmetic of one lane group: sixteen floats or integers, whatever the width of the registers. The compiler cuts
// a group into as many registers as the instruction set needs, so every set adds in the same order.
//
// Included by each variant after it has defined MULTIPLY_ADD and widenHalves, inside its target pragma.

// Groups wider than the registers would change how functions are called, but none of these functions is: all are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))
#define LANES 16

typedef float Floats __attribute__((vector_size(64)));
typedef int32_t Ints __attribute__((vector_size(64)));
typedef uint8_t Bytes __attribute__((vector_size(16)));
typedef float FloatsInMemory __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t IntsInMemory __attribute__((vector_size(64), aligned(1), may_alias));
typedef uint8_t BytesInMemory __attribute__((vector_size(16), aligned(1), may_alias));

INLINE Floats load(const float *at) { return *(const FloatsInMemory *)at; }
INLINE void store(float *at, Floats value) { *(FloatsInMemory *)at = value; }
INLINE Ints loadInts(const void *at) { return *(const IntsInMemory *)at; }
// Not `(Floats){} + v`: the compiler must keep that addition, since 0 + -0 is not -0.
INLINE Floats all(float v) { return (Floats){v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v}; }
INLINE Ints allInts(int32_t value) { return (Ints){} + value; }
INLINE Ints lanes(void) { return (Ints){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}; }

// Spelled out, since the built-in functions treat NaN with care that costs two more instructions.
INLINE Floats larger(Floats a, Floats b) {
  Ints mask = a > b;
  return (Floats)(((Ints)a & mask) | ((Ints)b & ~mask));
}
INLINE Floats smaller(Floats a, Floats b) {
  Ints mask = a < b;
  return (Floats)(((Ints)a & mask) | ((Ints)b & ~mask));
}

INLINE Floats swapped(Floats v, int distance) {
  switch (distance) {
    case 8: return __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    case 4: return __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
    case 2: return __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    default: return __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  }
}

// Reductions as a tree of fixed shape: the order of the additions is part of the result.
INLINE float sumOf(Floats v) {
  v += swapped(v, 8);
  v += swapped(v, 4);
  v += swapped(v, 2);
  v += swapped(v, 1);
  return v[0];
}
INLINE float largestOf(Floats v) {
  v = larger(v, swapped(v, 8));
  v = larger(v, swapped(v, 4));
  v = larger(v, swapped(v, 2));
  v = larger(v, swapped(v, 1));
  return v[0];
}
INLINE float smallestOf(Floats v) { return -largestOf(-v); }

// Adding 1.5 * 2^23 leaves a float no room for a fraction: it rounds to even, and the integer is in its low bits.
#define ROUNDING 12582912.0f
#define ROUNDING_BITS 0x4B400000

/// e^x for x <= 88, zero or nearly so below -87 (Cephes: relative error below 2e-7).
INLINE Floats exponential(Floats x) {
  x = larger(x, all(-87.0f));
  Floats shifted = MULTIPLY_ADD(x, all(1.44269504088896341f), all(ROUNDING));
  Floats n = shifted - all(ROUNDING);
  Floats r = MULTIPLY_ADD(n, all(-0.693359375f), x);
  r = MULTIPLY_ADD(n, all(2.12194440e-4f), r);
  Floats p = all(1.9875691500e-4f);
  p = MULTIPLY_ADD(p, r, all(1.3981999507e-3f));
  p = MULTIPLY_ADD(p, r, all(8.3334519073e-3f));
  p = MULTIPLY_ADD(p, r, all(4.1665795894e-2f));
  p = MULTIPLY_ADD(p, r, all(1.6666665459e-1f));
  p = MULTIPLY_ADD(p, r, all(5.0000001201e-1f));
  p = MULTIPLY_ADD(p, r * r, r) + all(1.0f);
  Ints power = ((Ints)shifted - ROUNDING_BITS + 127) << 23;
  return p * (Floats)power;
}

/// 1 / x for positive normal x, by Newton's method from a guess in the bits: relative error below 3e-7, without the
/// divider, which most processors have one of, and with the same bits on all of them.
INLINE Floats reciprocal(Floats x) {
  Floats y = (Floats)(allInts(0x7ef311c3) - (Ints)x);
  for (int step = 0; step < 3; step++) y = y * MULTIPLY_ADD(-x, y, all(2.0f));
  return y;
}

/// x / 2 * (1 + erf(x / sqrt 2)): x times the normal distribution's share below x, which is fitted as one half and a
/// rational function of degree 7 over 8 up to |x| = 5 (error of the share below 2e-6) and constant beyond.
INLINE Floats gelu(Floats x) {
  Floats u = larger(smaller(x, all(5.0f)), all(-5.0f));
  Floats s = u * u;
  Floats p = all(5.231431237e-05f);
  p = MULTIPLY_ADD(p, s, all(4.139650098e-03f));
  p = MULTIPLY_ADD(p, s, all(2.911303470e-02f));
  p = MULTIPLY_ADD(p, s, all(3.989482216e-01f));
  Floats q = all(2.588174353e-06f);
  q = MULTIPLY_ADD(q, s, all(1.378542260e-03f));
  q = MULTIPLY_ADD(q, s, all(2.523367049e-02f));
  q = MULTIPLY_ADD(q, s, all(2.397128083e-01f));
  q = MULTIPLY_ADD(q, s, all(1.0f));
  return x * MULTIPLY_ADD(u * p, reciprocal(q), all(0.5f));
}

/// The same to within 9e-4, at a third of the cost, where eight bits are all that is kept of it: what is above zero, and a
/// dent around zero that has the same form on both sides, as a polynomial of |x| up to 3.5, where it has gone.
INLINE Floats geluNearly(Floats x) {
  Floats t = smaller((Floats)((Ints)x & 0x7fffffff), all(3.5f));
  Floats p = all(-0.001828619f);
  p = MULTIPLY_ADD(p, t, all(0.017702523f));
  p = MULTIPLY_ADD(p, t, all(-0.043281188f));
  p = MULTIPLY_ADD(p, t, all(-0.075940522f));
  p = MULTIPLY_ADD(p, t, all(0.458024031f));
  p = MULTIPLY_ADD(p, t, all(-0.513192125f));
  return MULTIPLY_ADD(p, t, larger(x, all(0)));
}

/// `top` * 2^x for x <= 0, to within 1e-4 of the result; nearly zero below -120.
INLINE Floats powerOfTwoNearly(Floats x, float top) {
  x = larger(x, all(-120.0f));
  Floats shifted = x + all(ROUNDING);
  Floats f = x - (shifted - all(ROUNDING));
  Floats p = all(0.055171670f * top);
  p = MULTIPLY_ADD(p, f, all(0.242611128f * top));
  p = MULTIPLY_ADD(p, f, all(0.693260986f * top));
  p = MULTIPLY_ADD(p, f, all(0.999928073f * top));
  // The exponent grows by the whole part of x, which is in the low bits of what it was rounded with.
  return (Floats)((Ints)p + ((Ints)shifted << 23));
}

/// Sixteen groups as the rows of a square become its columns.
INLINE void transpose(Floats square[LANES]) {
  Floats a, b;
#define EXCHANGE(distance, ...)                                                                    \
  for (int i = 0; i < LANES; i++) {                                                                \
    if (i & (distance)) continue;                                                                  \
    a = square[i], b = square[i + (distance)];                                                     \
    square[i] = __builtin_shufflevector(a, b, FIRST(__VA_ARGS__));                                 \
    square[i + (distance)] = __builtin_shufflevector(a, b, SECOND(distance, __VA_ARGS__));         \
  }
#define FIRST(...) __VA_ARGS__
#define SECOND(d, i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, iA, iB, iC, iD, iE, iF)                   \
  i0 + d, i1 + d, i2 + d, i3 + d, i4 + d, i5 + d, i6 + d, i7 + d, i8 + d, i9 + d, iA + d, iB + d, iC + d, iD + d,   \
      iE + d, iF + d
#pragma clang loop unroll(full)
  EXCHANGE(8, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#pragma clang loop unroll(full)
  EXCHANGE(4, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#pragma clang loop unroll(full)
  EXCHANGE(2, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#pragma clang loop unroll(full)
  EXCHANGE(1, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#undef EXCHANGE
#undef FIRST
#undef SECOND
}
