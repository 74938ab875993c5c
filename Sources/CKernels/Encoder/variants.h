// The tables that the variants define and encoder.c chooses from.
#pragma once

#include "CKernels_encoder.h"

extern const CKernels_Encoder CKernels_encoderPortable;
#if defined(__x86_64__)
extern const CKernels_Encoder CKernels_encoderAVX2, CKernels_encoderAVXVNNI, CKernels_encoderAVX512VNNI;
#elif defined(__aarch64__)
extern const CKernels_Encoder CKernels_encoderNEON, CKernels_encoderNEONDot;
#endif
