/* SPDX-License-Identifier: MIT */
/* Several operations as one change; lists of ranges; reservations. */
#include "fixture.h"

#include "port/armv8r32/codec.h"
#include "src/internal.h"
#include "tap.h"

#include <string.h>

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

static void many_operations_are_one_change(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    mpumap_sim_clear(&f.sim);
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 3, 4));
    OK(do_map(&f, 20, 29, RX));
    OK(do_protect(&f, 6, 7, RO));
    OK(do_map(&f, 40, 40, DEV));
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_STR(access_of(&f, 3), "rw");
    CHECK_STR(access_of(&f, 20), "");
    CHECK_STR(regions_of(&f),
              "0-2 rw 1, 5-5 rw 1, 6-7 ro 1, 8-9 rw 1, 20-29 rx 1, 40-40 rw device 1");
    CHECK_EQ(do_find(&f, 6, 7), MPUMAP_FOUND);
    OK(mpumap_commit(&f.map));
    CHECK_EQ(f.sim.counters.bitmaps, 1);
    CHECK_EQ(f.sim.counters.syncs, 1);
    CHECK_STR(access_of(&f, 3), "");
    CHECK_STR(access_of(&f, 6), "r");
    CHECK_STR(access_of(&f, 20), "rx");
    CHECK(sound(&f));
}

static void operations_see_those_before_them(void)
{
    fixture_exact(&f);
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 0, 9, RW));
    OK(do_unmap(&f, 0, 9));
    OK(do_lock(&f, 4, 4));
    OK(do_protect(&f, 0, 3, RX));
    CHECK_STR(spans_of(&f), "0-3 rx 1, 4-9 rw 1");
    OK(mpumap_commit(&f.map));
    CHECK_STR(NAME(do_unmap(&f, 4, 4)), "locked");
    CHECK(sound(&f));
}

static void the_first_refusal_poisons(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    remember(&f);
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 20, 20, RW));
    CHECK_STR(NAME(do_map(&f, 9, 9, RO)), "conflict");
    CHECK_STR(NAME(do_unmap(&f, 50, 50)), "not-mapped");
    OK(do_map(&f, 21, 21, RW)); /* still answers against the pending state */
    CHECK_STR(regions_of(&f), "0-9 rw 1, 20-21 rw 1");
    CHECK_STR(NAME(mpumap_commit(&f.map)), "conflict");
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(0));
    CHECK_EQ(mpumap_why(&f.map)->limit, LIMIT(9));
    CHECK_STR(mpumap_attribute_name((enum mpumap_attribute)mpumap_why(&f.map)->attribute),
              "permission");
    CHECK_STR(regions_of(&f), "0-9 rw 1");
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_STR(NAME(mpumap_commit(&f.map)), "state");
    OK(mpumap_begin(&f.map)); /* and the next is clean */
    OK(do_map(&f, 20, 20, RW));
    OK(mpumap_commit(&f.map));
    CHECK(sound(&f));
}

static void a_refused_find_does_not_poison(void)
{
    fixture_exact(&f);
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 0, 0, RW));
    CHECK_EQ(mpumap_find(&f.map, 1, 2, NULL, NULL), MPUMAP_FIND_REFUSED);
    CHECK(!mpumap_query(&f.map, BASE(7), NULL));
    OK(mpumap_commit(&f.map));
    CHECK_STR(regions_of(&f), "0-0 rw 1");
}

static void abort_rolls_everything_back(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(do_live(&f, 2, 3));
    remember(&f);
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 20, 29, RX));
    OK(do_unmap(&f, 5, 6));
    OK(do_lock(&f, 0, 1));
    OK(do_unlive(&f, 0, 9));
    OK(do_live(&f, 8, 8));
    OK(mpumap_reserve(&f.map, 7));
    CHECK_STR(NAME(do_unmap(&f, 0, 0)), "locked");
    OK(mpumap_abort(&f.map));
    CHECK_EQ(mpumap_capacity(&f.map), 16);
    CHECK_STR(regions_of(&f), "0-9 rw 1");
    CHECK_EQ(f.sim.counters.steps, 0);
    OK(do_unmap(&f, 0, 0)); /* no lock is left */
    CHECK(sound(&f));
}

static void a_refused_commit_rolls_back_locks_and_reservations(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(mpumap_begin(&f.map));
    OK(do_lock(&f, 0, 1));
    OK(mpumap_reserve(&f.map, 7));
    CHECK_STR(NAME(do_unmap(&f, 50, 50)), "not-mapped");
    CHECK_STR(NAME(mpumap_commit(&f.map)), "not-mapped");
    CHECK_EQ(mpumap_capacity(&f.map), 16);
    OK(do_unmap(&f, 0, 0));
    CHECK(sound(&f));
}

static void nothing_in_the_end_writes_nothing(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    mpumap_sim_clear(&f.sim);
    OK(mpumap_begin(&f.map));
    OK(mpumap_commit(&f.map));
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 20, 20, RW));
    OK(do_unmap(&f, 5, 5));
    OK(do_map(&f, 5, 5, RW));
    OK(do_unmap(&f, 20, 20));
    OK(do_map(&f, 3, 4, RW));
    OK(mpumap_commit(&f.map));
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_STR(spans_of(&f), "0-2 rw 1, 3-4 rw 2, 5-9 rw 1");
    CHECK(sound(&f));
}

static void whole_keeps_its_slots_over_a_transaction(void)
{
    uint8_t slot;

    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 3, MPUMAP_WHOLE);
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 4, 5, RW));
    OK(do_map(&f, 8, 9, RW));
    slot = slot_of(&f, 8);
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 0, 1));
    OK(do_map(&f, 2, 3, RX));
    OK(do_protect(&f, 4, 5, RO));
    OK(mpumap_commit(&f.map));
    CHECK_STR(regions_of(&f), "2-3 rx 1, 4-5 ro 1, 8-9 rw 1");
    CHECK_EQ(slot_of(&f, 8), slot);
    CHECK(sound(&f));
}

/* ---- lists ---- */

/* A merge that waits is tried again by what changes registers, not by what only counts: neither by
 * an operation nor by a transaction. */
static void a_transaction_that_only_counts_leaves_a_merge_waiting(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL1, 16, MPUMAP_EXACT);
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 3, 4, RW));
    OK(do_live(&f, 0, 1));
    OK(do_live(&f, 3, 4));
    OK(do_map(&f, 2, 2, RW));
    CHECK_EQ(mpumap_used(&f.map), 2);
    OK(do_unlive(&f, 0, 1));
    mpumap_sim_clear(&f.sim);
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 0, 0, RW));
    OK(mpumap_commit(&f.map));
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK_EQ(mpumap_used(&f.map), 2);
    CHECK(sound(&f));
    OK(do_map(&f, 9, 9, RW));
    CHECK_EQ(mpumap_used(&f.map), 2);
    CHECK(sound(&f));
}

/* The dump once showed such a region without its slot, while find had it. */
static void whole_keeps_the_slot_of_what_is_protected_in_a_transaction(void)
{
    struct mpumap_region out = {0};
    uint16_t cursor = 0;

    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_WHOLE);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 8, 9, RW));
    OK(mpumap_begin(&f.map));
    OK(do_protect(&f, 8, 9, RO));
    CHECK(mpumap_next_region(&f.map, &cursor, &out));
    CHECK(mpumap_next_region(&f.map, &cursor, &out));
    CHECK_EQ(out.slot, 1);
    CHECK_EQ(do_find(&f, 8, 9), MPUMAP_FOUND);
    OK(mpumap_commit(&f.map));
    CHECK(mpumap_query(&f.map, out.base, &out));
    CHECK_EQ(out.slot, 1);
    CHECK(sound(&f));
}

static void a_list_is_one_change(void)
{
    static const struct mpumap_item items[4] = {{BASE(0), LIMIT(3), RX},
                                                {BASE(4), LIMIT(4), RO},
                                                {BASE(8), LIMIT(9), RW},
                                                {BASE(7), LIMIT(7), RW}};

    fixture_exact(&f);
    OK(mpumap_map_list(&f.map, items, 4));
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-4 ro 1, 7-9 rw 1");
    CHECK_EQ(f.sim.counters.bitmaps, 1);
    CHECK(sound(&f));
    mpumap_sim_clear(&f.sim);
    OK(mpumap_map_list(&f.map, items, 4)); /* counts only */
    OK(mpumap_map_list(&f.map, items, 0));
    OK(mpumap_map_list(&f.map, NULL, 0));
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_STR(regions_of(&f), "0-3 rx 2, 4-4 ro 2, 7-9 rw 2");
}

static void a_list_with_one_bad_item_is_refused_as_a_whole(void)
{
    static const struct mpumap_item items[3] = {
        {BASE(0), LIMIT(3), RX}, {BASE(3), LIMIT(4), RO}, {BASE(1), LIMIT(0), RW}};

    fixture_exact(&f);
    OK(do_map(&f, 20, 20, RW));
    remember(&f);
    CHECK_STR(NAME(mpumap_map_list(&f.map, items, 3)), "conflict");
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(0));
    CHECK_STR(regions_of(&f), "20-20 rw 1");
    CHECK_EQ(f.sim.counters.steps, 0);
    OK(mpumap_begin(&f.map)); /* no transaction is left open */
    CHECK_STR(NAME(mpumap_map_list(&f.map, items, 1)), "state");
    OK(mpumap_abort(&f.map));
    CHECK(sound(&f));
}

static void a_list_longer_than_the_mpu(void)
{
    static const struct mpumap_item items[3] = {
        {BASE(0), LIMIT(0), RW}, {BASE(2), LIMIT(2), RW}, {BASE(4), LIMIT(4), RW}};

    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 2, MPUMAP_EXACT);
    CHECK_STR(NAME(mpumap_map_list(&f.map, items, 3)), "no-region");
    CHECK_STR(regions_of(&f), "");
    OK(mpumap_map_list(&f.map, items, 2));
    CHECK(sound(&f));
}

/* ---- reservations ---- */

static void a_reserved_slot_is_never_programmed(void)
{
    const struct mpumap_pair others = mpumap_armv8r32_pr_of_addr(BASE(500), LIMIT(600), RX);
    struct mpumap_pair now;

    for (uint8_t slot = 0; slot < 4; slot++) {
        fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 4, MPUMAP_EXACT);
        OK(mpumap_reserve(&f.map, slot));
        mpumap_sim_set(&f.sim, slot, &others);
        OK(do_map(&f, 0, 9, RW));
        OK(do_unmap(&f, 3, 3));
        OK(do_protect(&f, 6, 9, RO));
        CHECK_STR(NAME(do_unmap(&f, 8, 8)), "no-region");
        OK(do_unmap(&f, 0, 2));
        OK(do_unmap(&f, 4, 9));
        mpumap_sim_get(&f.sim, slot, &now);
        CHECK(now.base == others.base && now.limit == others.limit);
        CHECK_STR(access_of(&f, 500), "rx");
        CHECK(sound(&f));
    }
}

static void a_reservation_in_a_transaction_is_judged_against_the_committed_map(void)
{
    uint8_t slot;

    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 3, MPUMAP_EXACT);
    OK(do_map(&f, 0, 0, RW));
    slot = slot_of(&f, 0);
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 0, 0));
    CHECK_STR(NAME(mpumap_reserve(&f.map, slot)), "no-region");
    CHECK_STR(NAME(mpumap_commit(&f.map)), "no-region");
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 2, 2, RW));
    OK(do_map(&f, 4, 4, RW));
    OK(mpumap_reserve(&f.map, (uint16_t)((slot + 1) % 3)));
    CHECK_STR(NAME(mpumap_commit(&f.map)), "no-region");
    CHECK_EQ(mpumap_capacity(&f.map), 3);
    OK(mpumap_begin(&f.map));
    OK(mpumap_reserve(&f.map, (uint16_t)((slot + 1) % 3)));
    OK(mpumap_reserve(&f.map, (uint16_t)((slot + 1) % 3)));
    OK(do_map(&f, 2, 2, RW));
    OK(mpumap_commit(&f.map));
    CHECK_EQ(mpumap_capacity(&f.map), 2);
    CHECK_STR(NAME(do_map(&f, 4, 4, RW)), "no-region");
    CHECK(sound(&f));
}

/* Every slot of the map, the first too, and none beyond. */
static void reservations_end_with_the_transaction(void)
{
    for (unsigned commit = 0; commit < 2; commit++) {
        struct mpumap_entry behind;

        fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 4, MPUMAP_EXACT);
        memset(&f.table[4], 0x02, sizeof f.table[4]);
        behind = f.table[4];
        OK(mpumap_begin(&f.map));
        OK(mpumap_reserve(&f.map, 0));
        OK(mpumap_reserve(&f.map, 3));
        CHECK_EQ(mpumap_capacity(&f.map), 2);
        OK(commit ? mpumap_commit(&f.map) : mpumap_abort(&f.map));
        CHECK_EQ(mpumap_capacity(&f.map), commit ? 2 : 4);
        OK(mpumap_check(&f.map));
        OK(do_map(&f, 0, 0, RW));
        CHECK_EQ(slot_of(&f, 0), commit ? 1 : 0);
        CHECK(memcmp(&f.table[4], &behind, sizeof behind) == 0);
        CHECK(sound(&f));
    }
}

/* Room for one range, too, is room for its copy. */
static void one_live_range_comes_back(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.lock_capacity = 0;
    f.config.live_capacity = 1;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_live(&f, 0, 1));
    OK(mpumap_begin(&f.map));
    OK(do_unlive(&f, 0, 1));
    OK(do_live(&f, 5, 6));
    CHECK(mpumap_i_held(&f.map, BASE(5), LIMIT(6)) && !mpumap_i_held(&f.map, BASE(0), LIMIT(4)));
    OK(mpumap_abort(&f.map));
    CHECK(mpumap_i_held(&f.map, BASE(0), LIMIT(0)) && !mpumap_i_held(&f.map, BASE(2), LIMIT(9)));
}

/* Adopted neighbours are one span of what is pending, the first two like others. */
static void adopted_neighbours_are_one_pending_span(void)
{
    const struct mpumap_pair low = mpumap_armv8r32_pr_of_addr(BASE(0), LIMIT(3), RW);
    const struct mpumap_pair high = mpumap_armv8r32_pr_of_addr(BASE(4), LIMIT(5), RW);

    fixture_exact(&f);
    mpumap_sim_set(&f.sim, 0, &low);
    mpumap_sim_set(&f.sim, 1, &high);
    OK(mpumap_adopt_registers(&f.map));
    OK(mpumap_begin(&f.map));
    OK(mpumap_check(&f.map));
    CHECK_EQ(f.map.pending_count, 1);
    OK(mpumap_abort(&f.map));
}

/* More spans than room, with the regions that there were: no range is to blame. */
static void a_commit_that_only_counts_too_finely(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    fixture_room(&f, 2);
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 4, 5, RW));
    CHECK_STR(NAME(mpumap_commit(&f.map)), "no-space");
    CHECK_EQ(mpumap_why(&f.map)->base, 0);
    CHECK_EQ(mpumap_why(&f.map)->limit, 0);
    CHECK_EQ(mpumap_why(&f.map)->slot, MPUMAP_NO_SLOT);
    CHECK_STR(spans_of(&f), "0-9 rw 1");
    CHECK(sound(&f));
}

/* Nor is there room for copies of ranges then: an empty map, too, has no transactions, whatever
 * pointer came with the 0. */
static void no_room_for_a_transaction(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.pending_capacity = 0;
    OK(mpumap_init(&f.map, &f.config));
    CHECK_STR(NAME(mpumap_begin(&f.map)), "no-space");
    CHECK_EQ(mpumap_why(&f.map)->base, 0);
    CHECK_EQ(mpumap_why(&f.map)->limit, 0);
    CHECK_EQ(mpumap_why(&f.map)->slot, MPUMAP_NO_SLOT);
}

/* Not even where its slot could slide to a neighbour for fewer writes. */
static void whole_commits_leave_a_region_in_its_slot(void)
{
    const mpumap_attr_t rx = MPUMAP_RX | MPUMAP_EL1 | MPUMAP_NORMAL_WT;
    const mpumap_attr_t ro = MPUMAP_RO | MPUMAP_NORMAL_WT;

    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 6, MPUMAP_WHOLE);
    OK(do_map(&f, 3, 3, rx));
    OK(do_map(&f, 0, 0, rx));
    OK(do_map(&f, 1, 2, ro));
    OK(do_map(&f, 6, 6, rx));
    OK(do_map(&f, 8, 8, ro));
    OK(do_map(&f, 9, 9, ro));
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 0, 0));
    OK(do_unmap(&f, 3, 3));
    OK(do_protect(&f, 6, 6, DEV));
    OK(do_map(&f, 4, 5, ro));
    OK(do_map(&f, 7, 7, rx));
    OK(mpumap_commit(&f.map));
    CHECK_EQ(slot_of(&f, 6), 3);
    CHECK(sound(&f));
}

/* A merge that waits is two regions and, pending, one span. */
static void begin_needs_room_for_what_is_pending_alone(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL1, 8, MPUMAP_EXACT);
    f.config.pending_capacity = 1;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 3, 4, RW));
    CHECK_STR(NAME(mpumap_begin(&f.map)), "no-space");
    CHECK(sound(&f));
    OK(do_live(&f, 0, 1));
    OK(do_live(&f, 3, 4));
    OK(do_map(&f, 2, 2, RW));
    CHECK_EQ(mpumap_used(&f.map), 2);
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 0, 4, RW));
    OK(mpumap_commit(&f.map));
    CHECK_STR(spans_of(&f), "0-4 rw 2");
    CHECK(sound(&f));
}

static const struct tap_case cases[] = {
    TAP_CASE(reservations_end_with_the_transaction),
    TAP_CASE(one_live_range_comes_back),
    TAP_CASE(adopted_neighbours_are_one_pending_span),
    TAP_CASE(a_commit_that_only_counts_too_finely),
    TAP_CASE(no_room_for_a_transaction),
    TAP_CASE(many_operations_are_one_change),
    TAP_CASE(operations_see_those_before_them),
    TAP_CASE(the_first_refusal_poisons),
    TAP_CASE(a_refused_find_does_not_poison),
    TAP_CASE(abort_rolls_everything_back),
    TAP_CASE(a_refused_commit_rolls_back_locks_and_reservations),
    TAP_CASE(nothing_in_the_end_writes_nothing),
    TAP_CASE(whole_keeps_its_slots_over_a_transaction),
    TAP_CASE(a_transaction_that_only_counts_leaves_a_merge_waiting),
    TAP_CASE(whole_keeps_the_slot_of_what_is_protected_in_a_transaction),
    TAP_CASE(a_list_is_one_change),
    TAP_CASE(a_list_with_one_bad_item_is_refused_as_a_whole),
    TAP_CASE(a_list_longer_than_the_mpu),
    TAP_CASE(a_reserved_slot_is_never_programmed),
    TAP_CASE(a_reservation_in_a_transaction_is_judged_against_the_committed_map),
    TAP_CASE(whole_commits_leave_a_region_in_its_slot),
    TAP_CASE(begin_needs_room_for_what_is_pending_alone),
};
TAP_MAIN(cases)
