/* SPDX-License-Identifier: MIT */
/*
 * Boot of an Armv8-M core. It leaves reset with a stack (the first word of its vector table), the
 * MPU off and the default map in force, so boot is C; what it is given and what it leaves behind
 * are those of the assembly for other cores (boot/boot.h), with MPUMAP_ARMV8M_RBAR and _RLAR:
 *
 *     config.table = table; config.boot_mask = mask; mpumap_init(); mpumap_adopt();
 *
 * The table and the mask must lie outside .bss, if .bss is cleared later.
 */
#ifndef MPUMAP_BOOT_ARMV8M_H
#define MPUMAP_BOOT_ARMV8M_H

#include "boot/boot.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Programs the MPU of the current security state and turns it on without a background region. Call
 * it in privileged code with interrupts masked; code, stack, vectors, table and mask must lie in
 * the plan's regions. Here a pair of the plan may be {0, 0}: its slot stays free. At return:
 * - slots 0 to count-1 hold the plan's pairs, every other slot of the MPU holds 0, 0;
 * - the table's entries of enabled pairs have refs 1, the others all bytes 0; so have all private
 *   bytes;
 * - the mask's bits of enabled pairs are 1, all others 0;
 * - MPU_MAIR0 and MPU_MAIR1 hold the codec's memory types; MPU_CTRL is ENABLE alone;
 * - all of it is complete (DSB, ISB).
 * Calls mpumap_boot_failed, with the MPU as it was, when the plan does not fit.
 */
void mpumap_armv8m_boot(const struct mpumap_boot_plan *plan);

#ifdef __cplusplus
}
#endif

#endif
