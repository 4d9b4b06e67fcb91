/* SPDX-License-Identifier: MIT */
/*
 * The port of one level's MPU: what apply_el1.c and apply_el2.c are. Each of them defines, before
 * it includes this once:
 * - OP1: the op1 of its registers' encodings, 0 (EL1) or 4 (EL2) (DDI 0600A.d, G1.3).
 * - LEVEL(x): the name of the port, followed by x.
 * - LOWER_EL1: whether the next lower level is EL1.
 */
#include "port/armv8r64/registers.h"

READER(mpuir, OP1, 0, 0, 4)
READER(prenr, OP1, 6, 1, 1)
READER(prbar, OP1, 6, 8, 0)
READER(prlar, OP1, 6, 8, 1)
READER(sctlr, OP1, 1, 0, 0)
WRITER(prenr, OP1, 6, 1, 1)
WRITER(prselr, OP1, 6, 2, 1)
WRITER(sctlr, OP1, 1, 0, 0)
WRITER(mair, OP1, 10, 2, 0)

/* index: 2 * (slot in its bank), plus 1 for the limit register. */
static void level_write(uint32_t index, uint64_t value)
{
    switch (index) {
        SIXTEEN_SLOTS(OP1, value);
    default:
        return;
    }
}

static void level_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    common_limits(out);
    out->regions = MPUIR_REGIONS(read_mpuir());
    out->lower_el1 = LOWER_EL1;
}

static void level_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    switch ((enum mpumap_step_kind)step->kind) {
    case MPUMAP_STEP_SELECT:
        write_prselr(step->value);
        break;
    case MPUMAP_STEP_BASE:
        level_write(2u * (step->slot & 15u), step->value);
        break;
    case MPUMAP_STEP_LIMIT:
        level_write(2u * (step->slot & 15u) + 1u, step->value);
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
static void level_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    const uint64_t daif = mask_interrupts();
    write_prselr(slot);
    isb();
    out->base = read_prbar();
    out->limit = read_prlar();
    restore_interrupts(daif);
}

void LEVEL(_mair)(void)
{
    write_mair(MPUMAP_ARMV8R64_MAIR);
}

/* The DSB and ISB before the write keep M from being seen before the regions that it relies on. */
void LEVEL(_enable)(void)
{
    sync();
    write_sctlr((read_sctlr() & ~CONTROL_BACKGROUND) | CONTROL_MPU);
    isb();
}

void LEVEL(_disable)(void)
{
    dsb();
    write_sctlr(read_sctlr() & ~CONTROL_MPU);
    isb();
}

const struct mpumap_port LEVEL() = {
    .limits = level_limits,
    .encode = mpumap_armv8r64_encode,
    .decode = mpumap_armv8r64_decode,
    .apply = level_apply,
    .read = level_read,
    .enter = enter,
    .leave = leave,
};
