#include "vectors_variant.h"

uint64_t CKernels_candidateKey(float score, uint32_t place) { return candidateKey(score, place); }

float CKernels_candidateScore(uint64_t key) {
  uint32_t bits = (uint32_t)(key >> 32);
  bits = bits >> 31 ? bits & 0x7fffffffu : ~bits;
  float score;
  memcpy(&score, &bits, sizeof score);
  return score;
}

INLINE void swap(uint64_t *a, uint64_t *b) {
  uint64_t kept = *a;
  *a = *b;
  *b = kept;
}

void CKernels_selectGreatest(uint64_t *keys, size_t count, size_t wanted) {
  size_t from = 0, to = count;  // what is undecided
  while (wanted > from && wanted < to && to - from > 1) {
    // The median of three as the pivot; keys are distinct, so each round decides at least one of them.
    uint64_t a = keys[from], b = keys[from + (to - from) / 2], c = keys[to - 1];
    uint64_t pivot = a > b ? (b > c ? b : (a > c ? c : a)) : (a > c ? a : (b > c ? c : b));
    size_t greater = from;
    for (size_t index = from; index < to; index++) {
      // Without a branch: candidates come in no order, so one could not be foreseen.
      uint64_t key = keys[index];
      keys[index] = keys[greater];
      keys[greater] = key;
      greater += key > pivot;
    }
    if (greater >= wanted) {
      to = greater;
    } else {
      // The pivot is the greatest of what remains: put it first, and it is decided too.
      for (size_t index = greater; index < to; index++) {
        if (keys[index] == pivot) {
          swap(&keys[index], &keys[greater]);
          break;
        }
      }
      from = greater + 1;
    }
  }
}

void CKernels_prefetch(const void *bytes, size_t count) {
  for (size_t line = 0; line < count; line += 64) __builtin_prefetch((const char *)bytes + line, 0, 2);
}
