/* SPDX-License-Identifier: MIT */
/*
 * Slots that go off and are filled again, and regions that slide, in an MPU of four slots. The
 * fewest barriers and writes are those that the search of tests/live/optimal.c finds. A map is
 * written as in docs/live-change.md: a letter for a granule, `.` for one that is not mapped.
 */
#include "fixture.h"

#include "tap.h"

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

#define BITMAP MPUMAP_SIM_ARMV8R32_EL2
#define NO_BITMAP MPUMAP_SIM_ARMV8R32_EL1

static mpumap_attr_t attr_of(char letter, mpumap_attr_t a, mpumap_attr_t b)
{
    return (letter == 'A') ? a : b;
}

/* Changes one map into the other by a transaction. */
static void change(enum mpumap_sim_target target, const char *was, const char *is, mpumap_attr_t a,
                   mpumap_attr_t b)
{
    fixture_start(&f, target, 4, MPUMAP_EXACT);
    for (unsigned g = 0; was[g] != '\0'; g++) {
        if (was[g] != '.') {
            OK(do_map(&f, g, g, attr_of(was[g], a, b)));
        }
    }
    OK(mpumap_begin(&f.map));
    for (unsigned g = 0; was[g] != '\0'; g++) {
        if (was[g] != is[g] && was[g] != '.') {
            OK(do_unmap(&f, g, g));
        }
        if (was[g] != is[g] && is[g] != '.') {
            OK(do_map(&f, g, g, attr_of(is[g], a, b)));
        }
    }
    OK(mpumap_commit(&f.map));
}

static void costs(unsigned barriers, unsigned writes)
{
    const struct mpumap_cost *cost = mpumap_cost(&f.map);

    CHECK_EQ(cost->barriers, barriers);
    CHECK_EQ(cost->writes, writes);
    CHECK_EQ(cost->gap, 0);
    CHECK(sound(&f));
}

/* [1,2] of B may be seen: nobody else has byte 1 any more. */
static void base_and_limit_are_written_together(void)
{
    change(NO_BITMAP, "ABAAB", "A.BAB", RW, RX);
    costs(2, 4);
    CHECK_STR(regions_of(&f), "0-0 rw 1, 2-2 rx 1, 3-3 rw 1, 4-4 rx 1");
    change(BITMAP, "BBAB.", "ABBBA", RW, RO);
    costs(3, 8);
}

/* Read-only is inside read-write: [0,1] may be seen read-only. */
static void the_next_address_comes_with_the_permission_that_was(void)
{
    change(NO_BITMAP, ".BABA", "A.ABA", RW, RO);
    costs(2, 4);
    CHECK_STR(regions_of(&f), "0-0 rw 1, 2-2 rw 1, 3-3 ro 1, 4-4 rw 1");
}

/* Neither [3,4] nor [4,4] may be executable device memory. */
static void the_next_permission_comes_with_the_address_that_was(void)
{
    change(NO_BITMAP, "ABA.A", "ABABB", RX, DEV);
    costs(2, 4);
    CHECK_STR(access_of(&f, 4), "rw");
    CHECK_STR(access_of(&f, 3), "rw");
}

/* B slides from 1 to 2 although A waits for 1. */
static void a_region_slides_where_others_wait(void)
{
    change(NO_BITMAP, "AB.AB", "AABAB", RW, RX);
    costs(3, 3);
    CHECK_STR(regions_of(&f), "0-1 rw 1, 2-2 rx 1, 3-3 rw 1, 4-4 rx 1");
}

/* ... but not where they come with an exchange. */
static void a_region_does_not_slide_under_an_exchange(void)
{
    change(BITMAP, ".AB.B", "ABBBB", RW, RX);
    costs(2, 5);
    CHECK_STR(regions_of(&f), "0-0 rw 1, 1-4 rx 1");
}

/* The base for what comes after the exchange is written with it: [0,4] may be seen. */
static void a_slot_that_the_exchange_frees_is_filled_in_one_phase(void)
{
    change(BITMAP, ".AAAA", "A.ABA", RW, RX);
    costs(3, 9);
    change(BITMAP, "..BBB", ".ABAB", RW, RO);
    costs(3, 10);
    CHECK_STR(regions_of(&f), "1-1 rw 1, 2-2 ro 1, 3-3 rw 1, 4-4 ro 1");
}

/* What goes off as a whole may give up its bytes in two steps, if nobody waits for the second. */
static void a_region_becomes_another_though_others_wait_for_one_end(void)
{
    change(NO_BITMAP, "BBB.B", ".ABBB", RW, RO);
    CHECK_EQ(mpumap_cost(&f.map)->barriers, 2);
    CHECK_EQ(mpumap_cost(&f.map)->writes, 3);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 64);
    CHECK(sound(&f));
}

/* [1,2] would become [0,3] late in its place, so it goes off; the slot that is ready for its heir
 * waits for that. */
static void a_slot_that_is_ready_waits_for_the_bytes(void)
{
    fixture_start(&f, NO_BITMAP, 4, MPUMAP_EXACT);
    OK(do_map(&f, 9, 9, RW));
    OK(do_map(&f, 7, 7, RW));
    OK(do_map(&f, 0, 0, RO));
    OK(do_unmap(&f, 9, 9));
    OK(do_unmap(&f, 7, 7));
    OK(do_unmap(&f, 0, 0));
    OK(do_map(&f, 1, 2, RO));
    OK(do_map(&f, 3, 3, RX));
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 1, 3));
    OK(do_map(&f, 0, 3, (mpumap_attr_t)(MPUMAP_RO | MPUMAP_NORMAL_WT)));
    OK(mpumap_commit(&f.map));
    CHECK_EQ(slot_of(&f, 0), 2);
    costs(2, 3);
}

/* A merge of live regions is not put off: what one map() asks for is one region. */
static void whole_keeps_a_mapping_in_one_region(void)
{
    fixture_start(&f, BITMAP, 3, MPUMAP_WHOLE);
    OK(do_map(&f, 0, 0, RW));
    OK(do_map(&f, 1, 1, RW));
    OK(do_live(&f, 0, 0));
    OK(do_live(&f, 1, 1));
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 0, 0));
    OK(do_unmap(&f, 1, 1));
    OK(do_map(&f, 0, 1, RW));
    CHECK_STR(NAME(mpumap_commit(&f.map)), "live");
    CHECK_STR(regions_of(&f), "0-0 rw 1, 1-1 rw 1");
    CHECK(sound(&f));
}

/* A new region above the last old one, in its slot: no span is there to compare with, and with a
 * full list not even memory. */
static void nothing_is_read_behind_a_full_list(void)
{
    fixture_prepare(&f, NO_BITMAP, 4, MPUMAP_EXACT);
    f.config.span_capacity = 1;
    fixture_init(&f);
    OK(do_map(&f, 0, 0, RW));
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 0, 0));
    OK(do_map(&f, 1, 1, RO));
    OK(mpumap_commit(&f.map));
    costs(2, 3);
}

static const struct tap_case cases[] = {
    TAP_CASE(base_and_limit_are_written_together),
    TAP_CASE(the_next_address_comes_with_the_permission_that_was),
    TAP_CASE(the_next_permission_comes_with_the_address_that_was),
    TAP_CASE(a_region_slides_where_others_wait),
    TAP_CASE(a_region_does_not_slide_under_an_exchange),
    TAP_CASE(a_slot_that_the_exchange_frees_is_filled_in_one_phase),
    TAP_CASE(a_region_becomes_another_though_others_wait_for_one_end),
    TAP_CASE(a_slot_that_is_ready_waits_for_the_bytes),
    TAP_CASE(whole_keeps_a_mapping_in_one_region),
    TAP_CASE(nothing_is_read_behind_a_full_list),
};
TAP_MAIN(cases)
