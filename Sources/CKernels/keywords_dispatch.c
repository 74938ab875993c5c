#include "keywords.h"

#include "keywords_variants.h"

const CKernels_Keywords *CKernels_keywords(CKernels_KeywordSet set) {
  switch (set) {
    case CKernels_keywordPortable: return &CKernels_keywords_portable;
#if defined(__x86_64__)
    case CKernels_keywordAVX2: return __builtin_cpu_supports("avx2") ? &CKernels_keywords_avx2 : NULL;
    case CKernels_keywordAVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                     && __builtin_cpu_supports("avx512vl")
                 ? &CKernels_keywords_avx512
                 : NULL;
    case CKernels_keywordNEON: return NULL;
#elif defined(__aarch64__)
    case CKernels_keywordNEON: return &CKernels_keywords_neon;
    case CKernels_keywordAVX2:
    case CKernels_keywordAVX512: return NULL;
#else
    default: return NULL;
#endif
  }
  return NULL;
}

const CKernels_Keywords *CKernels_bestKeywords(void) {
  for (int32_t set = CKernels_keywordAVX512; set > CKernels_keywordPortable; set--) {
    const CKernels_Keywords *kernels = CKernels_keywords((CKernels_KeywordSet)set);
    if (kernels != NULL) return kernels;
  }
  return &CKernels_keywords_portable;
}
