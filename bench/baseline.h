/* SPDX-License-Identifier: MIT */
/*
 * What the library is measured against: a linear table of regions with a count each, as systems in
 * the field have it. Every operation scans all slots; a change writes base, then limit; every map,
 * unmap and protect ends with DSB and ISB, whether it changed a register or not. Same arguments,
 * codec and errors as the library under `whole`, which is all that such a table can do.
 */
#ifndef BENCH_BASELINE_H
#define BENCH_BASELINE_H

#include "mpumap.h"

struct baseline_entry {
    uint32_t base;
    uint32_t limit;
    uint16_t refs;
    uint8_t padding[6];
};

struct baseline {
    struct baseline_entry *table;
    uint16_t regions;
    uint32_t used[MPUMAP_MASK_WORDS];
};

void baseline_init(struct baseline *b, struct baseline_entry *table, uint16_t regions);
enum mpumap_result baseline_map(struct baseline *b, mpumap_addr_t base, mpumap_addr_t limit,
                                mpumap_attr_t attr);
enum mpumap_result baseline_unmap(struct baseline *b, mpumap_addr_t base, mpumap_addr_t limit);
enum mpumap_result baseline_protect(struct baseline *b, mpumap_addr_t base, mpumap_addr_t limit,
                                    mpumap_attr_t attr);
enum mpumap_found baseline_find(const struct baseline *b, mpumap_addr_t base, mpumap_addr_t limit,
                                uint16_t *slot);
bool baseline_query(const struct baseline *b, mpumap_addr_t addr, uint16_t *slot);

/* The platform's: both registers of a slot, and the barriers. Not through a port's steps, which a
 * table of this kind would not have. */
void baseline_write(uint16_t slot, uint32_t base, uint32_t limit);
void baseline_barriers(void);

#endif
