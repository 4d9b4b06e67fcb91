/* SPDX-License-Identifier: MIT */
/* Plans that boot refuses; the linker says which of them is boot_plan. main() must not run. */
#include "firmware.h"

#define MANY 17u

struct mpumap_entry boot_table[FIRMWARE_SLOTS] __attribute__((section(".mpumap.table")));
uint32_t boot_mask[MPUMAP_MASK_WORDS] __attribute__((section(".mpumap.mask")));

static const struct mpumap_pair pairs[MANY];

#define PLAN(name, many, room)                                                                     \
    extern const struct mpumap_boot_plan name;                                                     \
    const struct mpumap_boot_plan name = {pairs, boot_table, boot_mask, many, room}

PLAN(plan_regions, MANY, FIRMWARE_SLOTS);
PLAN(plan_table, 4u, 3u);
PLAN(plan_empty, 0u, 3u);

int main(void)
{
    host_exit(0u);
}
