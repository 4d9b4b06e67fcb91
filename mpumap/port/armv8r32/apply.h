/* SPDX-License-Identifier: MIT */
/*
 * The MPUs of an Armv8-R AArch32 core (PMSAv8-32): Cortex-R52, Cortex-R52+. apply_el1.c and
 * apply_el2.c are the only code that touches registers; codec.h has the encoding.
 *
 * Each core has two MPUs of its own: one controlled from EL1, which checks EL1 and EL0, and one
 * controlled from EL2, which checks EL2 and is the second stage of EL1 and EL0 while HCR.VM is 1.
 * A map drives one of them, on the core that runs it: region registers are private to a core, and a
 * change on one core says nothing to the others.
 *
 * The order of use at start:
 *     mpumap_armv8r32_el2_mair();       once, before the first region is enabled
 *     ... regions, by boot code or through a map ...
 *     mpumap_armv8r32_el2_enable();
 * Boot assembly (mpumap/boot/armv8r32) does all three before C runs.
 *
 * What the port leaves to the caller
 * - Caches. A range that becomes Non-cacheable or Device, or changes shareability, may still be
 * held in caches: clean and invalidate it around the change. New code needs the usual maintenance.
 * - Other cores. They must be told, and must acknowledge, by the caller's means.
 * - The selector. Slots from MPUMAP_ARMV8R32_DIRECT up, and reading back, go through (H)PRSELR. A
 *   handler that interrupts such a sequence and writes the selector must restore it; interrupts are
 *   masked meanwhile (see struct mpumap_armv8r32_ctx), traps and NMIs cannot be.
 */
#ifndef MPUMAP_ARMV8R32_APPLY_H
#define MPUMAP_ARMV8R32_APPLY_H

#include "mpumap_port.h"

/*
 * Slots that are written by number, without the selector: 32, all that have registers of their own
 * (DDI 0568A.c, E2.2.3 and E2.2.6); 16, for an implementation that has, or answers correctly to, no
 * more; 0, to save half a kilobyte of code for a selector write and an ISB per slot. Cortex-R52 TRM
 * 100026 describes direct access for 0 to 15 at the register and for 16 up in the MPU chapter; QEMU
 * 10.0 takes numbers from 16 up for number - 16 at EL1. Other slots go through the selector.
 */
#ifndef MPUMAP_ARMV8R32_DIRECT
#define MPUMAP_ARMV8R32_DIRECT 32
#endif

/*
 * What a map's port_ctx points to, one for each map. With port_ctx NULL nothing is masked and the
 * caller sees to it that no interrupt runs on this core during an operation, or that no handler
 * needs memory that is neither live nor locked.
 */
struct mpumap_armv8r32_ctx {
    uint32_t cpsr; /* private: A, I and F as they were before the change */
};

/* The MPU controlled from EL2: HPRSELR, HPRBAR, HPRLAR, HPRENR, HMPUIR. Use it in Hyp mode only. */
extern const struct mpumap_port mpumap_armv8r32_el2;
/*
 * The MPU controlled from EL1: PRSELR, PRBAR, PRLAR, MPUIR; it has no enable bitmap. Usable at EL1
 * (if EL2 neither traps nor withholds the registers) and at EL2, which prepares it for EL1.
 */
extern const struct mpumap_port mpumap_armv8r32_el1;

/*
 * Writes the memory types that the codec's attribute indexes stand for. Call it while no enabled
 * region is in use: every region with an index changes at once. No barrier: *_enable has it.
 */
void mpumap_armv8r32_el2_mair(void);
void mpumap_armv8r32_el1_mair(void);

/*
 * Turns the MPU on, background region off: from the return on, only enabled regions allow access.
 * The caller's code, stack, vectors and data must be in enabled regions. Other bits of (H)SCTLR
 * stay. Completes all region and MAIR writes before it (DSB, ISB), and is complete at return (ISB).
 */
void mpumap_armv8r32_el2_enable(void);
void mpumap_armv8r32_el1_enable(void);

/*
 * Turns the MPU off: the default map holds from the return on, where memory at 0x80000000 and above
 * is execute-never (DDI 0568A.c, C1.3); code running there must not call this.
 */
void mpumap_armv8r32_el2_disable(void);
void mpumap_armv8r32_el1_disable(void);

#endif
