/* SPDX-License-Identifier: MIT */
/* Ranges that are locked or live: what may still be done with them, and lists of them. */
#include "fixture.h"

#include "src/internal.h"
#include "tap.h"

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

static void no_bitmap(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL1, 8, MPUMAP_EXACT);
}

/* ---- locked ---- */

static void a_locked_byte_stays_with_its_attributes(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(do_lock(&f, 4, 5));
    remember(&f);
    CHECK_STR(NAME(do_unmap(&f, 0, 9)), "locked");
    CHECK_STR(NAME(do_unmap(&f, 5, 5)), "locked");
    CHECK_STR(NAME(do_protect(&f, 0, 4, RO)), "locked");
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(4));
    CHECK(unchanged(&f));
    OK(do_protect(&f, 0, 9, RW)); /* equal attributes */
    OK(do_map(&f, 3, 6, RW));
    OK(do_unmap(&f, 4, 5)); /* one of two references */
    CHECK_STR(NAME(do_unmap(&f, 4, 5)), "locked");
    OK(do_unmap(&f, 0, 3));
    OK(do_unmap(&f, 6, 9));
    OK(do_unlive(&f, 0, 9));
    CHECK_STR(NAME(do_unmap(&f, 4, 5)), "locked");
    CHECK_STR(NAME(do_map(&f, 4, 5, RO)), "conflict");
    CHECK_STR(access_of(&f, 4), "rw");
    CHECK(sound(&f));
}

static void whole_locks(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(do_lock(&f, 4, 5));
    CHECK_STR(NAME(do_unmap(&f, 0, 9)), "locked");
    CHECK_STR(NAME(mpumap_unmap_at(&f.map, BASE(0))), "locked");
    CHECK_STR(NAME(do_protect(&f, 0, 9, RO)), "locked");
    CHECK_STR(NAME(do_unmap(&f, 0, 1)), "partial"); /* the lock is elsewhere in the region */
    CHECK_STR(NAME(do_unmap(&f, 3, 4)), "locked");
    OK(do_protect(&f, 0, 9, RW));
    OK(do_map(&f, 7, 7, RW));
    OK(do_unmap(&f, 7, 7));
    CHECK_STR(NAME(do_lock(&f, 20, 20)), "not-mapped");
    CHECK(sound(&f));
}

/* ---- live ---- */

static void live_may_be_unmapped_and_protected_on_purpose(void)
{
    no_bitmap();
    OK(do_live(&f, 0, 9)); /* before it is mapped */
    OK(do_map(&f, 0, 9, RW));
    OK(do_protect(&f, 0, 9, RO));
    OK(do_protect(&f, 0, 9, MPUMAP_RW | MPUMAP_NORMAL_NC));
    OK(do_unmap(&f, 0, 9));
    OK(do_live(&f, 3, 4));
    OK(do_unlive(&f, 30, 40));
    CHECK(sound(&f));
}

static void a_split_of_two_live_halves_needs_the_bitmap(void)
{
    no_bitmap();
    OK(do_map(&f, 0, 4, RW));
    OK(do_live(&f, 0, 4));
    remember(&f);
    CHECK_STR(NAME(do_unmap(&f, 2, 2)), "live");
    CHECK_STR(NAME(do_protect(&f, 2, 2, RO)), "live");
    CHECK(unchanged(&f));
    OK(do_unmap(&f, 4, 4));
    OK(do_unmap(&f, 0, 0));
    CHECK_STR(regions_of(&f), "1-3 rw 1");
    OK(do_unlive(&f, 3, 3));
    OK(do_unmap(&f, 2, 2));
    CHECK_STR(regions_of(&f), "1-1 rw 1, 3-3 rw 1");
    CHECK(sound(&f));
    fixture_exact(&f);
    OK(do_map(&f, 0, 4, RW));
    OK(do_live(&f, 0, 4));
    OK(do_unmap(&f, 2, 2));
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK(sound(&f));
}

static void a_merge_of_two_live_ranges_waits_without_the_bitmap(void)
{
    no_bitmap();
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 3, 4, RW));
    OK(do_live(&f, 0, 1));
    OK(do_live(&f, 3, 4));
    OK(do_map(&f, 2, 2, RW));
    CHECK_EQ(mpumap_used(&f.map), 2);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK_STR(spans_of(&f), "0-4 rw 1");
    for (unsigned i = 0; i < 5; i++) {
        CHECK_STR(access_of(&f, i), "rw");
    }
    OK(do_unlive(&f, 3, 4));
    OK(do_map(&f, 20, 20, RW)); /* every later change tries again */
    CHECK_STR(regions_of(&f), "0-4 rw 1, 20-20 rw 1");
    CHECK_EQ(mpumap_used(&f.map), 2);
    CHECK(sound(&f));
}

static void a_put_off_merge_counts_as_what_it_uses(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL1, 2, MPUMAP_EXACT);
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 3, 4, RW));
    OK(do_live(&f, 0, 4));
    OK(do_map(&f, 2, 2, RW));
    CHECK_EQ(mpumap_used(&f.map), 2);
    CHECK_STR(NAME(do_map(&f, 20, 20, RW)), "no-region");
    OK(do_unlive(&f, 0, 4));
    OK(do_map(&f, 20, 20, RW));
    CHECK_STR(regions_of(&f), "0-4 rw 1, 20-20 rw 1");
    CHECK(sound(&f));
}

static void without_live_ranges_no_merge_waits(void)
{
    no_bitmap();
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 3, 4, RW));
    OK(do_map(&f, 2, 2, RW));
    CHECK_STR(regions_of(&f), "0-4 rw 1");
    CHECK_EQ(mpumap_used(&f.map), 1);
    CHECK(mpumap_cost(&f.map)->gap <= 2 * 64);
    CHECK(sound(&f));
}

static void unlive_takes_what_anyone_declared(void)
{
    no_bitmap();
    OK(do_map(&f, 0, 4, RW));
    OK(do_live(&f, 0, 4));
    OK(do_live(&f, 0, 4));
    OK(do_unlive(&f, 0, 4));
    OK(do_unmap(&f, 2, 2));
    CHECK_STR(regions_of(&f), "0-1 rw 1, 3-4 rw 1");
}

/* ---- lists ---- */

static void a_list_of_live_ranges_is_widened_to_granules(void)
{
    const struct mpumap_range ranges[2] = {{BASE(0) + 5, BASE(0) + 7}, {LIMIT(3) - 1, BASE(4)}};

    no_bitmap();
    OK(do_map(&f, 0, 4, RW));
    OK(mpumap_live_list(&f.map, ranges, 2));
    CHECK_STR(NAME(do_unmap(&f, 2, 2)), "live");
    CHECK_STR(NAME(do_unmap(&f, 1, 1)), "live");
    OK(do_unlive(&f, 0, 0));
    OK(do_unmap(&f, 2, 2));
    CHECK(sound(&f));
}

static void a_list_with_a_bad_range_declares_none(void)
{
    const struct mpumap_range ranges[3] = {
        {BASE(0), LIMIT(4)}, {BASE(9), BASE(8)}, {BASE(0), LIMIT(1)}};

    no_bitmap();
    OK(do_map(&f, 0, 4, RW));
    remember(&f);
    CHECK_STR(NAME(mpumap_live_list(&f.map, ranges, 2)), "range");
    CHECK(unchanged(&f));
    CHECK_STR(NAME(mpumap_live_list(&f.map, &ranges[1], 2)), "range");
    CHECK(unchanged(&f));
    OK(do_unmap(&f, 2, 2));
    OK(mpumap_live_list(&f.map, ranges, 0));
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL1, 8, MPUMAP_EXACT);
    f.config.live_capacity = 0;
    OK(mpumap_init(&f.map, &f.config));
    CHECK_STR(NAME(mpumap_live_list(&f.map, ranges, 1)), "no-space");
    fixture_whole(&f);
    OK(do_map(&f, 3, 9, RW));
    CHECK_STR(NAME(mpumap_live_list(&f.map, ranges, 1)), "overlap");
}

static void the_memory_of_the_map_itself(void)
{
#if MPUMAP_ADDR_BITS == 64
    fixture_start(&f, MPUMAP_SIM_ARMV8R64_EL2, 32, MPUMAP_EXACT);
    remember(&f);
    OK(mpumap_live_self(&f.map));
    CHECK(f.map.live_count >= 1);
    CHECK(sound(&f));
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R64_EL2, 32, MPUMAP_EXACT);
    f.config.live_capacity = 0;
    OK(mpumap_init(&f.map, &f.config));
    CHECK_STR(NAME(mpumap_live_self(&f.map)), "no-space");
#else
    tap_skip("the host's addresses are wider than the map's");
#endif
}

#if MPUMAP_ADDR_BITS == 64
/* A map and its storage, each thing on a granule of its own, with room between. */
#define GAP _Alignas(64) unsigned char
static struct {
    _Alignas(64) struct mpumap map;
    GAP gap0[128];
    _Alignas(64) struct mpumap_entry table[8];
    GAP gap1[128];
    _Alignas(64) struct mpumap_pair scratch[8];
    GAP gap2[128];
    _Alignas(64) struct mpumap_span spans[8];
    GAP gap3[128];
    _Alignas(64) struct mpumap_span pending[8];
    GAP gap4[128];
    _Alignas(64) struct mpumap_range ranges[24];
    GAP gap5[128];
} own;

static bool part_of(uintptr_t at, const void *object, size_t size)
{
    const uintptr_t base = (uintptr_t)object;

    return size != 0 && at / 64u >= base / 64u && at / 64u <= (base + size - 1u) / 64u;
}

static void declares_itself(uint16_t pending)
{
    const uintptr_t begin = (uintptr_t)&own;

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R64_EL2, 8, MPUMAP_EXACT);
    f.config.table = own.table;
    f.config.scratch = own.scratch;
    f.config.regions = 8;
    f.config.spans = own.spans;
    f.config.span_capacity = 8;
    f.config.pending = own.pending;
    f.config.pending_capacity = pending;
    f.config.ranges = own.ranges;
    f.config.lock_capacity = 2;
    f.config.live_capacity = 6;
    OK(mpumap_init(&own.map, &f.config));
    OK(mpumap_live_self(&own.map));
    for (uintptr_t at = begin; at < begin + sizeof own; at += 64u) {
        CHECK(mpumap_i_held(&own.map, at, at + 63u) ==
              (part_of(at, &own.map, sizeof own.map) || part_of(at, own.table, sizeof own.table) ||
               part_of(at, own.scratch, sizeof own.scratch) ||
               part_of(at, own.spans, sizeof own.spans) ||
               part_of(at, own.pending, pending * sizeof own.pending[0]) ||
               part_of(at, own.ranges, ((pending != 0) ? 16u : 8u) * sizeof own.ranges[0])));
    }
    CHECK(!mpumap_i_held(&own.map, begin - 64u, begin - 1u));
}
#endif

/* Every granule of its memory, and none between, below or above. */
static void the_memory_of_the_map_granule_by_granule(void)
{
#if MPUMAP_ADDR_BITS == 64
    declares_itself(8);
    declares_itself(1);
    declares_itself(0);
#else
    tap_skip("the host's addresses are wider than the map's");
#endif
}

/* A merge that waits is tried again by whatever changes a register, wherever it is. */
static void what_tries_a_merge_again(void)
{
    for (unsigned how = 0; how < 5; how++) {
        no_bitmap();
        OK(do_map(&f, 0, 1, RW));
        OK(do_map(&f, 3, 4, RW));
        OK(do_map(&f, 20, 23, RW));
        OK(do_live(&f, 0, 1));
        OK(do_live(&f, 3, 4));
        OK(do_map(&f, 2, 2, RW));
        CHECK(f.map.waiting);
        const uint16_t used = mpumap_used(&f.map);
        OK(do_unlive(&f, 0, 4));
        OK(do_map(&f, 20, 23, RW)); /* counts only */
        OK(do_unmap(&f, 20, 23));
        CHECK_EQ(mpumap_used(&f.map), used);
        switch (how) {
        case 0:
            OK(do_protect(&f, 20, 23, RO));
            break;
        case 1:
            OK(do_map(&f, 30, 33, RW));
            break;
        case 2:
            OK(do_unmap(&f, 20, 23));
            break;
        case 3:
            OK(do_map(&f, 24, 24, RW));
            break;
        default:
            OK(do_unmap(&f, 23, 23));
            break;
        }
        CHECK(!f.map.waiting);
        CHECK_EQ(slot_of(&f, 0), slot_of(&f, 4));
        CHECK(sound(&f));
    }
}

/* Granules 0 to 29 that are live: bit by bit. */
static uint32_t live_granules(void)
{
    uint32_t mask = 0;

    for (unsigned g = 0; g < 30; g++) {
        mask |= mpumap_i_held(&f.map, BASE(g), LIMIT(g)) ? 1u << g : 0u;
    }
    return mask;
}

static uint32_t granules(unsigned first, unsigned last)
{
    return (2u << last) - (1u << first);
}

static void unlive_cuts_at_either_end_and_in_the_middle(void)
{
    no_bitmap();
    OK(do_live(&f, 2, 9));
    OK(do_live(&f, 12, 13));
    OK(do_live(&f, 20, 25));
    OK(do_unlive(&f, 8, 22));
    CHECK_EQ(live_granules(), granules(2, 7) | granules(23, 25));
    OK(do_unlive(&f, 0, 2));
    CHECK_EQ(live_granules(), granules(3, 7) | granules(23, 25));
    OK(do_unlive(&f, 5, 5));
    CHECK_EQ(live_granules(), granules(3, 4) | granules(6, 7) | granules(23, 25));
    OK(do_unlive(&f, 8, 22));
    CHECK_EQ(live_granules(), granules(3, 4) | granules(6, 7) | granules(23, 25));
    OK(do_live(&f, 5, 5));
    OK(do_live(&f, 8, 9));
    CHECK_EQ(live_granules(), granules(3, 9) | granules(23, 25));
    OK(do_live(&f, 9, 24));
    CHECK_EQ(live_granules(), granules(3, 25));
    CHECK_EQ(f.map.live_count, 1);
    CHECK(sound(&f));
}

static void a_list_without_room_names_no_range(void)
{
    const struct mpumap_range ranges[1] = {{BASE(0), LIMIT(4)}};

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL1, 8, MPUMAP_EXACT);
    f.config.live_capacity = 0;
    OK(mpumap_init(&f.map, &f.config));
    CHECK_STR(NAME(mpumap_live_list(&f.map, ranges, 1)), "no-space");
    CHECK_EQ(mpumap_why(&f.map)->base, 0);
    CHECK_EQ(mpumap_why(&f.map)->limit, 0);
    CHECK_EQ(mpumap_why(&f.map)->slot, MPUMAP_NO_SLOT);
}

/* Regions of one run were once never taken out for the duration of their own merge: with every slot
 * in use it was put off, or lost more than the smallest of them. */
static void a_full_mpu_merges_at_the_cost_of_its_smallest_part(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 3, MPUMAP_EXACT);
    OK(do_map(&f, 0, 2, RW));
    OK(do_map(&f, 6, 8, RW));
    OK(do_map(&f, 12, 14, RW));
    OK(do_live(&f, 6, 8));
    OK(do_live(&f, 12, 14));
    OK(do_map(&f, 3, 11, RW));
    CHECK_EQ(mpumap_used(&f.map), 1);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 3 * 64);
    CHECK(sound(&f));

    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 3, MPUMAP_EXACT);
    OK(do_map(&f, 0, 0, RW));
    OK(do_map(&f, 6, 6, RW));
    OK(do_map(&f, 12, 14, RW));
    OK(do_map(&f, 0, 14, RW));
    CHECK_EQ(mpumap_used(&f.map), 1);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 64);
    CHECK(sound(&f));
}

static const struct tap_case cases[] = {
    TAP_CASE(a_full_mpu_merges_at_the_cost_of_its_smallest_part),
    TAP_CASE(a_locked_byte_stays_with_its_attributes),
    TAP_CASE(whole_locks),
    TAP_CASE(live_may_be_unmapped_and_protected_on_purpose),
    TAP_CASE(a_split_of_two_live_halves_needs_the_bitmap),
    TAP_CASE(a_merge_of_two_live_ranges_waits_without_the_bitmap),
    TAP_CASE(a_put_off_merge_counts_as_what_it_uses),
    TAP_CASE(without_live_ranges_no_merge_waits),
    TAP_CASE(unlive_takes_what_anyone_declared),
    TAP_CASE(a_list_of_live_ranges_is_widened_to_granules),
    TAP_CASE(a_list_with_a_bad_range_declares_none),
    TAP_CASE(the_memory_of_the_map_itself),
    TAP_CASE(the_memory_of_the_map_granule_by_granule),
    TAP_CASE(what_tries_a_merge_again),
    TAP_CASE(unlive_cuts_at_either_end_and_in_the_middle),
    TAP_CASE(a_list_without_room_names_no_range),
};
TAP_MAIN(cases)
