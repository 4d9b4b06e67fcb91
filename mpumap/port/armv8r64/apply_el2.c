/* SPDX-License-Identifier: MIT */
/* The MPU controlled from EL2. */
#include "port/armv8r64/registers.h"

#if MPUMAP_ADDR_BITS == 64

READER(mpuir, S3_4_C0_C0_4)
READER(prenr, S3_4_C6_C1_1)
READER(prbar, S3_4_C6_C8_0)
READER(prlar, S3_4_C6_C8_1)
READER(sctlr, sctlr_el2)
WRITER(prenr, S3_4_C6_C1_1)
WRITER(prselr, S3_4_C6_C2_1)
WRITER(sctlr, sctlr_el2)
WRITER(mair, mair_el2)

/* index: 2 * (slot in its bank), plus 1 for the limit register. */
static void el2_write(uint32_t index, uint64_t value)
{
    switch (index) {
        SIXTEEN_SLOTS(4, value);
    default:
        return;
    }
}

static void el2_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    common_limits(out);
    out->regions = MPUIR_REGIONS(read_mpuir());
    out->lower_el1 = true;
}

static void el2_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    switch ((enum mpumap_step_kind)step->kind) {
    case MPUMAP_STEP_SELECT:
        write_prselr(step->value);
        break;
    case MPUMAP_STEP_BASE:
        el2_write(2u * (step->slot & 15u), step->value);
        break;
    case MPUMAP_STEP_LIMIT:
        el2_write(2u * (step->slot & 15u) + 1u, step->value);
        break;
    case MPUMAP_STEP_BITMAP:
        write_prenr(bitmap_value(MPUIR_REGIONS(read_mpuir()), step->mask, step->value, read_prenr));
        break;
    case MPUMAP_STEP_ISB:
        isb();
        break;
    case MPUMAP_STEP_ORDER:
    case MPUMAP_STEP_SYNC:
        sync();
        break;
    }
}

/* Through the window, so that what was written by number is read back by another way. */
static void el2_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    const uint64_t daif = mask_interrupts();
    write_prselr(slot);
    isb();
    out->base = read_prbar();
    out->limit = read_prlar();
    restore_interrupts(daif);
}

void mpumap_armv8r64_el2_mair(void)
{
    write_mair(MPUMAP_ARMV8R64_MAIR);
}

/* The DSB and ISB before the write keep M from being seen before the regions that it relies on. */
void mpumap_armv8r64_el2_enable(void)
{
    sync();
    write_sctlr((read_sctlr() & ~CONTROL_BACKGROUND) | CONTROL_MPU);
    isb();
}

void mpumap_armv8r64_el2_disable(void)
{
    dsb();
    write_sctlr(read_sctlr() & ~CONTROL_MPU);
    isb();
}

const struct mpumap_port mpumap_armv8r64_el2 = {
    .limits = el2_limits,
    .encode = mpumap_armv8r64_encode,
    .decode = mpumap_armv8r64_decode,
    .apply = el2_apply,
    .read = el2_read,
    .enter = enter,
    .leave = leave,
};

#endif
