/* SPDX-License-Identifier: MIT */
/* Plans that need slots on both sides of a border: of the bitmap, of the selector, of the MPU. */
#include "fixture.h"

#include "tap.h"

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

/* 40 regions, of which others own the first: 32 are in the bitmap and need no selector. */
static void from_slot(uint8_t first)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 40, MPUMAP_EXACT);
    for (uint8_t s = 0; s < first; s++) {
        OK(mpumap_reserve(&f.map, s));
    }
}

/* The region taken out for the duration moves to slot 32, by the selector, in the phase before
 * another region is written in slot 31, which needs none. No selector value stands for "none". */
static void direct_registers_after_a_selector(void)
{
    from_slot(29);
    OK(do_map(&f, 8, 30, RW));
    OK(do_map(&f, 1, 5, RW));
    OK(do_map(&f, 32, 32, RW));
    CHECK_EQ(slot_of(&f, 32), 31);
    OK(do_map(&f, 2, 7, RW));
    CHECK_STR(regions_of(&f), "1-30 rw 1, 32-32 rw 1");
    CHECK_STR(spans_of(&f), "1-1 rw 1, 2-5 rw 2, 6-30 rw 1, 32-32 rw 1");
    CHECK_EQ(slot_of(&f, 1), 31);
    CHECK_EQ(slot_of(&f, 32), 32);
    CHECK_STR(access_of(&f, 32), "rw");
    CHECK_STR(access_of(&f, 31), "");
    CHECK(sound(&f));
}

/* Several go off at once by the bitmap; the one beyond it by its limit register. */
static void regions_go_off_on_both_sides_of_the_bitmap(void)
{
    from_slot(28);
    OK(do_map(&f, 15, 18, RO));
    OK(do_map(&f, 60, 61, RO));
    OK(do_map(&f, 0, 2, RO));
    OK(do_map(&f, 20, 40, RO));
    OK(do_map(&f, 4, 5, RO));
    CHECK_EQ(slot_of(&f, 4), 32);
    OK(do_map(&f, 0, 50, RO));
    CHECK_STR(regions_of(&f), "0-50 ro 1, 60-61 ro 1");
    CHECK_STR(access_of(&f, 4), "r");
    CHECK_EQ(mpumap_used(&f.map), 2);
    CHECK(sound(&f));
}

/* A region of its own, in the phase of the exchange, beyond what the bitmap write reaches. */
static void a_fresh_region_beyond_the_bitmap_in_the_phase_of_the_exchange(void)
{
    from_slot(29);
    OK(do_map(&f, 30, 35, RW));
    OK(do_map(&f, 12, 20, RW));
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 0, 0, RW));
    OK(do_map(&f, 11, 29, RW));
    OK(mpumap_commit(&f.map));
    CHECK_STR(regions_of(&f), "0-0 rw 1, 11-35 rw 1");
    CHECK_STR(access_of(&f, 0), "rw");
    CHECK_STR(access_of(&f, 11), "rw");
    CHECK_STR(access_of(&f, 36), "");
    CHECK(sound(&f));
}

/* The last slots of the bitmap are kept for the exchange; what is not preloaded goes beyond. */
static void slots_of_the_bitmap_are_kept_for_the_exchange(void)
{
    from_slot(28);
    OK(do_map(&f, 6, 8, RO));
    OK(do_map(&f, 50, 52, RX));
    OK(do_protect(&f, 7, 7, RW));
    CHECK_STR(regions_of(&f), "6-6 ro 1, 7-7 rw 1, 8-8 ro 1, 50-52 rx 1");
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK_STR(access_of(&f, 6), "r");
    CHECK_STR(access_of(&f, 7), "rw");
    CHECK_STR(access_of(&f, 8), "r");
    CHECK(sound(&f));
}

/* Under whole a region is never made of several, whatever begins where the new one does. */
static void whole_replaces_a_region_by_a_longer_one(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 2, 2, RW));
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 2, 2));
    OK(do_map(&f, 2, 6, RW));
    OK(mpumap_commit(&f.map));
    CHECK_STR(regions_of(&f), "2-6 rw 1");
    CHECK_STR(access_of(&f, 6), "rw");
    CHECK_EQ(mpumap_used(&f.map), 1);
    CHECK(sound(&f));
}

/* Fewer spare slots than new regions: what goes off has its next registers in it in the first
 * phase, so that the second can be the exchange of everything. A free slot of a lower number is
 * left to a region that the other could not hold so early. */
static void everything_is_exchanged_with_a_slot_that_goes_off(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 4, MPUMAP_EXACT);
    OK(do_map(&f, 20, 20, RX));
    OK(do_map(&f, 1, 4, RO));
    OK(do_map(&f, 0, 0, RW));
    OK(do_unmap(&f, 20, 20));
    CHECK_EQ(slot_of(&f, 0), 2);
    OK(mpumap_begin(&f.map));
    OK(do_protect(&f, 0, 0, RO));
    OK(do_protect(&f, 3, 3, RW));
    OK(mpumap_commit(&f.map));
    CHECK_STR(regions_of(&f), "0-2 ro 1, 3-3 rw 1, 4-4 ro 1");
    CHECK_EQ(slot_of(&f, 0), 2);
    CHECK_EQ(mpumap_cost(&f.map)->barriers, 2);
    CHECK_EQ(mpumap_cost(&f.map)->writes, 7);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK(sound(&f));
}

/* A region that is out for the duration does not count as one that goes off. */
static void a_region_taken_out_is_lost(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 4, MPUMAP_EXACT);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 5, 5, RW));
    OK(do_map(&f, 7, 7, RW));
    OK(do_live(&f, 0, 0));
    OK(do_live(&f, 3, 3));
    OK(do_live(&f, 7, 7));
    OK(do_unmap(&f, 1, 1));
    CHECK_STR(regions_of(&f), "0-0 rw 1, 2-3 rw 1, 5-5 rw 1, 7-7 rw 1");
    CHECK_EQ(mpumap_cost(&f.map)->gap, 64);
    CHECK(sound(&f));
}

static const struct tap_case cases[] = {
    TAP_CASE(direct_registers_after_a_selector),
    TAP_CASE(regions_go_off_on_both_sides_of_the_bitmap),
    TAP_CASE(a_fresh_region_beyond_the_bitmap_in_the_phase_of_the_exchange),
    TAP_CASE(slots_of_the_bitmap_are_kept_for_the_exchange),
    TAP_CASE(whole_replaces_a_region_by_a_longer_one),
    TAP_CASE(everything_is_exchanged_with_a_slot_that_goes_off),
    TAP_CASE(a_region_taken_out_is_lost),
};
TAP_MAIN(cases)
