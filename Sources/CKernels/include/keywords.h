// Adding up the postings of a keyword index, a window of documents at a time.
//
// What a caller may rely on:
// - All sums are unsigned 32-bit integers, so every instruction set gives the same bits, in whatever order terms are added.
// - A posting that lies (a place beyond the window) is masked into the window: a damaged file gives wrong sums, never a
//   write out of bounds.
// - No kernel allocates, locks, or keeps state.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Documents in a window: the sums of one fit the first-level cache.
#define CKernels_keywordWindow 4096

/// The instruction sets that the kernels are compiled for.
typedef enum __attribute__((enum_extensibility(closed))) CKernels_KeywordSet : int32_t {
  CKernels_keywordPortable = 0,  ///< What every processor of the architecture has.
  CKernels_keywordNEON = 1,      ///< arm64.
  CKernels_keywordAVX2 = 2,      ///< x86-64 with AVX2.
  CKernels_keywordAVX512 = 3,    ///< x86-64 with AVX-512 F, BW and VL.
} CKernels_KeywordSet;

/// The kernels compiled for one instruction set.
typedef struct CKernels_Keywords {
  /// sums[i] = the total over all rows of rows[r][i] * weights[r], for i < count: what was in `sums` is overwritten, and
  /// no row at all clears it. `count` is a multiple of 64 and at most a window; a weight is below 2^15.
  void (*_Nonnull addRows)(uint32_t *_Nonnull sums, const uint8_t *_Nonnull const *_Nonnull rows,
                           const uint16_t *_Nonnull weights, size_t rowCount, size_t count);

  /// Writes the places of the sums above `floor` to `places`, ascending, and returns their number; only those whose bit
  /// is set in `allowed`, if that is not null. `count` is a multiple of 64; `places` has room for one more.
  size_t (*_Nonnull collect)(const uint32_t *_Nonnull sums, size_t count, uint32_t floor,
                             const uint64_t *_Nullable allowed, uint16_t *_Nonnull places);

  /// Writes the indexes of the signatures that differ from `signature` in at most two bits to `matches`, ascending, at
  /// most `room` of them, and returns their number.
  size_t (*_Nonnull findNear)(const uint32_t *_Nonnull signatures, size_t count, uint32_t signature,
                              uint32_t *_Nonnull matches, size_t room);
} CKernels_Keywords;

/// The kernels for `set`; null when this processor, or this build, does not have it.
const CKernels_Keywords *_Nullable CKernels_keywords(CKernels_KeywordSet set);

/// The kernels for the fastest set that this processor has.
const CKernels_Keywords *_Nonnull CKernels_bestKeywords(void);

/// sums[places[i]] += impacts[i] * weight.
void CKernels_addPlaces(uint32_t *_Nonnull sums, const uint16_t *_Nonnull places, const uint8_t *_Nonnull impacts,
                        size_t count, uint32_t weight);

/// Adds the leading postings (document << 8 | impact) whose document lies in the window that begins at `start`; returns
/// how many those were. Postings ascend.
size_t CKernels_addPostings(uint32_t *_Nonnull sums, const uint32_t *_Nonnull postings, size_t count, uint32_t start,
                            uint32_t weight);

/// Keeps those of the places whose document is in a set of numbers: bit n of `words` for the number n of `numbers[place]`.
/// Returns how many are left.
size_t CKernels_keepNumbers(uint16_t *_Nonnull places, size_t count, const uint32_t *_Nonnull numbers,
                            const uint64_t *_Nonnull words, size_t wordCount);

/// How much a term says about a document, 1...255: the rounded 255 * tf / (tf + base + slope * length).
///
/// Plain single precision without fused operations, so that it is the same everywhere and for ever.
uint8_t CKernels_impact(uint32_t frequency, uint32_t length, float base, float slope);

/// Adds postings of a window (document << 8 | frequency) whose impacts are not computed yet.
void CKernels_addFrequencies(uint32_t *_Nonnull sums, const uint32_t *_Nonnull postings, size_t count,
                             const uint32_t *_Nonnull lengths, float base, float slope, uint32_t weight);

/// A checksum of 64 bits. Any single changed byte changes it.
uint64_t CKernels_checksum(const void *_Nonnull bytes, size_t count, uint64_t seed);
