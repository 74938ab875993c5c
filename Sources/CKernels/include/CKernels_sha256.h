#pragma once

#include <stddef.h>
#include <stdint.h>

/// Takes `count` blocks of 64 bytes into the state of a SHA-256 (FIPS 180-4). In C because checksums of whole models are
/// taken in debug builds too, where the same loop in Swift costs minutes.
void CKernels_sha256(uint32_t state[8], const uint8_t *blocks, size_t count);
