/* SPDX-License-Identifier: MIT */
/* The MPU controlled from EL2. */
#include "port/armv8r32/registers.h"

#define OPC1 4
#define OPC1_HIGH 5
#define LEVEL(name) mpumap_armv8r32_el2##name
#define LOWER_EL1 true
#define BITMAP 32

READER(hmpuir, OPC1, c0, c0, 4)
READER(hprenr, OPC1, c6, c1, 1)
WRITER(hprenr, OPC1, c6, c1, 1)

/* HMPUIR.REGION: [7:0], unlike MPUIR. */
static inline uint16_t level_regions(void)
{
    return (uint16_t)(read_hmpuir() & 0xffu);
}

/*
 * HPRENR bit n is HPRLAR<n>.EN (DDI 0568A.c, E2.2.4). A bit outside the mask belongs to a slot that
 * has not been written since the last ORDER or SYNC, so what is read is what it holds; no ISB.
 */
static void level_write_bitmap(uint32_t mask, uint32_t value)
{
    const uint32_t regions = level_regions();
    const uint32_t implemented = (regions >= 32u) ? 0xffffffffu : ((1u << regions) - 1u);
    if ((implemented & ~mask) != 0u) {
        value = (value & mask) | (read_hprenr() & ~mask);
    }
    write_hprenr(value);
}

#include "port/armv8r32/level.h"
