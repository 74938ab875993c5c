// The kernels over rows of bytes, written once. The variant that includes this defines
// `static void sumFour(const uint8_t *const rows[4], size_t width, const CKernels_RowQuery *query, int32_t sums[4])`
// and `static uint32_t above(const float scores[32], float threshold)`, and sets the target of the functions.
#pragma once

static void scoreBlock(const CKernels_Rows *rows, size_t from, size_t count, const CKernels_RowQuery *query,
                       float scores[32]) {
  for (size_t index = 0; index < count; index += 4) {
    const uint8_t *four[4];
    int32_t sums[4];
    for (size_t lane = 0; lane < 4; lane++) {
      size_t row = index + lane < count ? index + lane : count - 1;
      four[lane] = rows->bytes + (from + row) * rows->width;
    }
    sumFour(four, rows->width, query, sums);
    for (size_t lane = 0; lane < 4 && index + lane < count; lane++) {
      scores[index + lane] = (float)sums[lane] * (rows->scales[from + index + lane] * query->scale);
    }
  }
}

static size_t scanRows(const CKernels_Rows *rows, const CKernels_RowQuery *query, CKernels_Candidates *found) {
  float scores[32] = {0};
  for (size_t from = 0; from < rows->count; from += 32) {
    if (found->room - found->count < 32) return from;
    size_t count = rows->count - from < 32 ? rows->count - from : 32;
    uint32_t wanted = bitsBelow(count);
    if (rows->excluded) wanted &= ~rows->excluded[from / 32];
    if (wanted == 0) continue;
    scoreBlock(rows, from, count, query, scores);
    keep(found, above(scores, found->threshold) & wanted, scores, rows->first + (uint32_t)from);
  }
  return rows->count;
}

static void sumRows(const uint8_t *const *rows, size_t count, size_t width, const CKernels_RowQuery *query,
                    int32_t *sums) {
  // Rows that lie anywhere are not foreseen by the processor: ask for them two rounds ahead.
  const size_t ahead = 8;
  for (size_t index = 0; index < count; index += 4) {
    const uint8_t *four[4];
    int32_t results[4];
    for (size_t lane = 0; lane < 4; lane++) {
      four[lane] = rows[index + lane < count ? index + lane : count - 1];
      if (index + lane + ahead < count) {
        const uint8_t *next = rows[index + lane + ahead];
        for (size_t line = 0; line < width; line += 64) __builtin_prefetch(next + line);
      }
    }
    sumFour(four, width, query, results);
    for (size_t lane = 0; lane < 4 && index + lane < count; lane++) sums[index + lane] = results[lane];
  }
}
