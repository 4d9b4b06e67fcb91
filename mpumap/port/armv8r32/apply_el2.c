/* SPDX-License-Identifier: MIT */
/* The MPU controlled from EL2. */
#include "port/armv8r32/registers.h"

/* DDI 0568A.c, E2.2: opc1 is 4. */
READER(hmpuir, 4, c0, c0, 4)
READER(hsctlr, 4, c1, c0, 0)
READER(hprenr, 4, c6, c1, 1)
READER(hprbar, 4, c6, c3, 0)
READER(hprlar, 4, c6, c3, 1)
WRITER(hsctlr, 4, c1, c0, 0)
WRITER(hprenr, 4, c6, c1, 1)
WRITER(hprselr, 4, c6, c2, 1)
WRITER(hprbar, 4, c6, c3, 0)
WRITER(hprlar, 4, c6, c3, 1)
WRITER(hmair0, 4, c10, c2, 0)
WRITER(hmair1, 4, c10, c2, 1)

#if MPUMAP_ARMV8R32_DIRECT != 0
/* index: 2 * slot, plus 1 for the limit register. */
static void el2_write_direct(uint32_t index, uint32_t value)
{
    switch (index) {
        SIXTEEN_SLOTS(0, 4, value);
#if MPUMAP_ARMV8R32_DIRECT == 32
        SIXTEEN_SLOTS(32, 5, value);
#endif
    default:
        return;
    }
}
#endif

static void el2_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    common_limits(out);
    out->regions = (uint16_t)(read_hmpuir() & 0xffu); /* HMPUIR.REGION: [7:0], unlike MPUIR */
    out->bitmap = 32;
    out->lower_el1 = true;
}

static void el2_write(uint32_t slot, uint32_t limit, uint32_t value)
{
#if MPUMAP_ARMV8R32_DIRECT != 0
    if (slot < MPUMAP_ARMV8R32_DIRECT) {
        el2_write_direct(2u * slot + limit, value);
        return;
    }
#else
    (void)slot;
#endif
    if (limit != 0u) {
        write_hprlar(value);
    } else {
        write_hprbar(value);
    }
}

/*
 * HPRENR bit n is HPRLAR<n>.EN (DDI 0568A.c, E2.2.4). A bit outside the mask belongs to a slot that
 * has not been written since the last ORDER or SYNC, so what is read is what it holds; no ISB.
 */
static void el2_write_bitmap(uint32_t mask, uint32_t value)
{
    const uint32_t regions = read_hmpuir() & 0xffu;
    const uint32_t implemented = (regions >= 32u) ? 0xffffffffu : ((1u << regions) - 1u);
    if ((implemented & ~mask) != 0u) {
        value = (value & mask) | (read_hprenr() & ~mask);
    }
    write_hprenr(value);
}

static void el2_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    switch ((enum mpumap_step_kind)step->kind) {
    case MPUMAP_STEP_SELECT:
        write_hprselr(step->value);
        break;
    case MPUMAP_STEP_BASE:
        el2_write(step->slot, 0, step->value);
        break;
    case MPUMAP_STEP_LIMIT:
        el2_write(step->slot, 1, step->value);
        break;
    case MPUMAP_STEP_BITMAP:
        el2_write_bitmap(step->mask, step->value);
        break;
    case MPUMAP_STEP_ISB:
        isb();
        break;
    case MPUMAP_STEP_ORDER:
        order();
        break;
    case MPUMAP_STEP_SYNC:
        sync();
        break;
    }
}

/* Through the selector, so that what was written by number is read back by another way, and without
 * 64 more instructions of which each has one use. */
static void el2_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    const uint32_t cpsr = mask_interrupts();
    write_hprselr(slot);
    isb();
    out->base = read_hprbar();
    out->limit = read_hprlar();
    restore_interrupts(cpsr);
}

void mpumap_armv8r32_el2_mair(void)
{
    write_hmair0(MPUMAP_ARMV8R32_MAIR0);
    write_hmair1(MPUMAP_ARMV8R32_MAIR1);
}

/* The ISB before the write keeps M from being seen before the regions that it relies on. */
void mpumap_armv8r32_el2_enable(void)
{
    sync();
    write_hsctlr((read_hsctlr() & ~CONTROL_BACKGROUND) | CONTROL_MPU);
    isb();
}

void mpumap_armv8r32_el2_disable(void)
{
    dsb();
    write_hsctlr(read_hsctlr() & ~CONTROL_MPU);
    isb();
}

const struct mpumap_port mpumap_armv8r32_el2 = {
    .limits = el2_limits,
    .encode = mpumap_armv8r32_encode,
    .decode = mpumap_armv8r32_decode,
    .apply = el2_apply,
    .read = el2_read,
    .enter = enter,
    .leave = leave,
};
