// What glibc offers and Swift's Glibc module leaves out, under one prefix.
// Each function says why it exists; delete it on the day that Swift imports the original.
#pragma once

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/// Names the calling thread, as shown by `top -H` and in crash reports. At most 15 bytes count.
/// A GNU extension, which the Glibc module map hides.
void CPlatform_name_thread(const char *name);
