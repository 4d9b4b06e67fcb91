/* SPDX-License-Identifier: MIT */
/*
 * What the ports of both levels share: accessors of System registers, the numbered region
 * registers, barriers, interrupt masks. For level.h only.
 */
#ifndef MPUMAP_ARMV8R32_REGISTERS_H
#define MPUMAP_ARMV8R32_REGISTERS_H

#include "port/armv8r32/apply.h"
#include "port/armv8r32/codec.h"

#if (MPUMAP_ARMV8R32_DIRECT != 0) && (MPUMAP_ARMV8R32_DIRECT != 16) &&                             \
    (MPUMAP_ARMV8R32_DIRECT != 32)
#error "MPUMAP_ARMV8R32_DIRECT must be 0, 16 or 32"
#endif

/* SCTLR and HSCTLR: DDI 0568A.c, E2; Cortex-R52 TRM 100026, SCTLR and HSCTLR. */
#define CONTROL_MPU (1u << 0)         /* M */
#define CONTROL_BACKGROUND (1u << 17) /* BR */

/*
 * A write is volatile, so the compiler keeps writes and barriers in order; the clobber keeps memory
 * accesses on their side of a change also where these functions are inlined into a caller.
 */
#define REGISTER(opc1, crn, crm, opc2) #opc1 ", %0, " #crn ", " #crm ", " #opc2
#define READER(name, opc1, crn, crm, opc2)                                                         \
    static inline uint32_t read_##name(void)                                                       \
    {                                                                                              \
        uint32_t value;                                                                            \
        __asm__ volatile("mrc p15, " REGISTER(opc1, crn, crm, opc2) : "=r"(value));                \
        return value;                                                                              \
    }
#define WRITER(name, opc1, crn, crm, opc2)                                                         \
    static inline void write_##name(uint32_t value)                                                \
    {                                                                                              \
        __asm__ volatile("mcr p15, " REGISTER(opc1, crn, crm, opc2) : : "r"(value) : "memory");    \
    }

static inline void isb(void)
{
    __asm__ volatile("isb" : : : "memory");
}

static inline void dsb(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}

/*
 * The barriers of struct mpumap_step. A write to a System register is sure to be seen by later
 * instructions only after a context synchronization event, and writes not separated by one may take
 * effect in any order for the accesses that use them (DDI 0487, "Synchronization of changes to
 * AArch32 System registers").
 * - order: region write, then region write. ISB. No memory access has to complete in between, so
 *   there is no DSB.
 * - sync: region write, then access. DSB, then ISB. The DSB completes the accesses that were made
 *   under the old map, before memory is given to another owner.
 */
static inline void order(void)
{
    isb();
}

static inline void sync(void)
{
    dsb();
    isb();
}

/* A, I and F as they were. Reads of CPSR by MRS show no execution state bit. */
static inline uint32_t mask_interrupts(void)
{
    uint32_t cpsr;
    __asm__ volatile("mrs %0, cpsr\n\tcpsid aif" : "=r"(cpsr) : : "memory");
    return cpsr;
}

/* The mode is the one that mask_interrupts() ran in, so only A, I and F can change. */
static inline void restore_interrupts(uint32_t cpsr)
{
    __asm__ volatile("msr cpsr_cx, %0" : : "r"(cpsr) : "memory");
}

static inline void enter(void *ctx)
{
    struct mpumap_armv8r32_ctx *saved = ctx;
    if (saved != NULL) {
        saved->cpsr = mask_interrupts();
    }
}

static inline void leave(void *ctx)
{
    const struct mpumap_armv8r32_ctx *saved = ctx;
    if (saved != NULL) {
        restore_interrupts(saved->cpsr);
    }
}

/*
 * Numbered registers of slot n (DDI 0568A.c, E2.2.3 and E2.2.6): opc1 = level + n[4], CRm = 8 +
 * n[3:1], opc2 = 4 * n[0] + (limit ? 1 : 0). All of them are immediates of the instruction: one
 * case for each register.
 */
#define MCR(opc1, crm, opc2, value)                                                                \
    __asm__ volatile("mcr p15, " #opc1 ", %0, c6, " #crm ", " #opc2 : : "r"(value) : "memory")
#define CASE(index, opc1, crm, opc2, value)                                                        \
    case (index):                                                                                  \
        MCR(opc1, crm, opc2, value);                                                               \
        return
#define TWO_SLOTS(index, opc1, crm, value)                                                         \
    CASE(index, opc1, crm, 0, value);                                                              \
    CASE((index) + 1, opc1, crm, 1, value);                                                        \
    CASE((index) + 2, opc1, crm, 4, value);                                                        \
    CASE((index) + 3, opc1, crm, 5, value)
#define SIXTEEN_SLOTS(index, opc1, value)                                                          \
    TWO_SLOTS(index, opc1, c8, value);                                                             \
    TWO_SLOTS((index) + 4, opc1, c9, value);                                                       \
    TWO_SLOTS((index) + 8, opc1, c10, value);                                                      \
    TWO_SLOTS((index) + 12, opc1, c11, value);                                                     \
    TWO_SLOTS((index) + 16, opc1, c12, value);                                                     \
    TWO_SLOTS((index) + 20, opc1, c13, value);                                                     \
    TWO_SLOTS((index) + 24, opc1, c14, value);                                                     \
    TWO_SLOTS((index) + 28, opc1, c15, value)

/* What the MPUs of both levels have in common; regions and bitmap remain. Selecting a slot beyond
 * `regions` is UNPREDICTABLE (DDI 0568A.c, E2.2); the core never does. */
static inline void common_limits(struct mpumap_limits *out)
{
    out->address_bits = 32;
    out->granule_shift = MPUMAP_ARMV8R32_GRANULE_SHIFT;
    out->direct = MPUMAP_ARMV8R32_DIRECT;
    out->bank = 1;
    out->selector_isb = true;
}

#endif
