// The table of ids. A slot is published by one atomic store after everything it stands for has been written.
#include "vectors_variant.h"

INLINE uint64_t spreadBits(uint64_t high, uint64_t low) {
  uint64_t hash = high ^ low * 0x9E3779B97F4A7C15;
  hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93;
  hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93;
  return hash ^ hash >> 32;
}

size_t CKernels_firstIDPosition(CKernels_IDTable table, uint64_t high, uint64_t low) {
  // A product instead of a remainder: any capacity will do, so tables can be as full as is wise.
  return (size_t)((unsigned __int128)spreadBits(high, low) * table.capacity >> 64);
}

void CKernels_enterID(CKernels_IDTable table, uint64_t high, uint64_t low, uint32_t slot) {
  size_t position = CKernels_firstIDPosition(table, high, low);
  while (__atomic_load_n(&table.slots[position], __ATOMIC_RELAXED) != 0) {
    position = position + 1 == table.capacity ? 0 : position + 1;
  }
  __atomic_store_n(&table.slots[position], slot + 1, __ATOMIC_RELEASE);
}

int64_t CKernels_nextSlot(CKernels_IDTable table, const uint64_t *ids, uint32_t limit, uint64_t high, uint64_t low,
                          size_t *position) {
  // A damaged table may have no free place: never look at more than all of it.
  for (size_t looked = 0; looked < table.capacity; looked++) {
    uint32_t entry = __atomic_load_n(&table.slots[*position], __ATOMIC_ACQUIRE);
    if (entry == 0) return -1;
    *position = *position + 1 == table.capacity ? 0 : *position + 1;
    uint32_t slot = entry - 1;
    if (slot < limit && ids[2 * (size_t)slot] == high && ids[2 * (size_t)slot + 1] == low) return slot;
  }
  return -1;
}
