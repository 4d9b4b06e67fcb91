/* SPDX-License-Identifier: MIT */
/*
 * Boot: from reset to a running MPU, before there is a stack or zeroed memory. The assembly takes a
 * constant plan whose regions C has encoded (MPUMAP_ARMV8R32_PRBAR, _PRLAR, or those of ARMV8R64),
 * programs them, fills
 * the map's table, and turns the MPU on. C then adopts the table:
 *
 *     config.table = table; config.boot_mask = mask; mpumap_init(); mpumap_adopt();
 *
 * The table and the mask must lie outside .bss, or clearing .bss undoes the boot.
 *
 * The assembly includes mpumap_boot_offsets.h, which is generated from offsets.c: see there.
 */
#ifndef MPUMAP_BOOT_H
#define MPUMAP_BOOT_H

#include "mpumap.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What boot code programs: a constant, readable before the MPU is on. */
struct mpumap_boot_plan {
    const struct mpumap_pair *regions; /* enabled pairs for slots 0 to count-1, disjoint */
    struct mpumap_entry *table;        /* `slots` entries; RAM, contents on entry do not matter */
    uint32_t *mask;                    /* MPUMAP_MASK_WORDS words; the same */
    uint32_t count;                    /* 1 or more */
    uint32_t slots;                    /* as struct mpumap_config.regions; count or more */
};

/*
 * Programs the EL2-controlled MPU of an Armv8-R AArch32 core and turns it on with the background
 * region off. Call it in Hyp mode with interrupts masked, from A32 or T32 code that lies below
 * 0x80000000 (the MPU is off meanwhile, whatever it was before) and inside one of the plan's
 * executable regions. Needs no stack. Changes r0 to r12 and the flags. At return:
 * - slots 0 to count-1 hold the plan's regions, every other slot of the MPU holds 0, 0;
 * - table[0] to table[count-1] have refs 1, the others all bytes 0; so have all private bytes;
 * - bits 0 to count-1 of the mask are 1, all others 0;
 * - HMAIR0 and HMAIR1 hold the codec's memory types; HSCTLR.M is 1 and BR 0, its other bits stay;
 * - all of it is complete (DSB, ISB).
 * On an AArch64 core the same, with these words for the others: EL2 for Hyp mode; MAIR_EL2;
 * SCTLR_EL2; x0 to x12 and the flags change; and since the default map is IMPLEMENTATION DEFINED
 * (DDI 0600A.d, C1), the caller must know that the core may execute and write the plan's memory
 * under it. Calls mpumap_boot_failed, with the MPU as it was, when the plan does not fit.
 */
void mpumap_boot_el2(const struct mpumap_boot_plan *plan);

/*
 * Armv8-R AArch32: the same for the EL1-controlled MPU (MAIR0, MAIR1, SCTLR), in any privileged
 * mode of EL1, or at EL2 before EL1 begins. EL2 must let EL1 have these registers (HCR.TVM,
 * HCR.TRVM, HCR.TID1, HSTR.T10, VSCTLR.MSA: all 0).
 */
void mpumap_boot_el1(const struct mpumap_boot_plan *plan);

/*
 * The integrator's: says why boot cannot go on, and does not return. No stack, MPU not set up.
 * wanted and present are numbers that belong to the message, a line of text without its end. The
 * default (weak) parks the core.
 */
void mpumap_boot_failed(const char *message, uint32_t wanted, uint32_t present);

#ifdef __cplusplus
}
#endif

#endif
