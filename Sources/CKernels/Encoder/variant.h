// The encoder's kernels, written once over lane groups and compiled by each variant for its instruction set.
//
// A variant defines, before it includes this file:
//   VARIANT            the symbol of its table
//   MULTIPLY_ADD       a * b + c over lane groups
//   widenHalves        sixteen halves in memory to floats
//   DOT                acc[n] += sum over j < 4 of a[j] * w[n][j] for sixteen outputs n
//   BLOCK_ROWS         rows whose accumulators stay in registers, beside
//   BLOCK_GROUPS       lane groups of outputs (1 or 2)
//   ATTENTION_ROWS     queries that attention takes together

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
    Floats least = all(0), most = all(0);
    for (size_t k = 0; k < width; k += LANES) {
      Floats x = load(row + k);
      if (factors) x *= load(factors + k);
      least = smaller(least, x);
      most = larger(most, x);
    }
    float low = smallestOf(least), range = largestOf(most) - low;
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

INLINE void coreInt8(const uint8_t *a, const int8_t *panel, size_t width, const int R, float *tile) {
  Ints sums[14 * BLOCK_GROUPS];
#pragma clang loop unroll(full)
  for (int i = 0; i < R * BLOCK_GROUPS; i++) sums[i] = allInts(0);
  for (size_t k = 0; k < width; k += 4) {
    Ints w[BLOCK_GROUPS];
#pragma clang loop unroll(full)
    for (int g = 0; g < BLOCK_GROUPS; g++) w[g] = loadInts(panel + k * PANEL + g * 64);
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
  for (int i = 0; i < R * BLOCK_GROUPS; i++) store(tile + i * LANES, (Floats)sums[i]);
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
#define BLOCKS(name, core, Row, Weight)                                                                        \
  INLINE void name(const Row *a, const Weight *panel, size_t width, size_t rows, float *tile) {                \
    switch (rows) {                                                                                            \
      case 1: core(a, panel, width, CAP(1), tile); break;                                                      \
      case 2: core(a, panel, width, CAP(2), tile); break;                                                      \
      case 3: core(a, panel, width, CAP(3), tile); break;                                                      \
      case 4: core(a, panel, width, CAP(4), tile); break;                                                      \
      case 5: core(a, panel, width, CAP(5), tile); break;                                                      \
      case 6: core(a, panel, width, CAP(6), tile); break;                                                      \
      case 7: core(a, panel, width, CAP(7), tile); break;                                                      \
      case 8: core(a, panel, width, CAP(8), tile); break;                                                      \
      case 9: core(a, panel, width, CAP(9), tile); break;                                                      \
      case 10: core(a, panel, width, CAP(10), tile); break;                                                    \
      case 11: core(a, panel, width, CAP(11), tile); break;                                                    \
      case 12: core(a, panel, width, CAP(12), tile); break;                                                    \
      case 13: core(a, panel, width, CAP(13), tile); break;                                                    \
      default: core(a, panel, width, CAP(14), tile); break;                                                    \
    }                                                                                                          \
  }
BLOCKS(blockInt8, coreInt8, uint8_t, int8_t)
BLOCKS(blockHalf, coreHalf, float, uint16_t)

/// Rows of the next block when `left` remain: blocks as equal as possible, since a small last one wastes the machine.
INLINE size_t nextBlock(size_t left) {
  size_t blocks = (left + BLOCK_ROWS - 1) / BLOCK_ROWS;
  return (left + blocks - 1) / blocks;
}

INLINE void productInt8(CKernels_Int8Rows in, CKernels_Int8Matrix m, size_t width, size_t rows,
                        CKernels_Activation activation, float *out) {
  float tile[TILE_FLOATS] __attribute__((aligned(64)));
  for (size_t n = 0; n < m.height; n += LANES * BLOCK_GROUPS) {
    const int8_t *panel = m.values + n / PANEL * PANEL * width + n % PANEL * 4;
    for (size_t start = 0, block; start < rows; start += block) {
      block = nextBlock(rows - start);
      blockInt8(in.values + start * width, panel, width, block, tile);
      for (int g = 0; g < BLOCK_GROUPS; g++) {
        size_t column = n + (size_t)g * LANES;
        Ints columnSums = loadInts(m.sums + column);
        Floats scales = load(m.scales + column), bias = load(m.bias + column);
        for (size_t r = 0; r < block; r++) {
          Ints sum = (Ints)load(tile + (r * BLOCK_GROUPS + (size_t)g) * LANES);
          sum -= columnSums * allInts(in.zeros[start + r]);
          Floats x = MULTIPLY_ADD(__builtin_convertvector(sum, Floats), scales * all(in.scales[start + r]), bias);
          store(out + (start + r) * m.height + column, activation == CKernels_gelu ? gelu(x) : x);
        }
      }
    }
  }
}

static void multiplyInt8(CKernels_Int8Rows in, CKernels_Int8Matrix matrix, size_t rows,
                         CKernels_Activation activation, float *out) {
  switch (matrix.width) {
    case 384: return productInt8(in, matrix, 384, rows, activation, out);
    case 1536: return productInt8(in, matrix, 1536, rows, activation, out);
    default: return productInt8(in, matrix, matrix.width, rows, activation, out);
  }
}

INLINE void productHalf(const float *in, CKernels_HalfMatrix m, size_t width, size_t rows,
                        CKernels_Activation activation, float *out) {
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
          store(out + (start + r) * m.height + column, activation == CKernels_gelu ? gelu(x) : x);
        }
      }
    }
  }
}

static void multiplyHalf(const float *in, CKernels_HalfMatrix matrix, size_t rows, CKernels_Activation activation,
                         float *out) {
  switch (matrix.width) {
    case 384: return productHalf(in, matrix, 384, rows, activation, out);
    case 1536: return productHalf(in, matrix, 1536, rows, activation, out);
    default: return productHalf(in, matrix, matrix.width, rows, activation, out);
  }
}

// ---- Attention

/// Scores, softmax and the weighted sum of the values, for ATTENTION_ROWS queries of one head. The last queries of a
/// text are filled up with copies of the last one, which write the same result again.
INLINE void attendRows(const float *in, size_t rows, size_t stride, size_t first, size_t head, size_t heads,
                       const float *keys, float *scores, float *out) {
  const size_t padded = (rows + LANES - 1) / LANES * LANES;
  const float *query[ATTENTION_ROWS];
  for (int r = 0; r < ATTENTION_ROWS; r++) {
    size_t row = first + (size_t)r < rows ? first + (size_t)r : rows - 1;
    query[r] = in + row * stride + head * HEAD;
  }
  for (size_t j = 0; j < padded; j += LANES) {
    Floats sums[ATTENTION_ROWS];
#pragma clang loop unroll(full)
    for (int r = 0; r < ATTENTION_ROWS; r++) sums[r] = all(0);
    for (size_t d = 0; d < HEAD; d++) {
      Floats key = load(keys + d * padded + j);
#pragma clang loop unroll(full)
      for (int r = 0; r < ATTENTION_ROWS; r++) sums[r] = MULTIPLY_ADD(all(query[r][d]), key, sums[r]);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < ATTENTION_ROWS; r++) store(scores + (size_t)r * padded + j, sums[r]);
  }
  float inverses[ATTENTION_ROWS];
  for (int r = 0; r < ATTENTION_ROWS; r++) {
    float *row = scores + (size_t)r * padded;
    for (size_t j = rows; j < padded; j++) row[j] = -1e30f;
    Floats most = all(-1e30f);
    for (size_t j = 0; j < padded; j += LANES) most = larger(most, load(row + j));
    Floats scale = all(0.17677669529663687f), top = all(largestOf(most));  // 1 / sqrt 32
    Floats sum = all(0);
    for (size_t j = 0; j < padded; j += LANES) {
      Floats weight = exponential((load(row + j) - top) * scale);
      store(row + j, weight);
      sum += weight;
    }
    inverses[r] = 1.0f / sumOf(sum);
  }
  Floats low[ATTENTION_ROWS], high[ATTENTION_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < ATTENTION_ROWS; r++) low[r] = high[r] = all(0);
  const float *values = in + (2 * heads + head) * HEAD;
  for (size_t j = 0; j < rows; j++) {
    Floats a = load(values + j * stride), b = load(values + j * stride + LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < ATTENTION_ROWS; r++) {
      Floats weight = all(scores[(size_t)r * padded + j]);
      low[r] = MULTIPLY_ADD(weight, a, low[r]);
      high[r] = MULTIPLY_ADD(weight, b, high[r]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < ATTENTION_ROWS; r++) {
    size_t row = first + (size_t)r < rows ? first + (size_t)r : rows - 1;
    store(out + (row * heads + head) * HEAD, low[r] * all(inverses[r]));
    store(out + (row * heads + head) * HEAD + LANES, high[r] * all(inverses[r]));
  }
}

static void attend(const float *in, size_t rows, size_t heads, float *scratch, float *out) {
  const size_t padded = (rows + LANES - 1) / LANES * LANES, stride = 3 * heads * HEAD;
  float *keys = scratch, *scores = scratch + HEAD * padded;
  for (size_t head = 0; head < heads; head++) {
    for (size_t j = 0; j < padded; j++) {
      const float *key = in + j * stride + (heads + head) * HEAD;
      for (size_t d = 0; d < HEAD; d++) keys[d * padded + j] = j < rows ? key[d] : 0;
    }
    for (size_t first = 0; first < rows; first += ATTENTION_ROWS) {
      attendRows(in, rows, stride, first, head, heads, keys, scores, out);
    }
  }
}

const CKernels_Encoder VARIANT = {gather,       addNorm,      quantise, multiplyInt8,
                                  multiplyHalf, attend,       pool,     accumulate};
