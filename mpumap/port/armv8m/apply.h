/* SPDX-License-Identifier: MIT */
/*
 * The MPUs of an Armv8-M core (PMSAv8-M): Cortex-M23, M33, M52, M55, M85. apply.c is the only code
 * that touches registers; codec.h has the encoding.
 *
 * A core with the Security Extension has two MPUs, one for each security state. Data accesses are
 * checked by that of the current state; instruction fetches by that of the state which the address
 * belongs to (DDI 0553, "Memory Protection Unit"). A map drives one of them.
 *
 * The order of use at start, in privileged code while the MPU is off:
 *     mpumap_armv8m_mair();       once, before the first region is enabled
 *     ... regions, by mpumap_armv8m_boot (boot/armv8m) or through a map ...
 *     mpumap_armv8m_enable();
 *
 * What the port leaves to the caller
 * - MemManage. The port does not enable the fault (SHCSR.MEMFAULTENA); until somebody does, a
 *   denied access is a HardFault. Armv8-M Baseline has only that.
 * - Handlers of HardFault and NMI, and code with FAULTMASK set, run without the MPU: HFNMIENA stays
 *   0, so that a fault can be shown whatever the map has become. PRIVDEFENA stays 0: no access
 *   outside a region, privileged or not. The Private Peripheral Bus (0xe0000000 to 0xe00fffff),
 *   where the MPU itself is, needs no region and takes none (DDI 0553, B8 and D1.2, MPU_CTRL).
 * - Caches (M55, M85). A range that becomes Non-cacheable or Device, or changes shareability, may
 * still be held in them: clean and invalidate it around the change.
 * - The selector. Every change and every reading goes through MPU_RNR. A handler that interrupts it
 *   and writes MPU_RNR must restore it; interrupts are masked meanwhile (see struct
 *   mpumap_armv8m_ctx), HardFault and NMI cannot be.
 */
#ifndef MPUMAP_ARMV8M_APPLY_H
#define MPUMAP_ARMV8M_APPLY_H

#include "mpumap_port.h"

/*
 * Slots that one value of MPU_RNR reaches: 4 with the alias registers MPU_RBAR_A1 to A3 and
 * MPU_RLAR_A1 to A3, which the Main Extension has (DDI 0553, D1.2); 1 without them (Cortex-M23).
 */
#ifndef MPUMAP_ARMV8M_BANK
#if defined(__ARM_ARCH_8M_BASE__)
#define MPUMAP_ARMV8M_BANK 1
#else
#define MPUMAP_ARMV8M_BANK 4
#endif
#endif

/*
 * What a map's port_ctx points to, one for each map. With port_ctx NULL nothing is masked and the
 * caller sees to it that no interrupt runs during an operation, or that no handler needs memory
 * that is neither live nor locked.
 */
struct mpumap_armv8m_ctx {
    uint32_t primask; /* private: PRIMASK as it was before the change */
};

/* The MPU of the security state that the code runs in. Privileged code only. */
extern const struct mpumap_port mpumap_armv8m;
/* The Non-secure MPU, from Secure privileged code, through the alias at 0xe002ed90. */
extern const struct mpumap_port mpumap_armv8m_ns;

/*
 * Writes the memory types that the codec's attribute indexes stand for. Call it while no enabled
 * region is in use: every region with an index changes at once. No barrier: *_enable has it.
 */
void mpumap_armv8m_mair(void);
void mpumap_armv8m_ns_mair(void);

/*
 * Turns the MPU on with PRIVDEFENA and HFNMIENA 0: from the return on, only enabled regions allow
 * access. The caller's code, stack, vectors and data must be in enabled regions. Completes all
 * region and MAIR writes before it, and is complete at return (DSB and ISB around the write).
 */
void mpumap_armv8m_enable(void);
void mpumap_armv8m_ns_enable(void);

/* Turns the MPU off: the default map holds from the return on. */
void mpumap_armv8m_disable(void);
void mpumap_armv8m_ns_disable(void);

#endif
