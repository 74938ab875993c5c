// The steps of a transformer encoder (BERT's shape) over a ragged batch: the tokens of all texts lie back to back as
// rows, without padding, and only attention knows where a text begins.
//
// What a caller may rely on:
// - A row's result depends on nothing but that row (for attention: on its own text). The same text gives the same bits
//   alone or among others, and whatever the number of rows.
// - The sets with fused multiply-add (all but `portable`) give the same bits as one another.
// - Widths are multiples of 16, heights of 32. Buffers need no alignment, and must not overlap unless said so.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "CKernels_cpu.h"

/// A weight matrix of `height` outputs by `width` inputs in 8 bits, with a scale for each output.
///
/// `values` are packed `[height / 32][width / 4][32][4]`: what one step of the dot product reads lies together.
typedef struct CKernels_Int8Matrix {
  const int8_t *values;
  const float *scales;   ///< `height`: an output is its sum of products times this.
  const int32_t *sums;   ///< `height`: the sum of an output's values, to take out the rows' zero points.
  const float *bias;     ///< `height`.
  size_t width, height;
} CKernels_Int8Matrix;

/// A weight matrix in IEEE half precision, packed `[height / 32][width][32]`.
typedef struct CKernels_HalfMatrix {
  const uint16_t *values;
  const float *bias;  ///< `height`.
  size_t width, height;
} CKernels_HalfMatrix;

/// Rows quantised to 8 bits, each by its own range: x = (value - zero) * scale.
typedef struct CKernels_Int8Rows {
  uint8_t *values;  ///< `rows * width`, row after row.
  float *scales;    ///< One a row.
  int32_t *zeros;   ///< One a row.
} CKernels_Int8Rows;

/// What follows a matrix product.
typedef enum __attribute__((enum_extensibility(closed))) CKernels_Activation : int32_t {
  CKernels_linear = 0,
  CKernels_gelu = 1,  ///< x / 2 * (1 + erf(x / sqrt 2)); after a product in 8 bits to within 0.001.
} CKernels_Activation;

/// Where a product goes: output n of row i to values[i * rowStride + n / 32 * panelStride + n % 32]. With a panel stride
/// of 32 the outputs of a row lie together; with a row stride of 32 those of a panel do, which is how attention wants
/// its heads.
typedef struct CKernels_Output {
  float *values;
  size_t rowStride, panelStride;
} CKernels_Output;

/// The kernels compiled for one instruction set.
typedef struct CKernels_Encoder {
  /// out[i] = the word vector of ids[i] plus the position vector of places[i].
  void (*gather)(const uint16_t *words, const float *positions, const int32_t *ids, const int32_t *places,
                 size_t rows, size_t width, float *out);

  /// hidden[i] = layer norm of hidden[i] + added[i], with epsilon 1e-12. `added` may be null.
  void (*addNorm)(float *hidden, const float *added, const float *gamma, const float *beta, size_t rows,
                  size_t width);

  /// Quantises each row over its own range, which always includes zero. `factors`, one a column, may be null; the
  /// columns are multiplied by them first.
  void (*quantise)(const float *in, const float *factors, size_t rows, size_t width, CKernels_Int8Rows out);

  /// out[i][n] = activation(bias[n] + sum over k of in[i][k] * matrix[n][k]).
  void (*multiplyInt8)(CKernels_Int8Rows in, CKernels_Int8Matrix matrix, size_t rows, CKernels_Activation activation,
                       CKernels_Output out);

  /// The same in single precision arithmetic on weights of half precision.
  void (*multiplyHalf)(const float *in, CKernels_HalfMatrix matrix, size_t rows, CKernels_Activation activation,
                       CKernels_Output out);

  /// Scaled dot-product attention within one text of `rows` tokens. `in` holds panels of 32 floats a row, `panelStride`
  /// floats apart: the queries of all heads, their keys, their values. `out` receives heads * 32 floats a row.
  /// `scratch` has room for `CKernels_attentionScratch(rows)` floats.
  void (*attend)(const float *in, size_t panelStride, size_t rows, size_t heads, float *scratch, float *out);

  /// The same in integers of 16 bits, for the 8-bit mode: half again as fast, and exact to about three thousandths
  /// of the largest value: weights below 1 / 8190 of the largest one vanish. For at most 256 rows.
  void (*attendInt16)(const float *in, size_t panelStride, size_t rows, size_t heads, float *scratch, float *out);

  /// out = the mean of the rows, scaled to unit length.
  void (*pool)(const float *in, size_t rows, size_t width, float *out);

  /// sum += weight * the row of a table of halves. The static tier is made of it.
  void (*accumulate)(const uint16_t *row, float weight, size_t width, float *sum);
} CKernels_Encoder;

/// The floats of scratch that attention over a text of `rows` tokens needs.
size_t CKernels_attentionScratch(size_t rows);

/// The kernels for `set`, or null when this processor does not support it.
const CKernels_Encoder *CKernels_encoder(CKernels_Instructions set);
