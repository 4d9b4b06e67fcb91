/* SPDX-License-Identifier: MIT */
/* The MPU controlled from EL1. */
#include "port/armv8r32/registers.h"

#define OPC1 0
#define OPC1_HIGH 1
#define LEVEL(name) mpumap_armv8r32_el1##name
#define LOWER_EL1 false
#define BITMAP 0

READER(mpuir, OPC1, c0, c0, 4)

/* MPUIR.DREGION: [15:8]. */
static inline uint16_t level_regions(void)
{
    return (uint16_t)((read_mpuir() >> 8) & 0xffu);
}

/* AArch32 has no enable bitmap at EL1: limits.bitmap is 0, and the core never asks. */
static inline void level_write_bitmap(uint32_t mask, uint32_t value)
{
    (void)mask;
    (void)value;
}

#include "port/armv8r32/level.h"
