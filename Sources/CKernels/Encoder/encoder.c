#include "variants.h"

// Room for the keys, queries and values of one head, and for the scores and weights of up to eight queries, all padded to
// whole lane groups. (`attend` needs less: keys as floats, and scores.)
size_t CKernels_attentionScratch(size_t rows) { return (rows + 15) / 16 * 16 * (3 * 16 + 8 + 4); }

const CKernels_Encoder *CKernels_encoder(CKernels_Instructions set) {
  if (!CKernels_supports(set)) return NULL;
  switch (set) {
    case CKernels_portable: return &CKernels_encoderPortable;
#if defined(__x86_64__)
    case CKernels_avx2: return &CKernels_encoderAVX2;
    case CKernels_avxVNNI: return &CKernels_encoderAVXVNNI;
    case CKernels_avx512VNNI: return &CKernels_encoderAVX512VNNI;
#elif defined(__aarch64__)
    case CKernels_neon: return &CKernels_encoderNEON;
    case CKernels_neonDot: return &CKernels_encoderNEONDot;
#endif
    default: return NULL;
  }
}
