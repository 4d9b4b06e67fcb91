/* SPDX-License-Identifier: MIT */
/* The simulator's registers: reset, layout, names that reach them, counters. */
#include "port/sim/sim.h"
#include "tap.h"

#define TARGETS 5u
#define R64_EXISTS (MPUMAP_ADDR_BITS == 64)

static struct mpumap_sim sim;
static struct mpumap_sim other;

static bool exists(unsigned target)
{
    return R64_EXISTS || (target != MPUMAP_SIM_ARMV8R64_EL1 && target != MPUMAP_SIM_ARMV8R64_EL2);
}

static bool start(unsigned target, uint16_t regions)
{
    return mpumap_sim_init(&sim, (enum mpumap_sim_target)target, regions, 7);
}

static void step(enum mpumap_step_kind kind, uint8_t slot, mpumap_reg_t value)
{
    const struct mpumap_step one = {.value = value, .kind = (uint8_t)kind, .slot = slot};
    mpumap_sim_port.apply(&sim, &one);
}

static void bitmap(uint32_t value, uint32_t mask)
{
    const struct mpumap_step one = {
        .value = value, .mask = mask, .kind = (uint8_t)MPUMAP_STEP_BITMAP};
    mpumap_sim_port.apply(&sim, &one);
}

static struct mpumap_pair at(uint8_t slot)
{
    struct mpumap_pair pair;
    mpumap_sim_get(&sim, slot, &pair);
    return pair;
}

static void limits_of_every_target(void)
{
    static const struct mpumap_limits want[TARGETS] = {
        {8, 32, 6, 32, 1, 0, true, false, 0},  {8, 32, 6, 32, 1, 32, true, true, 0},
        {8, 48, 6, 0, 16, 32, true, false, 0}, {8, 48, 6, 0, 16, 32, true, true, 0},
        {8, 32, 5, 0, 4, 0, false, false, 0},
    };
    for (unsigned i = 0; i < TARGETS; i++) {
        struct mpumap_limits got;
        CHECK_EQ(start(i, 8), exists(i));
        if (!exists(i)) {
            continue;
        }
        mpumap_sim_port.limits(&sim, &got);
        CHECK_EQ(got.regions, want[i].regions);
        CHECK_EQ(got.address_bits, want[i].address_bits);
        CHECK_EQ(got.granule_shift, want[i].granule_shift);
        CHECK_EQ(got.direct, want[i].direct);
        CHECK_EQ(got.bank, want[i].bank);
        CHECK_EQ(got.bitmap, want[i].bitmap);
        CHECK_EQ(got.selector_isb, want[i].selector_isb);
        CHECK_EQ(got.lower_el1, want[i].lower_el1);
    }
}

static void sizes_that_do_not_exist_are_refused(void)
{
    CHECK(!start(MPUMAP_SIM_ARMV8R32_EL2, 0));
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2, 255));
    CHECK(!start(MPUMAP_SIM_ARMV8R32_EL2, 256));
    CHECK(start(MPUMAP_SIM_ARMV8M, 16));
    CHECK(!start(MPUMAP_SIM_ARMV8M, 17));
    CHECK(!start(TARGETS, 8));
}

static void reset_leaves_junk_in_all_but_the_enable_bits(void)
{
    for (unsigned target = 0; target < TARGETS; target++) {
        mpumap_reg_t seen = 0;
        if (!start(target, 16)) {
            CHECK(!exists(target));
            continue;
        }
        for (uint8_t slot = 0; slot < 16u; slot++) {
            CHECK_EQ(at(slot).limit & MPUMAP_LIMIT_ENABLE, 0);
            seen |= at(slot).base ^ at((uint8_t)(slot ^ 1u)).base;
        }
        CHECK((seen & 0xfffff000u) == 0xfffff000u);
        CHECK_EQ(mpumap_sim_bitmap(&sim), 0);
    }
}

static void junk_follows_from_the_seed(void)
{
    CHECK(mpumap_sim_init(&sim, MPUMAP_SIM_ARMV8R32_EL2, 16, 1));
    CHECK(mpumap_sim_init(&other, MPUMAP_SIM_ARMV8R32_EL2, 16, 1));
    CHECK_EQ(sim.slots[3].base, other.slots[3].base);
    CHECK_EQ(sim.slots[15].limit, other.slots[15].limit);
    CHECK(mpumap_sim_init(&other, MPUMAP_SIM_ARMV8R32_EL2, 16, 2));
    CHECK(sim.slots[3].base != other.slots[3].base);
}

static void bits_that_do_not_exist_read_as_zero(void)
{
    static const uint64_t base[TARGETS] = {0xffffffdf, 0xffffffdf, 0xffffffffffff, 0xffffffffffff,
                                           0xffffffff};
    static const uint64_t limit[TARGETS] = {0xffffffce, 0xffffffce, 0xffffffffffde, 0xffffffffffde,
                                            0xffffffee};
    for (unsigned target = 0; target < TARGETS; target++) {
        if (start(target, 8)) {
            const struct mpumap_pair ones = {(mpumap_reg_t) ~(mpumap_reg_t)0,
                                             (mpumap_reg_t) ~(mpumap_reg_t)1};
            mpumap_sim_set(&sim, 1, &ones);
            CHECK_EQ(at(1).base, base[target]);
            CHECK_EQ(at(1).limit, limit[target]);
            step(MPUMAP_STEP_SELECT, 0, 0);
            step(MPUMAP_STEP_BASE, 0, ones.base);
            step(MPUMAP_STEP_LIMIT, 0, ones.limit);
            CHECK_EQ(at(0).base, base[target]);
            CHECK_EQ(at(0).limit, limit[target]);
        }
    }
}

/* AArch32: 0 to 31 have names of their own; the selector is never looked at. */
static void direct_registers_need_no_selector(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL1, 40));
    mpumap_sim_set_selector(&sim, 39);
    step(MPUMAP_STEP_BASE, 0, 0x1001);
    step(MPUMAP_STEP_BASE, 31, 0x2001);
    CHECK_EQ(at(0).base, 0x1001);
    CHECK_EQ(at(31).base, 0x2001);
    CHECK_EQ(sim.counters.errors, 0);
}

static void slot_32_goes_through_the_window(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL1, 40));
    mpumap_sim_set_selector(&sim, 33);
    step(MPUMAP_STEP_BASE, 32, 0x1001);
    CHECK_EQ(at(33).base, 0x1001);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_MISDIRECTED);
    CHECK_EQ(sim.error.slot, 32);
    CHECK_EQ(sim.error.other, 33);
    mpumap_sim_clear(&sim);
    step(MPUMAP_STEP_SELECT, 32, 32);
    step(MPUMAP_STEP_BASE, 32, 0x2001);
    CHECK_EQ(at(32).base, 0x2001);
    CHECK_EQ(sim.counters.errors, 0);
}

/* One selector value reaches a bank; the bank's first slot is the window, wherever that looks. */
static void banks(enum mpumap_sim_target target, uint8_t bank)
{
    for (uint8_t slot = 0; slot < 2u * bank; slot++) {
        CHECK(start(target, 2u * bank));
        mpumap_sim_set_selector(&sim, (uint8_t)(slot & ~(bank - 1u)));
        step(MPUMAP_STEP_LIMIT, slot, 0x4000);
        CHECK_EQ(at(slot).limit, 0x4000);
        CHECK_EQ(sim.counters.errors, 0);
    }
    CHECK(start(target, 2u * bank));
    mpumap_sim_set_selector(&sim, (uint8_t)(bank + 1u));
    step(MPUMAP_STEP_LIMIT, bank, 0x4000); /* through the window: bank + 1 */
    CHECK_EQ(at((uint8_t)(bank + 1u)).limit, 0x4000);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_MISDIRECTED);
    mpumap_sim_clear(&sim);
    step(MPUMAP_STEP_LIMIT, (uint8_t)(bank + 2u), 0x5000);
    CHECK_EQ(at((uint8_t)(bank + 2u)).limit, 0x5000);
    CHECK_EQ(sim.counters.errors, 0);
    step(MPUMAP_STEP_LIMIT, 1, 0x6000);
    CHECK_EQ(at((uint8_t)(bank + 1u)).limit, 0x6000);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_MISDIRECTED);
}

static void a_selector_value_reaches_its_bank(void)
{
    banks(MPUMAP_SIM_ARMV8M, 4);
    if (R64_EXISTS) {
        banks(MPUMAP_SIM_ARMV8R64_EL1, 16);
        banks(MPUMAP_SIM_ARMV8R64_EL2, 16);
    }
}

static void selector_beyond_the_slots(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL1, 40));
    step(MPUMAP_STEP_SELECT, 40, 40);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_NO_SLOT);
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL1, 16));
    step(MPUMAP_STEP_BASE, 16, 0x40);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_NO_SLOT);
}

static void enable_bits_are_mirrored_both_ways(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2, 40));
    for (uint8_t slot = 0; slot < 40u; slot++) {
        const struct mpumap_pair pair = {(mpumap_reg_t)slot << 12,
                                         ((mpumap_reg_t)slot << 12) | 0xe};
        mpumap_sim_set(&sim, slot, &pair);
    }
    step(MPUMAP_STEP_LIMIT, 5, 0x500f);
    step(MPUMAP_STEP_LIMIT, 31, 0x1f00f);
    step(MPUMAP_STEP_SELECT, 32, 32);
    step(MPUMAP_STEP_LIMIT, 32, 0x2000f);
    CHECK_EQ(mpumap_sim_bitmap(&sim), 0x80000020);
    bitmap(0x80000001, 0xc0000031);
    CHECK_EQ(at(0).limit, 0xf);
    CHECK_EQ(at(4).limit, 0x400e);
    CHECK_EQ(at(5).limit, 0x500e);
    CHECK_EQ(at(30).limit, 0x1e00e);
    CHECK_EQ(at(31).limit, 0x1f00f);
    CHECK_EQ(at(32).limit, 0x2000f);
    bitmap(0, 0x80000000);
    CHECK_EQ(mpumap_sim_bitmap(&sim), 1);
    CHECK_EQ(at(32).limit, 0x2000f);
    CHECK_EQ(sim.counters.errors, 0);
}

static void no_bitmap_at_aarch32_el1_nor_on_m(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL1, 16));
    bitmap(1, 1);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_BAD_STEP);
    CHECK_EQ(mpumap_sim_bitmap(&sim), 0);
    CHECK(start(MPUMAP_SIM_ARMV8M, 16));
    bitmap(1, 1);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_BAD_STEP);
}

static void bitmap_bits_of_slots_that_do_not_exist(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2, 16));
    bitmap(0, 0xffff);
    CHECK_EQ(sim.counters.errors, 0);
    bitmap(0, 0x10000);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_NO_SLOT);
}

static void every_step_is_counted(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2, 40));
    step(MPUMAP_STEP_SELECT, 32, 32);
    step(MPUMAP_STEP_ISB, 0, 0);
    step(MPUMAP_STEP_BASE, 32, 0);
    step(MPUMAP_STEP_LIMIT, 32, 0);
    step(MPUMAP_STEP_ORDER, 0, 0);
    bitmap(0, 1);
    step(MPUMAP_STEP_SYNC, 0, 0);
    CHECK_EQ(sim.counters.steps, 7);
    CHECK_EQ(sim.counters.selects, 1);
    CHECK_EQ(sim.counters.regions, 2);
    CHECK_EQ(sim.counters.bitmaps, 1);
    CHECK_EQ(mpumap_sim_writes(&sim), 4);
    CHECK_EQ(mpumap_sim_barriers(&sim), 3);
    mpumap_sim_clear(&sim);
    CHECK_EQ(mpumap_sim_writes(&sim) + mpumap_sim_barriers(&sim) + sim.counters.steps, 0);
    step((enum mpumap_step_kind)99, 0, 0);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_BAD_STEP);
}

/* As on hardware, where another read or an interrupt may have left it anywhere. */
static void a_read_beyond_the_direct_registers_moves_the_selector(void)
{
    struct mpumap_pair pair;
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2, 40));
    step(MPUMAP_STEP_SELECT, 32, 32);
    mpumap_sim_port.read(&sim, 3, &pair);
    CHECK_EQ(pair.base, at(3).base);
    CHECK_EQ(sim.selector, 32);
    mpumap_sim_port.read(&sim, 39, &pair);
    CHECK_EQ(pair.limit, at(39).limit);
    CHECK_EQ(sim.selector, 39);
    CHECK_EQ(mpumap_sim_writes(&sim), 1);
}

static void a_record_plays_back(void)
{
    struct mpumap_step steps[3];
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2, 16));
    other = sim;
    mpumap_sim_record(&sim, steps, 3);
    step(MPUMAP_STEP_BASE, 2, 0x2019);
    step(MPUMAP_STEP_LIMIT, 2, 0x2fcf);
    step(MPUMAP_STEP_SYNC, 0, 0);
    step(MPUMAP_STEP_SYNC, 0, 0);
    CHECK_EQ(sim.record_count, 3);
    mpumap_sim_play(&other, steps, 3);
    CHECK_EQ(other.slots[2].base, 0x2019);
    CHECK_EQ(other.slots[2].limit, 0x2fcf);
    CHECK_EQ(other.counters.steps, 3);
}

/* Enabled regions overlap: reported at the step that makes it so, with both slots and where. */
static void overlap_is_reported_at_once(void)
{
    char text[200];
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2, 16));
    step(MPUMAP_STEP_BASE, 1, 0x1019);
    step(MPUMAP_STEP_LIMIT, 1, 0x1fcf);
    step(MPUMAP_STEP_BASE, 9, 0x1fd9);
    CHECK_EQ(sim.counters.errors, 0);
    step(MPUMAP_STEP_LIMIT, 9, 0x2fcf);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_OVERLAP);
    mpumap_sim_describe(&sim, text, sizeof(text));
    CHECK_STR(text, "overlap at step 4, slot 9 and 1, 0x00001fc0 to 0x00001fff");
    mpumap_sim_describe(&sim, text, 8);
    CHECK_STR(text, "overlap");
    mpumap_sim_clear(&sim);
    step(MPUMAP_STEP_BASE, 9, 0x2019);
    CHECK_EQ(sim.counters.errors, 0);
    bitmap(0, 0x200);
    step(MPUMAP_STEP_BASE, 9, 0x1fd9);
    CHECK_EQ(sim.counters.errors, 0);
    bitmap(0x200, 0x200);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_OVERLAP);
}

static void a_base_above_its_limit_matches_nothing(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2, 16));
    step(MPUMAP_STEP_BASE, 1, 0x1019);
    step(MPUMAP_STEP_LIMIT, 1, 0x1fcf);
    step(MPUMAP_STEP_BASE, 9, 0xffffffd9);
    step(MPUMAP_STEP_LIMIT, 9, 0xffffff8f);
    CHECK_EQ(sim.counters.errors, 0);
    mpumap_sim_control(&sim, true, false);
    CHECK_EQ(mpumap_sim_access(&sim, 'r', 0xffffffc0, MPUMAP_SIM_OWNER).reason,
             MPUMAP_SIM_UNMAPPED);
}

/* SH = 01 on an enabled region. */
static void reserved_values_are_reported(void)
{
    CHECK(start(MPUMAP_SIM_ARMV8R32_EL2, 16));
    step(MPUMAP_STEP_BASE, 1, 0x1009);
    CHECK_EQ(sim.counters.errors, 0);
    step(MPUMAP_STEP_LIMIT, 1, 0x1fcf);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_RESERVED);
}

/* The port's codec is that of the target: the same region differs in the bits that differ. */
static void codecs_of_every_target(void)
{
    static const uint64_t base[TARGETS] = {0x101b, 0x101b, 0x1036, 0x1036, 0x101b};
    static const uint64_t limit[TARGETS] = {0x1fcf, 0x1fcf, 0x1fcf, 0x1fcf, 0x1fef};
    for (unsigned target = 0; target < TARGETS; target++) {
        if (start(target, 8)) {
            struct mpumap_pair pair;
            mpumap_attr_t attr;
            mpumap_sim_port.encode(&sim, 0x1000, 0x1fff,
                                   MPUMAP_RW | MPUMAP_SHARE_INNER | MPUMAP_EL1, &pair);
            CHECK_EQ(pair.base, base[target]);
            CHECK_EQ(pair.limit, limit[target]);
            CHECK(mpumap_sim_port.decode(&sim, &pair, &attr));
            CHECK_EQ(attr, MPUMAP_RW | MPUMAP_SHARE_INNER | MPUMAP_EL1);
        }
    }
}

static void names(void)
{
    CHECK_STR(mpumap_sim_reason_name(MPUMAP_SIM_UNDECIDED), "pending");
    CHECK_STR(mpumap_sim_reason_name((enum mpumap_sim_reason)99), "?");
    CHECK_STR(mpumap_sim_fault_name(MPUMAP_SIM_NO_ROOM), "no-room");
    CHECK_STR(mpumap_sim_fault_name((enum mpumap_sim_fault)99), "?");
}

static const struct tap_case cases[] = {
    TAP_CASE(limits_of_every_target),
    TAP_CASE(sizes_that_do_not_exist_are_refused),
    TAP_CASE(reset_leaves_junk_in_all_but_the_enable_bits),
    TAP_CASE(junk_follows_from_the_seed),
    TAP_CASE(bits_that_do_not_exist_read_as_zero),
    TAP_CASE(direct_registers_need_no_selector),
    TAP_CASE(slot_32_goes_through_the_window),
    TAP_CASE(a_selector_value_reaches_its_bank),
    TAP_CASE(selector_beyond_the_slots),
    TAP_CASE(enable_bits_are_mirrored_both_ways),
    TAP_CASE(no_bitmap_at_aarch32_el1_nor_on_m),
    TAP_CASE(bitmap_bits_of_slots_that_do_not_exist),
    TAP_CASE(every_step_is_counted),
    TAP_CASE(a_read_beyond_the_direct_registers_moves_the_selector),
    TAP_CASE(a_record_plays_back),
    TAP_CASE(overlap_is_reported_at_once),
    TAP_CASE(a_base_above_its_limit_matches_nothing),
    TAP_CASE(reserved_values_are_reported),
    TAP_CASE(codecs_of_every_target),
    TAP_CASE(names),
};
TAP_MAIN(cases)
