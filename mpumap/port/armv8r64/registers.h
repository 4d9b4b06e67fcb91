/* SPDX-License-Identifier: MIT */
/*
 * What the ports of both levels share: accessors of System registers, the numbered region
 * registers, barriers, interrupt masks. For level.h only.
 *
 * Registers are written by their encodings (DDI 0600A.d, G1.3), which every AArch64 assembler
 * takes; the names need one that is told -march=armv8-r. op1 is 0 for EL1 and 4 for EL2.
 */
#ifndef MPUMAP_ARMV8R64_REGISTERS_H
#define MPUMAP_ARMV8R64_REGISTERS_H

#include "port/armv8r64/apply.h"
#include "port/armv8r64/codec.h"

/* SCTLR_ELx: DDI 0600A.d, G1.3. */
#define CONTROL_MPU ((uint64_t)1u << 0)         /* M */
#define CONTROL_BACKGROUND ((uint64_t)1u << 17) /* BR */

/*
 * A write is volatile, so the compiler keeps writes and barriers in order; the clobber keeps memory
 * accesses on their side of a change also where these functions are inlined into a caller.
 */
#define REGISTER(op1, crn, crm, op2) "S3_" #op1 "_C" #crn "_C" #crm "_" #op2
#define READER(name, op1, crn, crm, op2)                                                           \
    static inline uint64_t read_##name(void)                                                       \
    {                                                                                              \
        uint64_t value;                                                                            \
        __asm__ volatile("mrs %0, " REGISTER(op1, crn, crm, op2) : "=r"(value));                   \
        return value;                                                                              \
    }
#define WRITER(name, op1, crn, crm, op2)                                                           \
    static inline void write_##name(uint64_t value)                                                \
    {                                                                                              \
        __asm__ volatile("msr " REGISTER(op1, crn, crm, op2) ", %0" : : "r"(value) : "memory");    \
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
 * MPUMAP_STEP_ORDER and MPUMAP_STEP_SYNC alike. Writes to MPU registers are sure to have taken
 * effect after a DSB and a context synchronization event that follows it (DDI 0600B.a, C1.7.1).
 * Unlike AArch32's, the text asks for the DSB also where only another region write follows.
 */
static inline void sync(void)
{
    dsb();
    isb();
}

static inline uint64_t mask_interrupts(void)
{
    uint64_t daif;
    __asm__ volatile("mrs %0, daif\n\tmsr daifset, #7" : "=r"(daif) : : "memory");
    return daif;
}

static inline void restore_interrupts(uint64_t daif)
{
    __asm__ volatile("msr daif, %0" : : "r"(daif) : "memory");
}

static inline void enter(void *ctx)
{
    struct mpumap_armv8r64_ctx *saved = ctx;
    if (saved != NULL) {
        saved->daif = mask_interrupts();
    }
}

static inline void leave(void *ctx)
{
    const struct mpumap_armv8r64_ctx *saved = ctx;
    if (saved != NULL) {
        restore_interrupts(saved->daif);
    }
}

/*
 * Registers of slot 16 * bank + n while PRSELR_ELx is 16 * bank (DDI 0600A.d, G1.3): CRm = 8 +
 * n[3:1], op2 = 4 * n[0] + (limit ? 1 : 0). For n = 0 that is the window PRBAR_ELx, PRLAR_ELx,
 * which follows all of PRSELR; the others follow PRSELR[7:4] only. The encoding is part of the
 * instruction: one case for each register.
 */
#define REGION_CASE(index, op1, crm, op2, value)                                                   \
    case (index):                                                                                  \
        __asm__ volatile("msr S3_" #op1 "_C6_" #crm "_" #op2 ", %0" : : "r"(value) : "memory");    \
        return
#define TWO_SLOTS(index, op1, crm, value)                                                          \
    REGION_CASE(index, op1, crm, 0, value);                                                        \
    REGION_CASE((index) + 1, op1, crm, 1, value);                                                  \
    REGION_CASE((index) + 2, op1, crm, 4, value);                                                  \
    REGION_CASE((index) + 3, op1, crm, 5, value)
#define SIXTEEN_SLOTS(op1, value)                                                                  \
    TWO_SLOTS(0, op1, C8, value);                                                                  \
    TWO_SLOTS(4, op1, C9, value);                                                                  \
    TWO_SLOTS(8, op1, C10, value);                                                                 \
    TWO_SLOTS(12, op1, C11, value);                                                                \
    TWO_SLOTS(16, op1, C12, value);                                                                \
    TWO_SLOTS(20, op1, C13, value);                                                                \
    TWO_SLOTS(24, op1, C14, value);                                                                \
    TWO_SLOTS(28, op1, C15, value)

/* MPUIR_ELx.REGION: [7:0] at both levels. */
#define MPUIR_REGIONS(mpuir) ((uint16_t)((mpuir)&0xffu))

/* The level is known from `regions` and the lower level's name; the rest is the same. The core
 * never selects a slot beyond `regions`, which is UNPREDICTABLE. */
static inline void common_limits(struct mpumap_limits *out)
{
    out->address_bits = 48;
    out->granule_shift = MPUMAP_ARMV8R64_GRANULE_SHIFT;
    out->direct = 0;
    out->bank = 16;
    out->bitmap = 32;
    out->selector_isb = true;
}

/*
 * PRENR_ELx: bit n is PRLAR<n>_ELx.EN (DDI 0600A.d, G1.3). The new value, given the old one's
 * reader, because the read can be left out when the mask has every implemented slot. A bit outside
 * the mask belongs to a slot that has not been written since the last ORDER or SYNC, so what is
 * read is what it holds; no ISB.
 */
static inline uint64_t bitmap_value(uint16_t regions, uint32_t mask, mpumap_reg_t value,
                                    uint64_t (*read)(void))
{
    const uint32_t implemented = (regions >= 32u) ? 0xffffffffu : ((1u << regions) - 1u);
    if ((implemented & ~mask) != 0u) {
        return (value & mask) | (read() & ~(uint64_t)mask);
    }
    return value & 0xffffffffu;
}

#endif
