/* SPDX-License-Identifier: MIT */
/* Plans that boot code must refuse. The linker chooses one as boot_plan. */
#include "firmware.h"

static struct mpumap_entry table[FIRMWARE_SLOTS] __attribute__((section(".mpumap.table")));
static uint32_t mask[MPUMAP_MASK_WORDS] __attribute__((section(".mpumap.mask")));

/* Everything the program has, so that a refusal that did not come would be seen to run on. */
#define ALL                                                                                        \
    {                                                                                              \
        MPUMAP_ARMV8R64_PRBAR(BOARD_OWN_BASE, MPUMAP_RWX),                                         \
            MPUMAP_ARMV8R64_PRLAR(BOARD_OWN_BASE + BOARD_OWN_SIZE - 1, MPUMAP_RWX)                 \
    }
#define ELSEWHERE(n)                                                                               \
    {                                                                                              \
        MPUMAP_ARMV8R64_PRBAR(0x30000000u + 0x1000u * (n), MPUMAP_RW),                             \
            MPUMAP_ARMV8R64_PRLAR(0x30000fffu + 0x1000u * (n), MPUMAP_RW)                          \
    }

/* For a core with 16. */
static const struct mpumap_pair regions[17] = {
    ALL,           ELSEWHERE(1),  ELSEWHERE(2),  ELSEWHERE(3),  ELSEWHERE(4),  ELSEWHERE(5),
    ELSEWHERE(6),  ELSEWHERE(7),  ELSEWHERE(8),  ELSEWHERE(9),  ELSEWHERE(10), ELSEWHERE(11),
    ELSEWHERE(12), ELSEWHERE(13), ELSEWHERE(14), ELSEWHERE(15), ELSEWHERE(16),
};

#define PLAN(name, count, slots)                                                                   \
    extern const struct mpumap_boot_plan name;                                                     \
    const struct mpumap_boot_plan name = {regions, table, mask, (count), (slots)}

PLAN(plan_of_17_regions, 17, FIRMWARE_SLOTS);
PLAN(plan_with_a_short_table, 4, 3);
PLAN(plan_without_regions, 0, FIRMWARE_SLOTS);
PLAN(plan_of_one_region, 1, FIRMWARE_SLOTS);

int main(void)
{
    static const char text[] = "not refused\n";

    console_err(NULL, text, sizeof text - 1u);
    return 0;
}
