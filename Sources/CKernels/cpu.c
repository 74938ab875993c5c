#include "CKernels_cpu.h"

#include <stddef.h>

#if defined(__x86_64__)
#include <cpuid.h>

// Read from the processor itself: `__builtin_cpu_supports` needs a run-time library that knows each feature's name,
// and the one of the oldest supported system does not know AVX-VNNI.
typedef struct Features {
  bool avx2, avxVNNI, avx512VNNI;
} Features;

static bool has(unsigned word, int bit) { return (word >> bit & 1) != 0; }

static Features detect(void) {
  Features found = {0};
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return found;
  bool fma = has(c, 12), osxsave = has(c, 27), avx = has(c, 28), f16c = has(c, 29);
  if (!osxsave || !avx) return found;
  // The system must save the wide registers on a context switch, or they cannot be used whatever the processor says.
  unsigned low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  bool savesYMM = (low & 0x6) == 0x6, savesZMM = (low & 0xe6) == 0xe6;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return found;
  unsigned subleaves = a;
  found.avx2 = savesYMM && fma && f16c && has(b, 5);
  bool avx512 = has(b, 16) && has(b, 17) && has(b, 30) && has(b, 31);
  found.avx512VNNI = savesZMM && found.avx2 && avx512 && has(c, 11);
  if (subleaves >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d)) found.avxVNNI = found.avx2 && has(a, 4);
  return found;
}
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

static bool hasDotProduct(void) { return (getauxval(AT_HWCAP) >> 20 & 1) != 0; }  // HWCAP_ASIMDDP
#endif

bool CKernels_supports(CKernels_Instructions set) {
#if defined(__x86_64__)
  switch (set) {
    case CKernels_portable: return true;
    case CKernels_avx2: return detect().avx2;
    case CKernels_avxVNNI: return detect().avxVNNI;
    case CKernels_avx512VNNI: return detect().avx512VNNI;
    default: return false;
  }
#elif defined(__aarch64__)
  switch (set) {
    case CKernels_portable:
    case CKernels_neon: return true;
#if defined(__linux__)
    case CKernels_neonDot: return hasDotProduct();
#elif defined(__APPLE__)
    case CKernels_neonDot: return true;
#endif
    default: return false;
  }
#else
  return set == CKernels_portable;
#endif
}

CKernels_Instructions CKernels_best(void) {
  for (int set = CKernels_avx512VNNI; set > CKernels_portable; set--) {
    if (CKernels_supports((CKernels_Instructions)set)) return (CKernels_Instructions)set;
  }
  return CKernels_portable;
}

const char *CKernels_name(CKernels_Instructions set) {
  switch (set) {
    case CKernels_portable: return "portable";
    case CKernels_neon: return "NEON";
    case CKernels_neonDot: return "NEON dot product";
    case CKernels_avx2: return "AVX2";
    case CKernels_avxVNNI: return "AVX-VNNI";
    case CKernels_avx512VNNI: return "AVX-512 VNNI";
  }
  return "unknown";
}
