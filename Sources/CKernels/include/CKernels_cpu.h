#pragma once

#include <stdbool.h>
#include <stdint.h>

/// The instruction sets that kernels are compiled for, slowest first. Every build knows them all; a build for another
/// kind of processor simply does not support them.
typedef enum __attribute__((enum_extensibility(closed))) CKernels_Instructions : int32_t {
  CKernels_portable = 0,    ///< What every processor of the architecture has.
  CKernels_neon = 1,        ///< arm64, without the dot product.
  CKernels_neonDot = 2,     ///< arm64 with the 8-bit dot product.
  CKernels_avx2 = 3,        ///< x86-64 with AVX2, FMA and F16C.
  CKernels_avxVNNI = 4,     ///< The same and the 8-bit dot product on 256 bits.
  CKernels_avx512VNNI = 5,  ///< AVX-512 (F, BW, DQ, VL) with the 8-bit dot product.
} CKernels_Instructions;

/// Whether this processor, under this operating system, runs code compiled for `set`.
bool CKernels_supports(CKernels_Instructions set);

/// The fastest of the sets that this processor supports.
CKernels_Instructions CKernels_best(void);

/// The set's name as people write it, such as "AVX-512 VNNI".
const char *CKernels_name(CKernels_Instructions set);
