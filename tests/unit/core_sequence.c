/* SPDX-License-Identifier: MIT */
/*
 * Transactions in an MPU that is nearly full: several exchanges, one after another. That this loses
 * as little as can be is shown by tests/live/loss.c; that it breaks no rule, by
 * tests/live/strict.c.
 */
#include "fixture.h"

#include "tap.h"

#include <string.h>

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")
#define GRANULE 64u

/* The granules of a map, as letters: '.' unmapped, 'w' rw, 'x' rx. */
static void map_all(const char *map)
{
    for (unsigned g = 0; map[g] != '\0'; g++) {
        unsigned last = g;

        while (map[last + 1u] == map[g]) {
            last++;
        }
        if (map[g] != '.') {
            OK(do_map(&f, g, last, (map[g] == 'w') ? RW : RX));
        }
        g = last;
    }
}

static void start(uint16_t slots, const char *map, const char *live)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, slots, MPUMAP_EXACT);
    map_all(map);
    for (unsigned g = 0; live[g] != '\0'; g++) {
        if (live[g] != '.') {
            OK(do_live(&f, g, g));
        }
    }
    mpumap_sim_clear(&f.sim);
}

static enum mpumap_result change(const char *was, const char *is)
{
    OK(mpumap_begin(&f.map));
    for (unsigned g = 0; was[g] != '\0'; g++) {
        if (was[g] != is[g]) {
            if (was[g] != '.') {
                OK(do_unmap(&f, g, g));
            }
            if (is[g] != '.') {
                OK(do_map(&f, g, g, (is[g] == 'w') ? RW : RX));
            }
        }
    }
    return mpumap_commit(&f.map);
}

static void two_regions_become_two_others_through_one(void)
{
    start(3, "w.www", "w.w.w");
    OK(change("w.www", "www.w"));
    CHECK_STR(regions_of(&f), "0-2 rw 1, 4-4 rw 1");
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK_EQ(f.sim.counters.bitmaps, 2);
    CHECK_EQ(f.sim.counters.syncs, 1);
    CHECK_EQ(mpumap_cost(&f.map)->writes, mpumap_sim_writes(&f.sim));
    CHECK_EQ(mpumap_cost(&f.map)->barriers, mpumap_sim_barriers(&f.sim));
    CHECK(sound(&f));
}

static void what_is_between_comes_last(void)
{
    start(3, "w.www", "w.w.w");
    OK(change("w.www", "wwwxw"));
    CHECK_STR(regions_of(&f), "0-2 rw 1, 3-3 rx 1, 4-4 rw 1");
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK(sound(&f));
}

static void what_has_no_future_goes_first(void)
{
    start(4, "x.w.www", "..w.w.w");
    OK(change("x.w.www", "..www.w"));
    CHECK_STR(regions_of(&f), "2-4 rw 1, 6-6 rw 1");
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK(sound(&f));
}

/* Two components: the slots that the first gives back serve the second. */
static void components_follow_one_another(void)
{
    start(5, "w.w.w..www", "w.w.w..w.w");
    OK(change("w.w.w..www", "wwwww..w.w"));
    CHECK_STR(regions_of(&f), "0-4 rw 1, 7-7 rw 1, 9-9 rw 1");
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK(sound(&f));
}

static void a_region_that_changes_is_lost_first(void)
{
    start(3, "www.w.w.", "w.w...w.");
    OK(change("www.w.w.", "w.wwwwww"));
    CHECK_STR(regions_of(&f), "0-0 rw 1, 2-7 rw 1");
    CHECK_EQ(mpumap_cost(&f.map)->gap, GRANULE);
    CHECK(sound(&f));
}

static void a_new_region_comes_last(void)
{
    start(3, "wwww.www", ".w......");
    OK(change("wwww.www", "ww.www.w"));
    CHECK_STR(regions_of(&f), "0-1 rw 1, 3-5 rw 1, 7-7 rw 1");
    CHECK_EQ(mpumap_cost(&f.map)->gap, GRANULE);
    CHECK(sound(&f));
}

/* One that does not change is smaller than any that does, and comes back. */
static void a_region_beside_the_change_is_lost_meanwhile(void)
{
    start(4, "wwwwww.wwwww...x", "w..w....w.....");
    OK(change("wwwwww.wwwww...x", "www.wwww.www...x"));
    CHECK_STR(regions_of(&f), "0-2 rw 1, 4-7 rw 1, 9-11 rw 1, 15-15 rx 1");
    CHECK_EQ(mpumap_cost(&f.map)->gap, GRANULE);
    CHECK(sound(&f));
}

static void where_all_is_live_and_full_it_is_refused(void)
{
    start(2, "wwwww", "ww.ww");
    CHECK_STR(NAME(change("wwwww", "ww.ww")), "live");
    CHECK_STR(regions_of(&f), "0-4 rw 1");
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK(sound(&f));
}

/* Put-off merges in slots without a bitmap are no sequence. */
static void without_a_bitmap_there_is_none(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL1, 3, MPUMAP_EXACT);
    map_all("w.www");
    OK(do_live(&f, 0, 0));
    OK(do_live(&f, 2, 4));
    OK(do_unlive(&f, 3, 3));
    CHECK_STR(NAME(change("w.www", "www.w")), "live");
    CHECK(sound(&f));
}

/* Spans of a region that stays have counts until the end; splitting others takes no more spans than
 * there are. */
static void counts_take_no_room_meanwhile(void)
{
    struct mpumap_span beyond[8];

    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 6, MPUMAP_EXACT);
    map_all("w.w..wwwww");
    OK(do_map(&f, 20, 29, RW));
    for (unsigned g = 20; g < 28; g += 2) {
        OK(do_map(&f, g, g, RW));
    }
    CHECK_EQ(f.map.span_count, 11);
    fixture_room(&f, 11);
    memset(&f.spans[11], 0x5a, sizeof beyond);
    memcpy(beyond, &f.spans[11], sizeof beyond);
    OK(mpumap_begin(&f.map));
    for (unsigned g = 20; g < 28; g += 2) {
        OK(do_unmap(&f, g, g));
    }
    OK(do_map(&f, 1, 1, RW));
    OK(do_unmap(&f, 6, 6));
    OK(do_unmap(&f, 8, 8));
    OK(mpumap_commit(&f.map));
    CHECK_EQ(f.sim.counters.bitmaps, 3);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK_STR(spans_of(&f), "0-2 rw 1, 5-5 rw 1, 7-7 rw 1, 9-9 rw 1, 20-29 rw 1");
    CHECK(memcmp(beyond, &f.spans[11], sizeof beyond) == 0);
    CHECK(sound(&f));
}

/* A port need not have hooks. */
static void nothing_around_it(void)
{
    struct mpumap_port port = mpumap_sim_port;

    port.enter = NULL;
    port.leave = NULL;
    start(3, "w.www", "w.w.w");
    f.map.port = &port;
    OK(change("w.www", "www.w"));
    CHECK_STR(regions_of(&f), "0-2 rw 1, 4-4 rw 1");
}

static const struct tap_case cases[] = {
    TAP_CASE(two_regions_become_two_others_through_one),
    TAP_CASE(what_is_between_comes_last),
    TAP_CASE(what_has_no_future_goes_first),
    TAP_CASE(components_follow_one_another),
    TAP_CASE(a_region_that_changes_is_lost_first),
    TAP_CASE(a_new_region_comes_last),
    TAP_CASE(a_region_beside_the_change_is_lost_meanwhile),
    TAP_CASE(where_all_is_live_and_full_it_is_refused),
    TAP_CASE(without_a_bitmap_there_is_none),
    TAP_CASE(counts_take_no_room_meanwhile),
    TAP_CASE(nothing_around_it),
};
TAP_MAIN(cases)
