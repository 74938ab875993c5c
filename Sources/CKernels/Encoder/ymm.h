// A lane group as two registers of 256 bits, for the sets that have no wider ones.

typedef long long HalfGroup __attribute__((vector_size(32)));
typedef long long WholeGroup __attribute__((vector_size(64)));

INLINE __m256i lowHalf(Ints v) {
  return (__m256i)(HalfGroup)__builtin_shufflevector((WholeGroup)v, (WholeGroup)v, 0, 1, 2, 3);
}
INLINE __m256i highHalf(Ints v) {
  return (__m256i)(HalfGroup)__builtin_shufflevector((WholeGroup)v, (WholeGroup)v, 4, 5, 6, 7);
}
INLINE Ints joined(__m256i low, __m256i high) {
  return (Ints)__builtin_shufflevector((HalfGroup)low, (HalfGroup)high, 0, 1, 2, 3, 4, 5, 6, 7);
}

INLINE Floats widenHalves(const uint16_t *at) {
  return (Floats)joined((__m256i)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)at)),
                        (__m256i)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(at + 8))));
}
