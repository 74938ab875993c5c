// The encoder's kernels, written once over lane groups and compiled by each variant for its instruction set.
//
// A variant defines, before it includes this file:
//   VARIANT            the symbol of its table
//   MULTIPLY_ADD       a * b + c over lane groups
//   widenHalves        sixteen halves in memory to floats
//   DOT                acc[n] += sum over j < 4 of a[j] * w[n][j] for sixteen outputs n
//   BLOCK_ROWS         rows whose accumulators stay in registers, beside
//   BLOCK_GROUPS       lane groups of outputs (1 or 2)
//   ATTENTION_ROWS     queries that attention takes together, and
//   ATTENTION_GROUPS   lane groups of keys

#define HEAD 32
#define PANEL 32
#define TILE_FLOATS (14 * 2 * LANES)

_Static_assert(BLOCK_ROWS <= 14, "the switch below knows blocks of up to 14 rows");
_Static_assert(BLOCK_GROUPS == 1 || BLOCK_GROUPS == 2, "a panel has two lane groups");

// ---- Rows

static void gather(const uint16_t *words, const float *positions, const int32_t *ids, const int32_t *places,
                   size_t rows, size_t width, float *out) {
  for (size_t i = 0; i < rows; i++) {
    const uint16_t *word = words + (size_t)ids[i] * width;
    const float *position = positions + (size_t)places[i] * width;
    for (size_t k = 0; k < width; k += LANES) {
      store(out + i * width + k, widenHalves(word + k) + load(position + k));
    }
  }
}

static void addNorm(float *hidden, const float *added, const float *gamma, const float *beta, size_t rows,
                    size_t width) {
  for (size_t i = 0; i < rows; i++) {
    float *row = hidden + i * width;
    Floats sum = all(0);
    for (size_t k = 0; k < width; k += LANES) {
      Floats x = load(row + k);
      if (added) {
        x += load(added + i * width + k);
        store(row + k, x);
      }
      sum += x;
    }
    Floats mean = all(sumOf(sum) / (float)width);
    Floats squares = all(0);
    for (size_t k = 0; k < width; k += LANES) {
      Floats d = load(row + k) - mean;
      squares = MULTIPLY_ADD(d, d, squares);
    }
    Floats scale = all(1.0f / __builtin_sqrtf(sumOf(squares) / (float)width + 1e-12f));
    for (size_t k = 0; k < width; k += LANES) {
      Floats normal = (load(row + k) - mean) * scale;
      store(row + k, MULTIPLY_ADD(normal, load(gamma + k), load(beta + k)));
    }
  }
}

static void quantise(const float *in, const float *factors, size_t rows, size_t width, CKernels_Int8Rows out) {
  for (size_t i = 0; i < rows; i++) {
    const float *row = in + i * width;
    // Four chains, since each comparison waits for the one before it. Their order does not matter to the result.
    Floats least[4] = {}, most[4] = {};
    for (size_t k = 0; k < width; k += 4 * LANES) {
#pragma clang loop unroll(full)
      for (size_t c = 0; c < 4; c++) {
        if (k + c * LANES >= width) break;
        Floats x = load(row + k + c * LANES);
        if (factors) x *= load(factors + k + c * LANES);
        least[c] = smaller(least[c], x);
        most[c] = larger(most[c], x);
      }
    }
    float low = smallestOf(smaller(smaller(least[0], least[1]), smaller(least[2], least[3])));
    float range = largestOf(larger(larger(most[0], most[1]), larger(most[2], most[3]))) - low;
    float scale = range > 0 ? range / 255.0f : 1.0f;
    float inverse = 1.0f / scale;
    float zero = (-low * inverse + ROUNDING) - ROUNDING;
    out.scales[i] = scale;
    out.zeros[i] = (int32_t)zero;
    // One multiply-add scales, shifts by the zero point and rounds; the byte is what is left at the bottom.
    Floats shift = all(ROUNDING + zero), top = all(ROUNDING + 255.0f), bottom = all(ROUNDING);
    for (size_t k = 0; k < width; k += LANES) {
      Floats x = load(row + k);
      if (factors) x *= load(factors + k);
      Floats rounded = MULTIPLY_ADD(x, all(inverse), shift);
      rounded = larger(smaller(rounded, top), bottom);
      *(BytesInMemory *)(out.values + i * width + k) = __builtin_convertvector((Ints)rounded & 255, Bytes);
    }
  }
}

static void pool(const float *in, size_t rows, size_t width, float *out) {
  for (size_t k = 0; k < width; k += LANES) {
    Floats sum = all(0);
    for (size_t i = 0; i < rows; i++) sum += load(in + i * width + k);
    store(out + k, sum / all((float)rows));
  }
  Floats squares = all(0);
  for (size_t k = 0; k < width; k += LANES) squares = MULTIPLY_ADD(load(out + k), load(out + k), squares);
  float length = __builtin_sqrtf(sumOf(squares));
  Floats scale = all(length > 0 ? 1.0f / length : 0.0f);
  for (size_t k = 0; k < width; k += LANES) store(out + k, load(out + k) * scale);
}

static void accumulate(const uint16_t *row, float weight, size_t width, float *sum) {
  for (size_t k = 0; k < width; k += LANES) {
    store(sum + k, MULTIPLY_ADD(widenHalves(row + k), all(weight), load(sum + k)));
  }
}

// ---- Matrix products
//
// A block of R rows by one or two lane groups of outputs is accumulated in registers over the whole width, written to a
// small tile, and finished there (zero points, scales, bias, GELU). R and the common widths are compile-time constants,
// so that the loops over them vanish.

/// What a block of a product in 8 bits needs to be finished: everything that belongs to its rows and its columns.
typedef struct Int8Block {
  const uint8_t *rows;
  const int32_t *zeros;
  const float *rowScales;
  const int8_t *panel;
  const int32_t *columnSums;
  const float *columnScales, *bias;
  float *out;
  size_t rowStride;
} Int8Block;

INLINE void coreInt8(const Int8Block *block, size_t width, const int R, const int isGELU) {
  const uint8_t *a = block->rows;
  Ints sums[14 * BLOCK_GROUPS];
  {
    Ints columns[BLOCK_GROUPS];
#pragma clang loop unroll(full)
    for (int g = 0; g < BLOCK_GROUPS; g++) columns[g] = loadInts(block->columnSums + g * LANES);
    // The zero points of the rows are taken out in advance.
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
      for (int g = 0; g < BLOCK_GROUPS; g++) sums[r * BLOCK_GROUPS + g] = columns[g] * allInts(-block->zeros[r]);
    }
  }
  for (size_t k = 0; k < width; k += 4) {
    Ints w[BLOCK_GROUPS];
#pragma clang loop unroll(full)
    for (int g = 0; g < BLOCK_GROUPS; g++) w[g] = loadInts(block->panel + k * PANEL + g * 64);
    PREPARE(w)
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
      int32_t quad;
      __builtin_memcpy(&quad, a + (size_t)r * width + k, 4);
#pragma clang loop unroll(full)
      for (int g = 0; g < BLOCK_GROUPS; g++) {
        sums[r * BLOCK_GROUPS + g] = DOT(sums[r * BLOCK_GROUPS + g], quad, w, g);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int g = 0; g < BLOCK_GROUPS; g++) {
    Floats scales = load(block->columnScales + g * LANES), bias = load(block->bias + g * LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
      Floats sum = __builtin_convertvector(sums[r * BLOCK_GROUPS + g], Floats);
      Floats x = MULTIPLY_ADD(sum, scales * all(block->rowScales[r]), bias);
      store(block->out + (size_t)r * block->rowStride + g * LANES, isGELU ? geluNearly(x) : x);
    }
  }
}

INLINE void coreHalf(const float *a, const uint16_t *panel, size_t width, const int R, float *tile) {
  Floats sums[14 * BLOCK_GROUPS];
#pragma clang loop unroll(full)
  for (int i = 0; i < R * BLOCK_GROUPS; i++) sums[i] = all(0);
  for (size_t k = 0; k < width; k++) {
    Floats w[BLOCK_GROUPS];
#pragma clang loop unroll(full)
    for (int g = 0; g < BLOCK_GROUPS; g++) w[g] = widenHalves(panel + k * PANEL + g * LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
      Floats x = all(a[(size_t)r * width + k]);
#pragma clang loop unroll(full)
      for (int g = 0; g < BLOCK_GROUPS; g++) {
        sums[r * BLOCK_GROUPS + g] = MULTIPLY_ADD(x, w[g], sums[r * BLOCK_GROUPS + g]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < R * BLOCK_GROUPS; i++) store(tile + i * LANES, sums[i]);
}

// The cases above BLOCK_ROWS are never reached; they are there because a preprocessor cannot loop.
#define CAP(n) ((n) <= BLOCK_ROWS ? (n) : 1)
INLINE void blockInt8(const Int8Block *block, size_t width, size_t rows, const int isGELU) {
  switch (rows) {
    case 1: coreInt8(block, width, CAP(1), isGELU); break;
    case 2: coreInt8(block, width, CAP(2), isGELU); break;
    case 3: coreInt8(block, width, CAP(3), isGELU); break;
    case 4: coreInt8(block, width, CAP(4), isGELU); break;
    case 5: coreInt8(block, width, CAP(5), isGELU); break;
    case 6: coreInt8(block, width, CAP(6), isGELU); break;
    case 7: coreInt8(block, width, CAP(7), isGELU); break;
    case 8: coreInt8(block, width, CAP(8), isGELU); break;
    case 9: coreInt8(block, width, CAP(9), isGELU); break;
    case 10: coreInt8(block, width, CAP(10), isGELU); break;
    case 11: coreInt8(block, width, CAP(11), isGELU); break;
    case 12: coreInt8(block, width, CAP(12), isGELU); break;
    case 13: coreInt8(block, width, CAP(13), isGELU); break;
    default: coreInt8(block, width, CAP(14), isGELU); break;
  }
}

INLINE void blockHalf(const float *a, const uint16_t *panel, size_t width, size_t rows, float *tile) {
  switch (rows) {
    case 1: coreHalf(a, panel, width, CAP(1), tile); break;
    case 2: coreHalf(a, panel, width, CAP(2), tile); break;
    case 3: coreHalf(a, panel, width, CAP(3), tile); break;
    case 4: coreHalf(a, panel, width, CAP(4), tile); break;
    case 5: coreHalf(a, panel, width, CAP(5), tile); break;
    case 6: coreHalf(a, panel, width, CAP(6), tile); break;
    case 7: coreHalf(a, panel, width, CAP(7), tile); break;
    case 8: coreHalf(a, panel, width, CAP(8), tile); break;
    case 9: coreHalf(a, panel, width, CAP(9), tile); break;
    case 10: coreHalf(a, panel, width, CAP(10), tile); break;
    case 11: coreHalf(a, panel, width, CAP(11), tile); break;
    case 12: coreHalf(a, panel, width, CAP(12), tile); break;
    case 13: coreHalf(a, panel, width, CAP(13), tile); break;
    default: coreHalf(a, panel, width, CAP(14), tile); break;
  }
}

/// Rows of the next block when `left` remain: blocks as equal as possible, since a small last one wastes the machine.
INLINE size_t nextBlock(size_t left) {
  size_t blocks = (left + BLOCK_ROWS - 1) / BLOCK_ROWS;
  return (left + blocks - 1) / blocks;
}

INLINE float *outputAt(CKernels_Output out, size_t row, size_t column) {
  return out.values + row * out.rowStride + column / PANEL * out.panelStride + column % PANEL;
}

INLINE void productInt8(CKernels_Int8Rows in, CKernels_Int8Matrix m, size_t width, size_t rows, const int isGELU,
                        CKernels_Output out) {
  for (size_t n = 0; n < m.height; n += LANES * BLOCK_GROUPS) {
    Int8Block block = {.panel = m.values + n / PANEL * PANEL * width + n % PANEL * 4,
                       .columnSums = m.sums + n,
                       .columnScales = m.scales + n,
                       .bias = m.bias + n,
                       .rowStride = out.rowStride};
    for (size_t start = 0, count; start < rows; start += count) {
      count = nextBlock(rows - start);
      block.rows = in.values + start * width;
      block.zeros = in.zeros + start;
      block.rowScales = in.scales + start;
      block.out = outputAt(out, start, n);
      blockInt8(&block, width, count, isGELU);
    }
  }
}

static void multiplyInt8(CKernels_Int8Rows in, CKernels_Int8Matrix matrix, size_t rows,
                         CKernels_Activation activation, CKernels_Output out) {
  const int isGELU = activation == CKernels_gelu;
  if (matrix.width == 384 && isGELU) return productInt8(in, matrix, 384, rows, 1, out);
  if (matrix.width == 384) return productInt8(in, matrix, 384, rows, 0, out);
  if (matrix.width == 1536 && !isGELU) return productInt8(in, matrix, 1536, rows, 0, out);
  productInt8(in, matrix, matrix.width, rows, isGELU, out);
}

INLINE void productHalf(const float *in, CKernels_HalfMatrix m, size_t width, size_t rows,
                        CKernels_Activation activation, CKernels_Output out) {
  float tile[TILE_FLOATS] __attribute__((aligned(64)));
  for (size_t n = 0; n < m.height; n += LANES * BLOCK_GROUPS) {
    const uint16_t *panel = m.values + n / PANEL * PANEL * width + n % PANEL;
    for (size_t start = 0, block; start < rows; start += block) {
      block = nextBlock(rows - start);
      blockHalf(in + start * width, panel, width, block, tile);
      for (int g = 0; g < BLOCK_GROUPS; g++) {
        size_t column = n + (size_t)g * LANES;
        Floats bias = load(m.bias + column);
        for (size_t r = 0; r < block; r++) {
          Floats x = load(tile + (r * BLOCK_GROUPS + (size_t)g) * LANES) + bias;
          store(outputAt(out, start + r, column), activation == CKernels_gelu ? gelu(x) : x);
        }
      }
    }
  }
}

static void multiplyHalf(const float *in, CKernels_HalfMatrix matrix, size_t rows, CKernels_Activation activation,
                         CKernels_Output out) {
  switch (matrix.width) {
    case 384: return productHalf(in, matrix, 384, rows, activation, out);
    case 1536: return productHalf(in, matrix, 1536, rows, activation, out);
    default: return productHalf(in, matrix, matrix.width, rows, activation, out);
  }
}

// ---- Attention

/// Scores of ATTENTION_ROWS queries against `groups` lane groups of keys.
INLINE void score(const float *const *queries, const float *keys, size_t padded, const int groups, float *scores) {
  Floats sums[ATTENTION_ROWS * ATTENTION_GROUPS];
#pragma clang loop unroll(full)
  for (int i = 0; i < ATTENTION_ROWS * groups; i++) sums[i] = all(0);
  for (size_t d = 0; d < HEAD; d++) {
    Floats key[ATTENTION_GROUPS];
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) key[g] = load(keys + d * padded + g * LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < ATTENTION_ROWS; r++) {
#pragma clang loop unroll(full)
      for (int g = 0; g < groups; g++) {
        sums[r * groups + g] = MULTIPLY_ADD(all(queries[r][d]), key[g], sums[r * groups + g]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < ATTENTION_ROWS; r++) {
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) store(scores + (size_t)r * padded + g * LANES, sums[r * groups + g]);
  }
}

/// Turns a row of scores into weights. Returns what to divide by, inverted.
INLINE float softmax(float *row, size_t rows, size_t padded) {
  // What fills up the last lane group is masked in registers: writing it would stall the wide load that follows.
  const size_t last = padded - LANES;
  const Ints inside = lanes() < (int32_t)(rows - last);
  Floats most = all(-1e30f);
  for (size_t j = 0; j < last; j += LANES) most = larger(most, load(row + j));
  most = larger(most, (Floats)(((Ints)load(row + last) & inside) | ((Ints)all(-1e30f) & ~inside)));
  const Floats scale = all(0.17677669529663687f), top = all(largestOf(most));  // 1 / sqrt 32
  Floats sum = all(0);
  for (size_t j = 0; j < last; j += LANES) {
    Floats weight = exponential((load(row + j) - top) * scale);
    store(row + j, weight);
    sum += weight;
  }
  Floats weight = (Floats)((Ints)exponential(smaller(load(row + last) - top, all(0)) * scale) & inside);
  store(row + last, weight);
  return 1.0f / sumOf(sum + weight);
}

/// Scores, softmax and the weighted sum of the values, for ATTENTION_ROWS queries of one head. The last queries of a
/// text are filled up with copies of the last one, whose results are dropped.
INLINE void attendRows(const float *queries, const float *keys, const float *values, size_t rows, size_t first,
                       float *scores, size_t outStride, float *out) {
  const size_t padded = (rows + LANES - 1) / LANES * LANES;
  const float *query[ATTENTION_ROWS];
  const size_t live = rows - first < ATTENTION_ROWS ? rows - first : ATTENTION_ROWS;
  for (size_t r = 0; r < ATTENTION_ROWS; r++) query[r] = queries + (r < live ? first + r : rows - 1) * HEAD;
  size_t j = 0;
  for (; j + ATTENTION_GROUPS * LANES <= padded; j += ATTENTION_GROUPS * LANES) {
    score(query, keys + j, padded, ATTENTION_GROUPS, scores + j);
  }
  for (; j < padded; j += LANES) score(query, keys + j, padded, 1, scores + j);
  float inverses[ATTENTION_ROWS] = {0};
  for (size_t r = 0; r < live; r++) inverses[r] = softmax(scores + r * padded, rows, padded);
  Floats low[ATTENTION_ROWS], high[ATTENTION_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < ATTENTION_ROWS; r++) low[r] = high[r] = all(0);
  for (size_t i = 0; i < rows; i++) {
    Floats a = load(values + i * HEAD), b = load(values + i * HEAD + LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < ATTENTION_ROWS; r++) {
      Floats weight = all(scores[(size_t)r * padded + i]);
      low[r] = MULTIPLY_ADD(weight, a, low[r]);
      high[r] = MULTIPLY_ADD(weight, b, high[r]);
    }
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < ATTENTION_ROWS; r++) {
    if (r < live) {
      store(out + (first + r) * outStride, low[r] * all(inverses[r]));
      store(out + (first + r) * outStride + LANES, high[r] * all(inverses[r]));
    }
  }
}

// The same on integers, for the 8-bit mode: queries and keys of 13 bits and a sign, values of 11, weights of 12. As many as
// 256 products of these fit 32 bits, and what is rounded away is less than what 8 bits have lost before.
#define KEY_TOP 8191
#define VALUE_TOP 2047
#define WEIGHT_TOP 4095

typedef int16_t Shorts __attribute__((vector_size(32)));
typedef int16_t ShortsInMemory __attribute__((vector_size(32), aligned(2), may_alias));
typedef uint32_t WordsInMemory __attribute__((vector_size(64), aligned(4), may_alias));

INLINE Ints loadWords(const int32_t *at) { return *(const IntsInMemory *)at; }
INLINE void storeWords(int32_t *at, Ints value) { *(IntsInMemory *)at = value; }
INLINE Ints largerInts(Ints a, Ints b) {
  Ints mask = a > b;
  return (a & mask) | (b & ~mask);
}
INLINE int32_t largestOfInts(Ints v) {
#pragma clang loop unroll(full)
  for (int distance = 8; distance > 0; distance /= 2) v = largerInts(v, (Ints)swapped((Floats)v, distance));
  return v[0];
}
INLINE int32_t sumOfInts(Ints v) {
#pragma clang loop unroll(full)
  for (int distance = 8; distance > 0; distance /= 2) v += (Ints)swapped((Floats)v, distance);
  return v[0];
}

/// The largest magnitude in a run of floats.
INLINE float reach(const float *in, size_t count) {
  Floats most[4] = {};
  size_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES) {
#pragma clang loop unroll(full)
    for (size_t c = 0; c < 4; c++) {
      most[c] = larger(most[c], (Floats)((Ints)load(in + i + c * LANES) & 0x7fffffff));
    }
  }
  for (; i < count; i += LANES) most[0] = larger(most[0], (Floats)((Ints)load(in + i) & 0x7fffffff));
  return largestOf(larger(larger(most[0], most[1]), larger(most[2], most[3])));
}

/// Floats times a factor, rounded: the integers are in the low halves of the lanes.
INLINE Ints rounded(Floats x, Floats factor) { return (Ints)MULTIPLY_ADD(x, factor, all(ROUNDING)); }

/// The 32 numbers of one row as 16 lanes of two.
INLINE Ints pairs(const float *row, Floats factor) {
  Shorts low = __builtin_convertvector(rounded(load(row), factor), Shorts);
  Shorts high = __builtin_convertvector(rounded(load(row + LANES), factor), Shorts);
  return (Ints)__builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
                                       19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
}

INLINE void scorePairs(const int32_t *const *queries, const int32_t *keys, size_t padded, const int groups,
                       int32_t *scores) {
  Ints sums[ATTENTION_ROWS * ATTENTION_GROUPS];
#pragma clang loop unroll(full)
  for (int i = 0; i < ATTENTION_ROWS * groups; i++) sums[i] = allInts(0);
  for (size_t d = 0; d < HEAD / 2; d++) {
    Ints key[ATTENTION_GROUPS];
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) key[g] = loadWords(keys + d * padded + g * LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < ATTENTION_ROWS; r++) {
#pragma clang loop unroll(full)
      for (int g = 0; g < groups; g++) sums[r * groups + g] = DOT_PAIRS(sums[r * groups + g], queries[r][d], key[g]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < ATTENTION_ROWS; r++) {
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) storeWords(scores + (size_t)r * padded + g * LANES, sums[r * groups + g]);
  }
}

/// Scores as weights of 12 bits: the integers are in the low halves of the lanes.
INLINE Ints weigh(Ints scores, Floats factor, Floats shift) {
  Floats x = MULTIPLY_ADD(__builtin_convertvector(scores, Floats), factor, shift);
  return (Ints)(powerOfTwoNearly(x, WEIGHT_TOP) + all(ROUNDING));
}

/// Turns a row of scores into weights of 12 bits. Returns their sum.
INLINE int32_t softmaxPairs(const int32_t *row, size_t rows, size_t padded, float scale, int16_t *weights) {
  const size_t last = padded - LANES;
  const Ints inside = lanes() < (int32_t)(rows - last), least = allInts(-0x7fffffff);
  Ints most = least;
  for (size_t j = 0; j < last; j += LANES) most = largerInts(most, loadWords(row + j));
  most = largerInts(most, (loadWords(row + last) & inside) | (least & ~inside));
  // Scores reach 2^31, and their differences beyond: as floats they may.
  const Floats factor = all(scale), shift = all(-(float)largestOfInts(most) * scale);
  Ints sum = allInts(0);
  for (size_t j = 0; j < last; j += LANES) {
    Ints weight = weigh(loadWords(row + j), factor, shift);
    sum += weight;
    *(ShortsInMemory *)(weights + j) = __builtin_convertvector(weight, Shorts);
  }
  Ints weight = weigh(loadWords(row + last), factor, shift) & inside;
  *(ShortsInMemory *)(weights + last) = __builtin_convertvector(weight, Shorts);
  // What rounding left in the upper bits is taken out of the sum at once: it was added once for each of these.
  return (int32_t)((uint32_t)sumOfInts(sum + weight) - (uint32_t)rows * (uint32_t)ROUNDING_BITS);
}

INLINE void attendRowsPairs(const int32_t *queries, const int32_t *keys, const int32_t *values, size_t rows,
                            size_t first, float scoreScale, float valueScale, int32_t *scores, int16_t *weights,
                            size_t outStride, float *out) {
  const size_t padded = (rows + LANES - 1) / LANES * LANES;
  const int32_t *query[ATTENTION_ROWS];
  const size_t live = rows - first < ATTENTION_ROWS ? rows - first : ATTENTION_ROWS;
  for (size_t r = 0; r < ATTENTION_ROWS; r++) query[r] = queries + (r < live ? first + r : rows - 1) * (HEAD / 2);
  size_t j = 0;
  for (; j + ATTENTION_GROUPS * LANES <= padded; j += ATTENTION_GROUPS * LANES) {
    scorePairs(query, keys + j, padded, ATTENTION_GROUPS, scores + j);
  }
  for (; j < padded; j += LANES) scorePairs(query, keys + j, padded, 1, scores + j);
  int32_t sums[ATTENTION_ROWS];
  for (size_t r = 0; r < ATTENTION_ROWS; r++) {
    sums[r] = r < live ? softmaxPairs(scores + r * padded, rows, padded, scoreScale, weights + r * padded) : 1;
  }
  Ints low[ATTENTION_ROWS], high[ATTENTION_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < ATTENTION_ROWS; r++) low[r] = high[r] = allInts(0);
  for (size_t i = 0; i < rows; i += 2) {
    Ints a = loadWords(values + i * (HEAD / 2)), b = loadWords(values + i * (HEAD / 2) + LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < ATTENTION_ROWS; r++) {
      int32_t pair;
      __builtin_memcpy(&pair, weights + (size_t)r * padded + i, 4);
      low[r] = DOT_PAIRS(low[r], pair, a);
      high[r] = DOT_PAIRS(high[r], pair, b);
    }
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < ATTENTION_ROWS; r++) {
    if (r < live) {
      Floats scale = all(valueScale / (float)sums[r]);
      store(out + (first + r) * outStride, __builtin_convertvector(low[r], Floats) * scale);
      store(out + (first + r) * outStride + LANES, __builtin_convertvector(high[r], Floats) * scale);
    }
  }
}

static void attendInt16(const float *in, size_t panelStride, size_t rows, size_t heads, float *scratch, float *out) {
  const size_t padded = (rows + LANES - 1) / LANES * LANES;
  int32_t *keys = (int32_t *)scratch, *queries = keys + HEAD / 2 * padded, *values = queries + HEAD / 2 * padded;
  int32_t *scores = values + HEAD / 2 * padded;
  int16_t *weights = (int16_t *)(scores + ATTENTION_ROWS * padded);
  for (size_t r = 0; r < ATTENTION_ROWS * padded; r += LANES) *(ShortsInMemory *)(weights + r) = (Shorts){};
  for (size_t head = 0; head < heads; head++) {
    const float *q = in + head * panelStride, *k = in + (heads + head) * panelStride;
    const float *v = in + (2 * heads + head) * panelStride;
    const float queryReach = reach(q, rows * HEAD), keyReach = reach(k, rows * HEAD), valueReach = reach(v, rows * HEAD);
    const Floats queryFactor = all(queryReach > 0 ? KEY_TOP / queryReach : 0);
    const Floats keyFactor = all(keyReach > 0 ? KEY_TOP / keyReach : 0);
    const Floats valueFactor = all(valueReach > 0 ? VALUE_TOP / valueReach : 0);
    for (size_t i = 0; i < rows; i++) storeWords(queries + i * (HEAD / 2), pairs(q + i * HEAD, queryFactor));
    for (size_t j = 0; j < padded; j += LANES) {
      Floats square[LANES];
#pragma clang loop unroll(full)
      for (size_t i = 0; i < LANES; i++) square[i] = j + i < rows ? (Floats)pairs(k + (j + i) * HEAD, keyFactor) : all(0);
      transpose(square);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < LANES; i++) store((float *)keys + i * padded + j, square[i]);
    }
    for (size_t i = 0; i < rows; i += 2) {
#pragma clang loop unroll(full)
      for (size_t g = 0; g < HEAD; g += LANES) {
        Ints a = rounded(load(v + i * HEAD + g), valueFactor) & 0xffff;
        Ints b = i + 1 < rows ? rounded(load(v + (i + 1) * HEAD + g), valueFactor) << 16 : allInts(0);
        storeWords(values + i * (HEAD / 2) + g, a | b);
      }
    }
    // 1 / sqrt 32, and the logarithm of e to the base 2: the weights are powers of two.
    const float scoreScale = queryReach * keyReach / ((float)KEY_TOP * KEY_TOP) * (0.17677669529663687f * 1.44269504088896341f);
    for (size_t first = 0; first < rows; first += ATTENTION_ROWS) {
      attendRowsPairs(queries, keys, values, rows, first, scoreScale, valueReach / VALUE_TOP, scores, weights,
                      heads * HEAD, out + head * HEAD);
    }
  }
}

/// Writes the keys of one head column by column, filled up with zeros.
INLINE void transposeKeys(const float *in, size_t rows, size_t padded, float *keys) {
  for (size_t j = 0; j < padded; j += LANES) {
    for (size_t d = 0; d < HEAD; d += LANES) {
      Floats square[LANES];
#pragma clang loop unroll(full)
      for (size_t i = 0; i < LANES; i++) square[i] = j + i < rows ? load(in + (j + i) * HEAD + d) : all(0);
      transpose(square);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < LANES; i++) store(keys + (d + i) * padded + j, square[i]);
    }
  }
}

static void attend(const float *in, size_t panelStride, size_t rows, size_t heads, float *scratch, float *out) {
  const size_t padded = (rows + LANES - 1) / LANES * LANES;
  float *keys = scratch, *scores = scratch + HEAD * padded;
  for (size_t head = 0; head < heads; head++) {
    const float *queries = in + head * panelStride, *values = in + (2 * heads + head) * panelStride;
    transposeKeys(in + (heads + head) * panelStride, rows, padded, keys);
    for (size_t first = 0; first < rows; first += ATTENTION_ROWS) {
      attendRows(queries, keys, values, rows, first, scores, heads * HEAD, out + head * HEAD);
    }
  }
}

const CKernels_Encoder VARIANT = {gather,       addNorm,      quantise, multiplyInt8,
                                  multiplyHalf, attend,       attendInt16, pool,     accumulate};
