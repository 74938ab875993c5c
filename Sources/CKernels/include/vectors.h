// Kernels of the vector index: codes of one bit a dimension, rows of one byte a dimension, and exact floats.
//
// What a caller may rely on:
// - Every variant gives the same codes, the same integer sums and the same candidates, bit for bit. Only the sum of
//   floats (`dot`) may differ in its last bits from one instruction set to another; on one it is always the same.
// - No kernel allocates, locks or keeps state. Buffers need no alignment.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The instruction sets that the kernels are written for, slowest first.
typedef enum __attribute__((enum_extensibility(closed))) CKernels_VectorSet : int32_t {
  CKernels_vectorsPortable = 0,
  CKernels_vectorsNEON = 1,
  CKernels_vectorsAVX2 = 2,
  CKernels_vectorsAVX512 = 3,  ///< With VNNI, the 8-bit dot product.
} CKernels_VectorSet;

/// Vectors are coded in blocks of this many, so that one shuffle looks up sixteen of them.
#define CKernels_vectorsInBlock 32

/// The nearest found so far. A key holds the score in its upper half, made to sort as an integer, and the complement
/// of the place in its lower half: the greatest key is the best score, and among equals the first place.
typedef struct CKernels_Candidates {
  uint64_t *keys;
  size_t count;
  size_t room;      ///< At least `CKernels_vectorsInBlock`.
  float threshold;  ///< Only what scores above it is kept.
} CKernels_Candidates;

/// A run of codes. A block holds 16 bytes for each group of four dimensions; byte j of a group has the four sign bits
/// of the block's vector j in its low half, and those of vector 16 + j in its high half.
typedef struct CKernels_Codes {
  const uint8_t *blocks;
  const float *factors;     ///< One a vector: what its code's sum is multiplied by.
  const uint32_t *excluded;  ///< One word a block, bit j for vector j; or null when every vector is wanted.
  size_t count;             ///< In blocks.
  uint32_t first;           ///< The place of the first vector.
} CKernels_Codes;

/// A query against codes: for each group the sixteen sums its four signs can make, in 8 bits.
typedef struct CKernels_CodeQuery {
  const uint8_t *sums;  ///< `16 * groups`. The largest of each group, added up, stay below 65,536.
  size_t groups;        ///< A multiple of 4.
  float slope, offset;  ///< A score is (slope * sum + offset) * factor.
} CKernels_CodeQuery;

/// A run of rows: one byte a dimension, each stored with 128 added.
typedef struct CKernels_Rows {
  const uint8_t *bytes;
  const float *scales;      ///< One a row.
  const uint32_t *excluded;  ///< As in `CKernels_Codes`.
  size_t count;             ///< In rows.
  size_t width;             ///< Bytes of a row, a multiple of 64.
  uint32_t first;           ///< The place of the first row.
} CKernels_Rows;

/// A query against rows.
typedef struct CKernels_RowQuery {
  const int8_t *bytes;  ///< As wide as a row; zero where the row is only padding.
  int32_t correction;   ///< 128 times the sum of `bytes`.
  float scale;
} CKernels_RowQuery;

/// The kernels compiled for one instruction set.
typedef struct CKernels_Vectors {
  /// Adds what scores above the threshold, and returns the number of blocks read: all of them, or fewer when the room
  /// for candidates could not hold another whole block.
  size_t (*scanCodes)(const CKernels_Codes *codes, const CKernels_CodeQuery *query, CKernels_Candidates *found);

  /// The same for rows: returns the rows read, a multiple of 32 unless it is all of them.
  size_t (*scanRows)(const CKernels_Rows *rows, const CKernels_RowQuery *query, CKernels_Candidates *found);

  /// sums[i] = the dot product, in integers, of the query and the row that starts at `rows[i]`. Rows may lie anywhere.
  void (*sumRows)(const uint8_t *const *rows, size_t count, size_t width, const CKernels_RowQuery *query, int32_t *sums);

  /// The dot product of two vectors of floats; `count` is a multiple of 4.
  float (*dot)(const float *left, const float *right, size_t count);
} CKernels_Vectors;

/// The kernels for `set`, or null when this processor does not run them.
const CKernels_Vectors *CKernels_vectors(CKernels_VectorSet set);

/// The fastest set that this processor runs.
CKernels_VectorSet CKernels_bestVectorSet(void);

/// Makes one row: out[i] = round(in[i] / scale) + 128, and 128 from `dimension` to `width`. Returns the scale.
float CKernels_quantiseRow(const float *in, size_t dimension, size_t width, uint8_t *out);

/// Makes one code: for each group of four dimensions a byte with the signs of `in - mean` in its low half, zero from
/// `dimension / 4` to `groups`. `mean` may be null. Returns the factor, |y|² / |y|₁ of y = in - mean.
float CKernels_signs(const float *in, const float *mean, size_t dimension, size_t groups, uint8_t *out);

/// Lays `count` codes of `CKernels_signs` (at most 32; the rest count as zero) out as one block of `16 * groups` bytes.
void CKernels_packBlock(const uint8_t *signs, size_t count, size_t groups, uint8_t *block);

/// Takes the code of vector `index` out of a block again.
void CKernels_unpackCode(const uint8_t *block, size_t index, size_t groups, uint8_t *signs);

/// Prepares `query` for codes: writes the 16 sums of each group, and sets slope and offset.
void CKernels_codeQuery(const float *query, size_t dimension, size_t groups, uint8_t *sums, CKernels_CodeQuery *out);

/// The key of a score and a place.
uint64_t CKernels_candidateKey(float score, uint32_t place);

/// The score in a key.
float CKernels_candidateScore(uint64_t key);

/// Moves the `wanted` greatest keys to the front, in no order. Keys are distinct.
void CKernels_selectGreatest(uint64_t *keys, size_t count, size_t wanted);

/// Asks for memory that will be read soon and that the processor cannot foresee.
void CKernels_prefetch(const void *bytes, size_t count);

/// XXH64, for the checksums of snapshots.
uint64_t CKernels_xxh64(const void *bytes, size_t count, uint64_t seed);

/// A hash table from 16-byte ids to slots, written by one thread at a time and read by any number meanwhile.
///
/// It holds slots only and compares ids where they lie, so `ids` must reach to the greatest slot entered. Entries are
/// never taken out: what a slot means now (dead or alive, visible or not yet) is the reader's to know, so one id may have
/// several slots here.
typedef struct CKernels_IDTable {
  uint32_t *slots;   ///< A slot plus one, or zero where nothing is entered.
  size_t capacity;   ///< More than are ever entered.
} CKernels_IDTable;

/// Enters `slot` under the id. A concurrent reader sees it entirely or not at all.
void CKernels_enterID(CKernels_IDTable table, uint64_t high, uint64_t low, uint32_t slot);

/// Starts a search for an id: where its first slot would be.
size_t CKernels_firstIDPosition(CKernels_IDTable table, uint64_t high, uint64_t low);

/// The next slot below `limit` that is entered under the id from `*position` on, or -1 when there are no more; moves
/// `*position` behind it. `ids` are pairs of words (high, low).
int64_t CKernels_nextSlot(CKernels_IDTable table, const uint64_t *ids, uint32_t limit, uint64_t high, uint64_t low,
                          size_t *position);
