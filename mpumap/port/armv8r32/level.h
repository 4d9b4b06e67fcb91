/* SPDX-License-Identifier: MIT */
/*
 * The port of one level's MPU: what apply_el1.c and apply_el2.c are. Each of them defines, before
 * it includes this once, level_regions(), level_write_bitmap() and these:
 * - OPC1: the opc1 of its registers' encodings, 0 (EL1) or 4 (EL2) (DDI 0568A.c, E2.2).
 * - OPC1_HIGH: that of the numbered registers from 16 up, OPC1 + 1.
 * - LEVEL(x): the name of the port, followed by x.
 * - LOWER_EL1: whether the next lower level is EL1.
 * - BITMAP: the slots that have a bit in the enable bitmap.
 */
READER(sctlr, OPC1, c1, c0, 0)
READER(prbar, OPC1, c6, c3, 0)
READER(prlar, OPC1, c6, c3, 1)
WRITER(sctlr, OPC1, c1, c0, 0)
WRITER(prselr, OPC1, c6, c2, 1)
WRITER(prbar, OPC1, c6, c3, 0)
WRITER(prlar, OPC1, c6, c3, 1)
WRITER(mair0, OPC1, c10, c2, 0)
WRITER(mair1, OPC1, c10, c2, 1)

#if MPUMAP_ARMV8R32_DIRECT != 0
/* index: 2 * slot, plus 1 for the limit register. */
static void level_write_direct(uint32_t index, uint32_t value)
{
    switch (index) {
        SIXTEEN_SLOTS(0, OPC1, value);
#if MPUMAP_ARMV8R32_DIRECT == 32
        SIXTEEN_SLOTS(32, OPC1_HIGH, value);
#endif
    default:
        return;
    }
}
#endif

static void level_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    common_limits(out);
    out->regions = level_regions();
    out->bitmap = BITMAP;
    out->lower_el1 = LOWER_EL1;
}

static void level_write(uint32_t slot, uint32_t limit, uint32_t value)
{
#if MPUMAP_ARMV8R32_DIRECT != 0
    if (slot < MPUMAP_ARMV8R32_DIRECT) {
        level_write_direct(2u * slot + limit, value);
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

static void level_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    switch ((enum mpumap_step_kind)step->kind) {
    case MPUMAP_STEP_SELECT:
        write_prselr(step->value);
        break;
    case MPUMAP_STEP_BASE:
        level_write(step->slot, 0, step->value);
        break;
    case MPUMAP_STEP_LIMIT:
        level_write(step->slot, 1, step->value);
        break;
    case MPUMAP_STEP_BITMAP:
        level_write_bitmap(step->mask, step->value);
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
static void level_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    const uint32_t cpsr = mask_interrupts();
    write_prselr(slot);
    isb();
    out->base = read_prbar();
    out->limit = read_prlar();
    restore_interrupts(cpsr);
}

void LEVEL(_mair)(void)
{
    write_mair0(MPUMAP_ARMV8R32_MAIR0);
    write_mair1(MPUMAP_ARMV8R32_MAIR1);
}

/* The ISB before the write keeps M from being seen before the regions that it relies on. */
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
    .encode = mpumap_armv8r32_encode,
    .decode = mpumap_armv8r32_decode,
    .apply = level_apply,
    .read = level_read,
    .enter = enter,
    .leave = leave,
};
