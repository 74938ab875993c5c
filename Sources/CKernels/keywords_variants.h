// The tables that the files keywords_*.c make, and keywords_dispatch.c hands out.
#pragma once

#include "include/keywords.h"

extern const CKernels_Keywords CKernels_keywords_portable;
#if defined(__x86_64__)
extern const CKernels_Keywords CKernels_keywords_avx2;
extern const CKernels_Keywords CKernels_keywords_avx512;
#elif defined(__aarch64__)
extern const CKernels_Keywords CKernels_keywords_neon;
#endif
