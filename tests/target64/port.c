/* SPDX-License-Identifier: MIT */
/*
 * The port on the emulated registers: what each step does to them, read back with accessors that
 * are written here. Run with 16, 32, 40 and 255 regions.
 */
#include "firmware.h"
#include "target64.h"

#define OWN_BITS 0x0fu
#define DAIF_AIF 0x1c0u

static uint64_t count(void)
{
    return TARGET_READ(MPUIR_EL2) & 0xffu;
}

static uint64_t bits(void)
{
    return (count() >= 32u) ? 0xffffffffu : ((uint64_t)1u << count()) - 1u;
}

static void step(const struct mpumap_port *port, enum mpumap_step_kind kind, uint8_t slot,
                 uint64_t value, uint32_t mask)
{
    const struct mpumap_step s = {value, mask, (uint8_t)kind, slot};

    port->apply(NULL, &s);
}

/* As the core does it: the bank of sixteen, then the slot. */
static void write_slot(const struct mpumap_port *port, uint8_t slot, uint64_t base, uint64_t limit)
{
    step(port, MPUMAP_STEP_SELECT, (uint8_t)(slot & 0xf0u), slot & 0xf0u, 0u);
    step(port, MPUMAP_STEP_ISB, 0u, 0u, 0u);
    step(port, MPUMAP_STEP_BASE, slot, base, 0u);
    step(port, MPUMAP_STEP_LIMIT, slot, limit, 0u);
    step(port, MPUMAP_STEP_SYNC, 0u, 0u, 0u);
}

/* A pair of its own for each slot; not enabled. */
static uint64_t base_for(uint64_t slot)
{
    return 0x400040000000u + (slot << 16) + 0x3au;
}

static uint64_t limit_for(uint64_t slot)
{
    return 0x400040000fc0u + (slot << 16) + 0x0eu;
}

static void limits(const struct mpumap_port *port, bool lower_el1)
{
    struct mpumap_limits l = {0};

    port->limits(NULL, &l);
    CHECK_EQ(l.regions, count());
    CHECK_EQ(l.address_bits, 48);
    CHECK_EQ(l.granule_shift, 6);
    CHECK_EQ(l.direct, 0);
    CHECK_EQ(l.bank, 16);
    CHECK_EQ(l.bitmap, 32);
    CHECK(l.selector_isb);
    CHECK_EQ(l.lower_el1, lower_el1);
}

static void limits_of_both_levels(void)
{
    limits(&mpumap_armv8r64_el2, true);
    limits(&mpumap_armv8r64_el1, false);
    tap_note_number("regions", count());
}

static void el2_writes_reach_their_slot(void)
{
    for (uint64_t slot = FIRMWARE_OWN; slot < count(); slot++) {
        write_slot(&mpumap_armv8r64_el2, (uint8_t)slot, base_for(slot), limit_for(slot));
    }
    for (uint64_t slot = FIRMWARE_OWN; slot < count(); slot++) {
        TARGET_WRITE(slot, PRSELR_EL2);
        TARGET_ISB();
        CHECK_EQ(TARGET_READ(PRBAR_EL2), base_for(slot));
        CHECK_EQ(TARGET_READ(PRLAR_EL2), limit_for(slot));
    }
    TARGET_WRITE(0u, PRSELR_EL2);
    TARGET_ISB();
    CHECK_EQ(TARGET_READ(PRBAR6_EL2), base_for(6));
    CHECK_EQ(TARGET_READ(PRLAR15_EL2), limit_for(15));
}

static void el2_reads_each_slot(void)
{
    for (uint8_t slot = 0u; slot < FIRMWARE_OWN; slot++) {
        struct mpumap_pair pair = {0u, 0u};

        mpumap_armv8r64_el2.read(NULL, slot, &pair);
        CHECK_EQ(pair.base, boot_plan.regions[slot].base);
        CHECK_EQ(pair.limit, boot_plan.regions[slot].limit);
    }
}

static void el2_bitmap_spares_what_the_mask_leaves_out(void)
{
    step(&mpumap_armv8r64_el2, MPUMAP_STEP_BITMAP, 0u, 0x10u, 0x30u);
    CHECK_EQ(TARGET_READ(PRENR_EL2), OWN_BITS | 0x10u);
    step(&mpumap_armv8r64_el2, MPUMAP_STEP_BITMAP, 0u, 0xffffffefu, 0x30u);
    CHECK_EQ(TARGET_READ(PRENR_EL2), OWN_BITS | 0x20u);
    step(&mpumap_armv8r64_el2, MPUMAP_STEP_BITMAP, 0u, OWN_BITS | 0x80008000u, 0xffffffffu);
    CHECK_EQ(TARGET_READ(PRENR_EL2), (OWN_BITS | 0x80008000u) & bits());
    step(&mpumap_armv8r64_el2, MPUMAP_STEP_BITMAP, 0u, OWN_BITS, 0xffffffffu);
    CHECK_EQ(TARGET_READ(PRENR_EL2), OWN_BITS);
}

static void interrupts_are_masked_and_come_back(void)
{
    struct mpumap_armv8r64_ctx ctx;
    struct mpumap_pair pair;

    __asm__ volatile("msr daifclr, #7" : : : "memory");
    mpumap_armv8r64_el2.enter(&ctx);
    CHECK_EQ(TARGET_READ(daif) & DAIF_AIF, DAIF_AIF);
    mpumap_armv8r64_el2.leave(&ctx);
    CHECK_EQ(TARGET_READ(daif) & DAIF_AIF, 0u);
    mpumap_armv8r64_el2.enter(NULL);
    CHECK_EQ(TARGET_READ(daif) & DAIF_AIF, 0u);
    mpumap_armv8r64_el2.leave(NULL);
    mpumap_armv8r64_el2.read(NULL, 0u, &pair);
    mpumap_armv8r64_el1.read(NULL, 0u, &pair);
    CHECK_EQ(TARGET_READ(daif) & DAIF_AIF, 0u);
    __asm__ volatile("msr daifset, #3" : : : "memory");
    mpumap_armv8r64_el1.enter(&ctx);
    CHECK_EQ(TARGET_READ(daif) & DAIF_AIF, DAIF_AIF);
    mpumap_armv8r64_el1.leave(&ctx);
    CHECK_EQ(TARGET_READ(daif) & DAIF_AIF, 0xc0u);
}

/* Off: the monitor's default map has everything open. */
static void el2_mpu_goes_off_and_on(void)
{
    CHECK(probe_read(0x30000000u) != 0u);
    mpumap_armv8r64_el2_disable();
    CHECK_EQ(TARGET_READ(sctlr_el2) & 1u, 0u);
    CHECK_EQ(probe_read(0x30000000u), 0u);
    TARGET_WRITE(TARGET_READ(sctlr_el2) | (1u << 17), sctlr_el2);
    TARGET_WRITE(0, mair_el2);
    mpumap_armv8r64_el2_mair();
    mpumap_armv8r64_el2_enable();
    CHECK_EQ(TARGET_READ(sctlr_el2) & ((1u << 17) | 1u), 1u);
    CHECK_EQ(TARGET_READ(mair_el2), 0xff000004eeaa4400u);
    CHECK(probe_read(0x30000000u) != 0u);
}

static void el1_writes_reach_their_slot(void)
{
    for (uint64_t slot = 0u; slot < count(); slot++) {
        write_slot(&mpumap_armv8r64_el1, (uint8_t)slot, base_for(slot) + 64u, limit_for(slot));
    }
    for (uint64_t slot = 0u; slot < count(); slot++) {
        struct mpumap_pair pair = {0u, 0u};

        TARGET_WRITE(slot, PRSELR_EL1);
        TARGET_ISB();
        CHECK_EQ(TARGET_READ(PRBAR_EL1), base_for(slot) + 64u);
        CHECK_EQ(TARGET_READ(PRLAR_EL1), limit_for(slot));
        TARGET_WRITE(0, PRSELR_EL1);
        mpumap_armv8r64_el1.read(NULL, (uint8_t)slot, &pair);
        CHECK_EQ(pair.base, base_for(slot) + 64u);
        CHECK_EQ(pair.limit, limit_for(slot));
    }
    CHECK_EQ(TARGET_READ(PRENR_EL2), OWN_BITS);
    CHECK_EQ(TARGET_READ(PRENR_EL1), 0u);
    step(&mpumap_armv8r64_el1, MPUMAP_STEP_BITMAP, 0u, 0x5u, 0x7u);
    step(&mpumap_armv8r64_el1, MPUMAP_STEP_BITMAP, 0u, 0x8002u, 0x8003u);
    CHECK_EQ(TARGET_READ(PRENR_EL1), 0x8006u);
}

static void el1_lower_level_is_el0(void)
{
    struct mpumap_pair pair;
    mpumap_attr_t attr = 0u;

    mpumap_armv8r64_el1.encode(NULL, 0u, 0xfffu, MPUMAP_RW | MPUMAP_SHARE_INNER | MPUMAP_EL0,
                               &pair);
    CHECK_EQ(pair.base & 0x3fu, 0x36u);
    CHECK(mpumap_armv8r64_el1.decode(NULL, &pair, &attr));
    CHECK_EQ(attr, MPUMAP_RW | MPUMAP_SHARE_INNER | MPUMAP_EL1); /* as the port contract has it */
    CHECK(mpumap_armv8r64_el2.decode(NULL, &pair, &attr));
    CHECK_EQ(attr, MPUMAP_RW | MPUMAP_SHARE_INNER | MPUMAP_EL1);
    pair.base &= ~(uint64_t)4u;
    CHECK(mpumap_armv8r64_el1.decode(NULL, &pair, &attr));
    CHECK_EQ(attr, MPUMAP_RW | MPUMAP_SHARE_INNER);
    pair.base = (pair.base & ~(uint64_t)0x30u) | 0x10u;
    CHECK(!mpumap_armv8r64_el1.decode(NULL, &pair, &attr));
}

/* The port once decoded the lower level as MPUMAP_EL0, so that no map with it passed its own check,
 * and none could be adopted. */
static void el1_map_with_regions_for_el0(void)
{
    static struct mpumap map;
    static struct mpumap_entry table[4];
    static struct mpumap_pair scratch[4];
    static struct mpumap_span spans[4];
    static const struct mpumap_config config = {.port = &mpumap_armv8r64_el1,
                                                .table = table,
                                                .scratch = scratch,
                                                .regions = 4,
                                                .spans = spans,
                                                .span_capacity = 4};
    struct mpumap_region region = {0};

    step(&mpumap_armv8r64_el1, MPUMAP_STEP_BITMAP, 0u, 0u, 0xffffffffu);
    CHECK_EQ(mpumap_init(&map, &config), MPUMAP_OK);
    CHECK_EQ(mpumap_map(&map, 0x30000000u, 0x30000fffu, MPUMAP_RW | MPUMAP_EL0), MPUMAP_OK);
    CHECK_EQ(mpumap_verify(&map), MPUMAP_OK);
    CHECK_EQ(mpumap_init(&map, &config), MPUMAP_OK);
    CHECK_EQ(mpumap_adopt_registers(&map), MPUMAP_OK);
    CHECK(mpumap_query(&map, 0x30000000u, &region));
    CHECK_EQ(region.attr, MPUMAP_RW | MPUMAP_SHARE_INNER | MPUMAP_EL0);
    CHECK_EQ(mpumap_unmap(&map, 0x30000000u, 0x30000fffu), MPUMAP_OK);
    CHECK_EQ(TARGET_READ(PRENR_EL1), 0u);
}

static void el1_mpu_goes_on_and_off(void)
{
    TARGET_WRITE(TARGET_READ(sctlr_el1) | (1u << 17), sctlr_el1);
    mpumap_armv8r64_el1_mair();
    mpumap_armv8r64_el1_enable();
    CHECK_EQ(TARGET_READ(sctlr_el1) & ((1u << 17) | 1u), 1u);
    CHECK_EQ(TARGET_READ(mair_el1), 0xff000004eeaa4400u);
    mpumap_armv8r64_el1_disable();
    CHECK_EQ(TARGET_READ(sctlr_el1) & 1u, 0u);
}

/* The board has no Non-secure memory: the MPU lets the access through, and nothing answers. */
static void a_non_secure_region_reaches_non_secure_memory(void)
{
    struct mpumap_pair pair;

    mpumap_armv8r64_encode_ns(0x30000000u, 0x30000fffu, MPUMAP_RW | MPUMAP_SHARE_INNER, true,
                              &pair);
    write_slot(&mpumap_armv8r64_el2, 8u, pair.base, pair.limit);
    CHECK_EQ(SYNDROME_STATUS(probe_read(0x30000000u)), SYNDROME_STATUS_EXTERNAL);
    mpumap_armv8r64_encode_ns(0x30000000u, 0x30000fffu, MPUMAP_RW | MPUMAP_SHARE_INNER, false,
                              &pair);
    write_slot(&mpumap_armv8r64_el2, 8u, pair.base, pair.limit);
    CHECK_EQ(probe_read(0x30000000u), 0u);
    write_slot(&mpumap_armv8r64_el2, 8u, 0u, 0u);
}

/* Every slot enforces, the last one too. */
static void every_slot_enforces(void)
{
    for (uint64_t slot = FIRMWARE_OWN; slot < count(); slot++) {
        struct mpumap_pair pair;

        mpumap_armv8r64_el2.encode(NULL, 0x30001040u, 0x3000107fu, MPUMAP_RO | MPUMAP_SHARE_INNER,
                                   &pair);
        write_slot(&mpumap_armv8r64_el2, (uint8_t)slot, pair.base, pair.limit);
        CHECK_EQ(probe_read(0x30001040u), 0u);
        CHECK_EQ(probe_read(0x3000107fu), 0u);
        CHECK_EQ(SYNDROME_STATUS(probe_write(0x30001040u)), SYNDROME_STATUS_PERMISSION);
        CHECK_EQ(SYNDROME_STATUS(probe_execute(0x30001040u)), SYNDROME_STATUS_PERMISSION);
        CHECK_EQ(SYNDROME_STATUS(probe_read(0x3000103fu)), SYNDROME_STATUS_TRANSLATION);
        CHECK_EQ(SYNDROME_STATUS(probe_read(0x30001080u)), SYNDROME_STATUS_TRANSLATION);
        write_slot(&mpumap_armv8r64_el2, (uint8_t)slot, 0u, 0u);
        CHECK_EQ(SYNDROME_STATUS(probe_read(0x30001040u)), SYNDROME_STATUS_TRANSLATION);
    }
}

int main(void)
{
    static const struct tap_case cases[] = {
        TAP_CASE(limits_of_both_levels),
        TAP_CASE(el2_writes_reach_their_slot),
        TAP_CASE(el2_reads_each_slot),
        TAP_CASE(el2_bitmap_spares_what_the_mask_leaves_out),
        TAP_CASE(interrupts_are_masked_and_come_back),
        TAP_CASE(el2_mpu_goes_off_and_on),
        TAP_CASE(el1_writes_reach_their_slot),
        TAP_CASE(el1_lower_level_is_el0),
        TAP_CASE(el1_map_with_regions_for_el0),
        TAP_CASE(el1_mpu_goes_on_and_off),
        TAP_CASE(a_non_secure_region_reaches_non_secure_memory),
        TAP_CASE(every_slot_enforces),
    };

    return target_run(cases, sizeof cases / sizeof cases[0]);
}
