/* SPDX-License-Identifier: MIT */
/*
 * The MPUs of an Armv8-R AArch64 core (PMSAv8-64), such as Cortex-R82. apply_el1.c and apply_el2.c
 * are the only code that touches registers; codec.h has the encoding. A build with 32-bit addresses
 * (MPUMAP_ADDR_BITS) has no use for them.
 *
 * Each core has two MPUs of its own: one controlled from EL1, which checks EL1 and EL0 (unless
 * VTCR_EL2.MSA gives EL1 page tables), and one controlled from EL2, which checks EL2 and is the
 * second stage of EL1 and EL0 while HCR_EL2.VM is 1. A map drives one of them, on the core that
 * runs it: region registers are private to a core, and a change on one core says nothing to the
 * others.
 *
 * The order of use at start:
 *     mpumap_armv8r64_el2_mair();       once, before the first region is enabled
 *     ... regions, by boot code or through a map ...
 *     mpumap_armv8r64_el2_enable();
 * Boot assembly (mpumap/boot/armv8r64) does all three before C runs.
 *
 * What the port leaves to the caller
 * - Caches. A range that becomes Non-cacheable or Device, or changes shareability, may still be
 *   held in caches, dirty lines included: clean and invalidate it around the change. New code needs
 *   the usual maintenance.
 * - Other cores. They must be told, and must acknowledge, by the caller's means.
 * - The selector. Every region register but the enable bitmap depends on PRSELR_ELx: a handler that
 *   interrupts a change or a read and writes the selector must restore it. Interrupts are masked
 *   meanwhile (see struct mpumap_armv8r64_ctx); traps cannot be. The selector's value after a
 * change or a read is unspecified.
 * - NS. Regions are written with NS = 0 (codec.h); pairs of boot code with NS = 1 are not adopted.
 */
#ifndef MPUMAP_ARMV8R64_APPLY_H
#define MPUMAP_ARMV8R64_APPLY_H

#include "mpumap_port.h"

#if MPUMAP_ADDR_BITS == 64

/*
 * What a map's port_ctx points to, one for each map. With port_ctx NULL nothing is masked and the
 * caller sees to it that no interrupt runs on this core during an operation, or that no handler
 * writes the selector or needs memory that is neither live nor locked.
 */
struct mpumap_armv8r64_ctx {
    uint64_t daif; /* private: the masks as they were before the change */
};

/* The MPU controlled from EL2: MPUIR_EL2, PRSELR_EL2, PRBAR_EL2 and so on. Use it at EL2 only. */
extern const struct mpumap_port mpumap_armv8r64_el2;
/* The MPU controlled from EL1. Usable at EL1 (if EL2 does not trap the registers) and at EL2, which
 * prepares it for EL1. */
extern const struct mpumap_port mpumap_armv8r64_el1;

/*
 * Writes the memory types that the codec's attribute indexes stand for. Call it while no enabled
 * region is in use: every region with an index changes at once. No barrier: *_enable has it.
 */
void mpumap_armv8r64_el2_mair(void);
void mpumap_armv8r64_el1_mair(void);

/*
 * Turns the MPU on, background region off: from the return on, only enabled regions allow access.
 * The caller's code, stack, vectors and data must be in enabled regions. Other bits of SCTLR_ELx
 * stay. Completes all region and MAIR writes before it (DSB, ISB), and is complete at return (ISB).
 */
void mpumap_armv8r64_el2_enable(void);
void mpumap_armv8r64_el1_enable(void);

/*
 * Turns the MPU off: the default map holds from the return on. It is IMPLEMENTATION DEFINED in
 * AArch64 (DDI 0600A.d, C1): the caller must know that its core may execute its code under it.
 */
void mpumap_armv8r64_el2_disable(void);
void mpumap_armv8r64_el1_disable(void);

#endif

#endif
