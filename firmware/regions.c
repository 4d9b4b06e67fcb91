/* SPDX-License-Identifier: MIT */
/* The firmware's own regions, encoded at build time: boot code programs them, C adopts them. */
#include "firmware.h"

#define SYMBOL(name) ((uintptr_t)(name))
#define REGION(start, end, attr)                                                                   \
    {                                                                                              \
        CORE_PRBAR(start, attr), CORE_PRLAR((end)-1u, attr)                                        \
    }

static const struct mpumap_pair own_regions[FIRMWARE_OWN] = {
    REGION(SYMBOL(__text_start), SYMBOL(__text_end), MPUMAP_RX | MPUMAP_NORMAL),
    REGION(SYMBOL(__rodata_start), SYMBOL(__rodata_end), MPUMAP_RO | MPUMAP_NORMAL),
    REGION(SYMBOL(__data_start), SYMBOL(__data_end), MPUMAP_RW | MPUMAP_NORMAL),
    REGION(BOARD_UART, BOARD_UART + BOARD_UART_SIZE, MPUMAP_RW | MPUMAP_DEVICE),
};

struct mpumap_entry boot_table[FIRMWARE_SLOTS] __attribute__((section(".mpumap.table")));
uint32_t boot_mask[MPUMAP_MASK_WORDS] __attribute__((section(".mpumap.mask")));

const struct mpumap_boot_plan boot_plan = {
    .regions = own_regions,
    .table = boot_table,
    .mask = boot_mask,
    .count = FIRMWARE_OWN,
    .slots = FIRMWARE_SLOTS,
};
