/* SPDX-License-Identifier: MIT */
/* The MPU controlled from EL1. */
#include "port/armv8r32/registers.h"

/* DDI 0568A.c, E2.2: opc1 is 0. */
READER(mpuir, 0, c0, c0, 4)
READER(sctlr, 0, c1, c0, 0)
READER(prbar, 0, c6, c3, 0)
READER(prlar, 0, c6, c3, 1)
WRITER(sctlr, 0, c1, c0, 0)
WRITER(prselr, 0, c6, c2, 1)
WRITER(prbar, 0, c6, c3, 0)
WRITER(prlar, 0, c6, c3, 1)
WRITER(mair0, 0, c10, c2, 0)
WRITER(mair1, 0, c10, c2, 1)

#if MPUMAP_ARMV8R32_DIRECT != 0
/* index: 2 * slot, plus 1 for the limit register. */
static void el1_write_direct(uint32_t index, uint32_t value)
{
    switch (index) {
        SIXTEEN_SLOTS(0, 0, value);
#if MPUMAP_ARMV8R32_DIRECT == 32
        SIXTEEN_SLOTS(32, 1, value);
#endif
    default:
        return;
    }
}
#endif

static void el1_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    common_limits(out);
    out->regions = (uint16_t)((read_mpuir() >> 8) & 0xffu); /* MPUIR.DREGION: [15:8] */
    out->bitmap = 0;
    out->lower_el1 = false;
}

static void el1_write(uint32_t slot, uint32_t limit, uint32_t value)
{
#if MPUMAP_ARMV8R32_DIRECT != 0
    if (slot < MPUMAP_ARMV8R32_DIRECT) {
        el1_write_direct(2u * slot + limit, value);
        return;
    }
#else
    (void)slot;
#endif
    if (limit != 0u) {
        write_prlar(value);
    } else {
        write_prbar(value);
    }
}

static void el1_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    switch ((enum mpumap_step_kind)step->kind) {
    case MPUMAP_STEP_SELECT:
        write_prselr(step->value);
        break;
    case MPUMAP_STEP_BASE:
        el1_write(step->slot, 0, step->value);
        break;
    case MPUMAP_STEP_LIMIT:
        el1_write(step->slot, 1, step->value);
        break;
    case MPUMAP_STEP_BITMAP: /* never: limits.bitmap is 0 */
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

static void el1_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    const uint32_t cpsr = mask_interrupts();
    write_prselr(slot);
    isb();
    out->base = read_prbar();
    out->limit = read_prlar();
    restore_interrupts(cpsr);
}

void mpumap_armv8r32_el1_mair(void)
{
    write_mair0(MPUMAP_ARMV8R32_MAIR0);
    write_mair1(MPUMAP_ARMV8R32_MAIR1);
}

void mpumap_armv8r32_el1_enable(void)
{
    sync();
    write_sctlr((read_sctlr() & ~CONTROL_BACKGROUND) | CONTROL_MPU);
    isb();
}

void mpumap_armv8r32_el1_disable(void)
{
    dsb();
    write_sctlr(read_sctlr() & ~CONTROL_MPU);
    isb();
}

const struct mpumap_port mpumap_armv8r32_el1 = {
    .limits = el1_limits,
    .encode = mpumap_armv8r32_encode,
    .decode = mpumap_armv8r32_decode,
    .apply = el1_apply,
    .read = el1_read,
    .enter = enter,
    .leave = leave,
};
