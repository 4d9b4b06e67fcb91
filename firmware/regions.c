/* SPDX-License-Identifier: MIT */
/* The firmware's own regions, encoded at build time: boot code programs them, C adopts them. */
#include "firmware.h"

#define PAIR(start, end, attr)                                                                     \
    {CORE_PRBAR((uintptr_t)(start), attr), CORE_PRLAR((uintptr_t)(end)-1u, attr)},

static const struct mpumap_pair own_regions[FIRMWARE_FIRST + FIRMWARE_OWN] = {
    [FIRMWARE_FIRST] = FIRMWARE_REGIONS(PAIR)};

struct mpumap_entry boot_table[FIRMWARE_SLOTS] __attribute__((section(".mpumap.table")));
uint32_t boot_mask[MPUMAP_MASK_WORDS] __attribute__((section(".mpumap.mask")));

const struct mpumap_boot_plan boot_plan = {
    .regions = own_regions,
    .table = boot_table,
    .mask = boot_mask,
    .count = FIRMWARE_FIRST + FIRMWARE_OWN,
    .slots = FIRMWARE_SLOTS,
};
