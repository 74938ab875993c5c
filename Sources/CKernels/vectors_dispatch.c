#include "vectors_variant.h"

const CKernels_Vectors *CKernels_vectors(CKernels_VectorSet set) {
  switch (set) {
    case CKernels_vectorsPortable: return &CKernels_vectorsPortableTable;
#if defined(__aarch64__)
    case CKernels_vectorsNEON: return &CKernels_vectorsNEONTable;
#elif defined(__x86_64__)
    // The check covers the operating system too: without its support for wide registers both answers are no.
    case CKernels_vectorsAVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &CKernels_vectorsAVX2Table : NULL;
    case CKernels_vectorsAVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                     __builtin_cpu_supports("avx512vnni")
                 ? &CKernels_vectorsAVX512Table
                 : NULL;
#endif
    default: return NULL;
  }
}

CKernels_VectorSet CKernels_bestVectorSet(void) {
  for (int set = CKernels_vectorsAVX512; set > CKernels_vectorsPortable; set--) {
    if (CKernels_vectors((CKernels_VectorSet)set)) return (CKernels_VectorSet)set;
  }
  return CKernels_vectorsPortable;
}
