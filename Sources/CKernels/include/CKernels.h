// Arithmetic that Swift cannot express well: kernels written once and compiled for several instruction sets,
// of which the processor's best is chosen when the program runs. No kernel allocates, locks, or keeps state.
#pragma once

#include "CKernels_cpu.h"
#include "CKernels_encoder.h"
#include "keywords.h"
#include "vectors.h"
#include "CKernels_sha256.h"
