/* SPDX-License-Identifier: MIT */
/*
 * What the series that this library began from set out to do: references on equal and contained
 * ranges, attributes that must match, counts that must not overflow, regions that go with the last
 * reference only.
 */
#include "fixture.h"

#include "tap.h"

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

/* An operation that must not touch a register. */
#define FREE(op)                                                                                   \
    do {                                                                                           \
        mpumap_sim_clear(&f.sim);                                                                  \
        OK(op);                                                                                    \
        CHECK_EQ(f.sim.counters.steps, 0);                                                         \
        CHECK_EQ(mpumap_sim_writes(&f.sim), 0);                                                    \
        CHECK_EQ(mpumap_sim_barriers(&f.sim), 0);                                                  \
        CHECK_EQ(mpumap_cost(&f.map)->writes, 0);                                                  \
        CHECK_EQ(mpumap_cost(&f.map)->barriers, 0);                                                \
        CHECK_EQ(mpumap_cost(&f.map)->gap, 0);                                                     \
    } while (0)

/* ---- references ---- */

static void reference_on_an_equal_range_is_taken_and_returned(void)
{
    static const enum mpumap_policy policies[2] = {MPUMAP_EXACT, MPUMAP_WHOLE};

    for (unsigned i = 0; i < 2; i++) {
        fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, policies[i]);
        OK(do_map(&f, 2, 5, RW));
        FREE(do_map(&f, 2, 5, RW));
        CHECK_STR(regions_of(&f), "2-5 rw 2");
        FREE(do_unmap(&f, 2, 5));
        CHECK_STR(regions_of(&f), "2-5 rw 1");
        CHECK_STR(access_of(&f, 2), "rw");
        OK(do_unmap(&f, 2, 5));
        CHECK_STR(regions_of(&f), "");
        CHECK_STR(access_of(&f, 2), "");
        CHECK(sound(&f));
    }
}

static void reference_on_a_contained_range_is_taken_and_returned(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    FREE(do_map(&f, 3, 4, RW));
    FREE(do_map(&f, 0, 0, RW));
    FREE(do_map(&f, 9, 9, RW));
    CHECK_STR(regions_of(&f), "0-9 rw 1");
    CHECK_STR(spans_of(&f), "0-0 rw 2, 1-2 rw 1, 3-4 rw 2, 5-8 rw 1, 9-9 rw 2");
    FREE(do_unmap(&f, 3, 4));
    FREE(do_unmap(&f, 9, 9));
    FREE(do_unmap(&f, 0, 0));
    CHECK_STR(spans_of(&f), "0-9 rw 1");
    CHECK(sound(&f));
    fixture_whole(&f);
    OK(do_map(&f, 0, 9, RW));
    FREE(do_map(&f, 3, 4, RW));
    FREE(do_map(&f, 0, 0, RW));
    CHECK_STR(regions_of(&f), "0-9 rw 3");
    FREE(do_unmap(&f, 3, 4));
    FREE(do_unmap(&f, 7, 8));
    CHECK_STR(regions_of(&f), "0-9 rw 1");
    CHECK(sound(&f));
}

static void remapping_an_included_range_writes_no_register(void)
{
    static const enum mpumap_sim_target targets[3] = {MPUMAP_SIM_ARMV8R32_EL2,
                                                      MPUMAP_SIM_ARMV8R32_EL1, MPUMAP_SIM_ARMV8M};

    for (unsigned i = 0; i < 3; i++) {
        fixture_start(&f, targets[i], 8, MPUMAP_EXACT);
        OK(do_map(&f, 0, 99, RW));
        for (unsigned k = 0; k < 50; k++) {
            FREE(do_map(&f, k, 99 - k, RW));
        }
        for (unsigned k = 0; k < 50; k++) {
            FREE(do_unmap(&f, k, 99 - k));
        }
        FREE(do_protect(&f, 0, 99, RW));
        FREE(do_protect(&f, 7, 9, RW));
        CHECK_STR(spans_of(&f), "0-99 rw 1");
        CHECK(sound(&f));
    }
}

/* ---- matching ---- */

static void conflict(mpumap_attr_t attr, const char *attribute)
{
    remember(&f);
    CHECK_STR(NAME(do_map(&f, 2, 2, attr)), "conflict");
    CHECK_STR(mpumap_attribute_name((enum mpumap_attribute)mpumap_why(&f.map)->attribute),
              attribute);
    CHECK_EQ(mpumap_why(&f.map)->wanted, mpumap_canonical(attr));
    CHECK_EQ(mpumap_why(&f.map)->present, mpumap_canonical(RW));
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(0));
    CHECK_EQ(mpumap_why(&f.map)->limit, LIMIT(3));
    CHECK_EQ(mpumap_why(&f.map)->slot, slot_of(&f, 0));
    CHECK(unchanged(&f));
}

static void all_conflicts(void)
{
    OK(do_map(&f, 0, 3, RW));
    conflict(RO, "permission");
    conflict(RX, "permission");
    conflict(RW | MPUMAP_EL1, "permission");
    conflict(RO | MPUMAP_NORMAL_NC, "permission");
    conflict(MPUMAP_RW | MPUMAP_NORMAL_NC, "type");
    conflict(MPUMAP_RW | MPUMAP_NORMAL_WT, "type");
    conflict(MPUMAP_RW | MPUMAP_DEVICE, "type");
    conflict(MPUMAP_RW | MPUMAP_DEVICE_NGNRNE, "type");
    conflict(RW | MPUMAP_SHARE_NON, "share");
    conflict(RW | MPUMAP_SHARE_OUTER, "share");
    CHECK_STR(regions_of(&f), "0-3 rw 1");
}

static void attributes_that_differ_are_refused_and_named(void)
{
    fixture_exact(&f);
    all_conflicts();
    fixture_whole(&f);
    all_conflicts();
}

static void shareability_follows_from_the_type_unless_given(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 0, RW));
    OK(do_map(&f, 0, 0, RW | MPUMAP_SHARE_INNER));
    CHECK_STR(regions_of(&f), "0-0 rw 2");
    OK(do_map(&f, 2, 2, MPUMAP_RW | MPUMAP_NORMAL_WT));
    OK(do_map(&f, 2, 2, MPUMAP_RW | MPUMAP_NORMAL_WT | MPUMAP_SHARE_INNER));
    CHECK_STR(NAME(do_map(&f, 2, 2, MPUMAP_RW | MPUMAP_NORMAL_WT | MPUMAP_SHARE_OUTER)),
              "conflict");
}

static void shareability_of_device_and_non_cacheable_memory_is_outer_whatever_is_asked(void)
{
    static const mpumap_attr_t types[3] = {MPUMAP_NORMAL_NC, MPUMAP_DEVICE, MPUMAP_DEVICE_NGNRNE};
    static const mpumap_attr_t shares[4] = {MPUMAP_SHARE_AUTO, MPUMAP_SHARE_NON, MPUMAP_SHARE_INNER,
                                            MPUMAP_SHARE_OUTER};
    struct mpumap_region out;

    for (unsigned t = 0; t < 3; t++) {
        fixture_exact(&f);
        for (unsigned s = 0; s < 4; s++) {
            OK(do_map(&f, 0, 0, (mpumap_attr_t)(MPUMAP_RW | types[t] | shares[s])));
            CHECK(mpumap_query(&f.map, BASE(0), &out));
            CHECK_STR(mpumap_share_name(out.attr), "outer");
            CHECK_EQ(out.refs, s + 1);
            CHECK_EQ(mpumap_canonical((mpumap_attr_t)(types[t] | shares[s])),
                     types[t] | MPUMAP_SHARE_OUTER);
        }
        CHECK(sound(&f));
    }
}

/* ---- overflow ---- */

static void overflow_at(uint32_t most, mpumap_refs_t refs_max, enum mpumap_policy policy)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 8, policy);
    f.config.refs_max = refs_max;
    OK(mpumap_init(&f.map, &f.config));
    for (uint32_t i = 0; i < most; i++) {
        if (mpumap_map(&f.map, BASE(1), LIMIT(2), RW) != MPUMAP_OK) {
            CHECK_EQ(i, most);
            return;
        }
    }
    remember(&f);
    CHECK_STR(NAME(do_map(&f, 1, 2, RW)), "refs");
    CHECK_STR(NAME(do_map(&f, 2, 2, RW)), "refs");
    CHECK_STR(NAME((policy == MPUMAP_EXACT) ? do_map(&f, 0, 3, RW) : MPUMAP_REFS), "refs");
    CHECK(unchanged(&f));
    CHECK(sound(&f));
    for (uint32_t i = 1; i < most; i++) {
        if (mpumap_unmap(&f.map, BASE(1), LIMIT(2)) != MPUMAP_OK) {
            CHECK_EQ(i, most);
            return;
        }
    }
    CHECK_STR(regions_of(&f), "1-2 rw 1");
    OK(do_unmap(&f, 1, 2));
    CHECK_STR(NAME(do_unmap(&f, 1, 2)), "not-mapped");
}

static void overflow_of_the_count_is_refused_before_anything_changes(void)
{
    overflow_at(255, 255, MPUMAP_EXACT);
    overflow_at(255, 255, MPUMAP_WHOLE);
    overflow_at(65535, 65535, MPUMAP_EXACT);
    overflow_at(65535, 65535, MPUMAP_WHOLE);
#if MPUMAP_REFS_BITS == 16
    overflow_at(65535, 0, MPUMAP_EXACT);
#else
    overflow_at(65536, 65536, MPUMAP_EXACT);
#endif
    overflow_at(1, 1, MPUMAP_EXACT);
    overflow_at(1, 1, MPUMAP_WHOLE);
}

static void exhaustion_is_not_overflow(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 2, MPUMAP_EXACT);
    f.config.refs_max = 1;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 0, RW));
    OK(do_map(&f, 2, 2, RW));
    CHECK_STR(NAME(do_map(&f, 4, 4, RW)), "no-region");
    CHECK_STR(NAME(do_map(&f, 2, 2, RW)), "refs");
    CHECK_STR(NAME(do_map(&f, 2, 4, RW)), "refs");
}

/* ---- whole: the region goes with the last reference, and then only with its full range ---- */

static void whole_region_goes_at_the_last_reference_with_its_full_range(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 3, 4, RW));
    FREE(do_unmap(&f, 0, 9));
    CHECK_STR(access_of(&f, 3), "rw");
    CHECK_STR(access_of(&f, 9), "rw");
    remember(&f);
    CHECK_STR(NAME(do_unmap(&f, 3, 4)), "partial");
    CHECK_STR(NAME(do_unmap(&f, 0, 8)), "partial");
    CHECK_STR(NAME(do_unmap(&f, 1, 9)), "partial");
    CHECK(unchanged(&f));
    OK(do_unmap(&f, 0, 9));
    CHECK_STR(access_of(&f, 3), "");
    CHECK_STR(access_of(&f, 9), "");
    CHECK(sound(&f));
}

static void whole_unmap_at_needs_no_extent(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 3, 4, RW));
    FREE(mpumap_unmap_at(&f.map, BASE(7) + 13));
    OK(mpumap_unmap_at(&f.map, LIMIT(9)));
    CHECK_STR(regions_of(&f), "");
    CHECK_STR(NAME(mpumap_unmap_at(&f.map, LIMIT(9))), "not-mapped");
    CHECK(sound(&f));
}

static void whole_never_merges_and_never_moves(void)
{
    uint8_t slots[3];

    fixture_whole(&f);
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 4, 5, RW));
    OK(do_map(&f, 2, 3, RW));
    for (unsigned i = 0; i < 3; i++) {
        slots[i] = slot_of(&f, 2 * i);
    }
    CHECK_STR(regions_of(&f), "0-1 rw 1, 2-3 rw 1, 4-5 rw 1");
    OK(do_unmap(&f, 2, 3));
    OK(do_map(&f, 8, 8, RO));
    OK(do_protect(&f, 4, 5, RO));
    CHECK_EQ(slot_of(&f, 0), slots[0]);
    CHECK_EQ(slot_of(&f, 4), slots[2]);
    CHECK_STR(regions_of(&f), "0-1 rw 1, 4-5 ro 1, 8-8 ro 1");
    CHECK(sound(&f));
}

/* ---- exact: any order of giving back ---- */

static void exact_outer_given_back_first_leaves_the_inner(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 3, 4, RW));
    OK(do_unmap(&f, 0, 9));
    CHECK_STR(spans_of(&f), "3-4 rw 1");
    CHECK_STR(access_of(&f, 2), "");
    CHECK_STR(access_of(&f, 3), "rw");
    CHECK_STR(access_of(&f, 4), "rw");
    CHECK_STR(access_of(&f, 5), "");
    OK(do_unmap(&f, 3, 4));
    CHECK_STR(access_of(&f, 3), "");
    CHECK(sound(&f));
}

static void exact_touching_ranges_share_a_region_and_the_middle_splits_it(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 4, 5, RW));
    CHECK_EQ(mpumap_used(&f.map), 2);
    OK(do_map(&f, 2, 3, RW));
    CHECK_STR(regions_of(&f), "0-5 rw 1");
    CHECK_EQ(mpumap_used(&f.map), 1);
    OK(do_unmap(&f, 1, 3));
    CHECK_STR(regions_of(&f), "0-0 rw 1, 4-5 rw 1");
    OK(do_protect(&f, 5, 5, RO));
    CHECK_STR(regions_of(&f), "0-0 rw 1, 4-4 rw 1, 5-5 ro 1");
    CHECK_STR(access_of(&f, 5), "r");
    OK(do_protect(&f, 5, 5, RW));
    CHECK_STR(regions_of(&f), "0-0 rw 1, 4-5 rw 1");
    CHECK(sound(&f));
}

static void one_range_over_mapped_and_unmapped_bytes(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 2, 3, RW));
    OK(do_map(&f, 6, 7, RW));
    OK(do_map(&f, 0, 9, RW));
    CHECK_STR(regions_of(&f), "0-9 rw 1");
    CHECK_STR(spans_of(&f), "0-1 rw 1, 2-3 rw 2, 4-5 rw 1, 6-7 rw 2, 8-9 rw 1");
    OK(do_unmap(&f, 0, 9));
    CHECK_STR(regions_of(&f), "2-3 rw 1, 6-7 rw 1");
    CHECK(sound(&f));
}

/* ---- slots ---- */

static void go_in_each_slot(uint16_t slots, enum mpumap_sim_target target,
                            enum mpumap_policy policy)
{
    struct mpumap_pair p;

    fixture_start(&f, target, slots, policy);
    for (unsigned i = 0; i < slots; i++) {
        OK(do_map(&f, 2 * i, 2 * i, RW));
    }
    CHECK_STR(NAME(do_map(&f, 1000, 1000, RW)), "no-region");
    for (unsigned i = 0; i < slots; i++) {
        const uint8_t slot = slot_of(&f, 2 * i);
        CHECK_STR(access_of(&f, 2 * i), "rw");
        OK(do_unmap(&f, 2 * i, 2 * i));
        CHECK_STR(access_of(&f, 2 * i), "");
        mpumap_sim_get(&f.sim, slot, &p);
        CHECK_EQ(p.limit & MPUMAP_LIMIT_ENABLE, 0);
        CHECK(sound(&f));
        OK(do_map(&f, 2 * i, 2 * i, RW));
        CHECK_EQ(slot_of(&f, 2 * i), slot);
    }
}

static void slot_0_slots_31_and_32_and_the_last_go_off(void)
{
    go_in_each_slot(40, MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_EXACT);
    go_in_each_slot(40, MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_WHOLE);
    go_in_each_slot(40, MPUMAP_SIM_ARMV8R32_EL1, MPUMAP_EXACT);
    go_in_each_slot(255, MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_EXACT);
    go_in_each_slot(255, MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_WHOLE);
    go_in_each_slot(16, MPUMAP_SIM_ARMV8M, MPUMAP_EXACT);
#if MPUMAP_ADDR_BITS == 64
    go_in_each_slot(40, MPUMAP_SIM_ARMV8R64_EL2, MPUMAP_EXACT);
    go_in_each_slot(255, MPUMAP_SIM_ARMV8R64_EL1, MPUMAP_EXACT);
#endif
}

static void one_slot_is_enough_for_one_region(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 1, MPUMAP_EXACT);
    OK(do_map(&f, 4, 5, RW));
    OK(do_map(&f, 6, 7, RW));
    OK(do_map(&f, 2, 3, RW));
    OK(do_unmap(&f, 2, 2));
    OK(do_protect(&f, 3, 7, RO));
    CHECK_STR(regions_of(&f), "3-7 ro 1");
    CHECK_STR(NAME(do_unmap(&f, 4, 4)), "no-region");
    CHECK_STR(NAME(do_protect(&f, 4, 7, RW)), "no-region");
    CHECK_STR(NAME(do_map(&f, 9, 9, RO)), "no-region");
    OK(do_unmap(&f, 3, 7));
    CHECK(sound(&f));
}

static const struct tap_case cases[] = {
    TAP_CASE(reference_on_an_equal_range_is_taken_and_returned),
    TAP_CASE(reference_on_a_contained_range_is_taken_and_returned),
    TAP_CASE(remapping_an_included_range_writes_no_register),
    TAP_CASE(attributes_that_differ_are_refused_and_named),
    TAP_CASE(shareability_follows_from_the_type_unless_given),
    TAP_CASE(shareability_of_device_and_non_cacheable_memory_is_outer_whatever_is_asked),
    TAP_CASE(overflow_of_the_count_is_refused_before_anything_changes),
    TAP_CASE(exhaustion_is_not_overflow),
    TAP_CASE(whole_region_goes_at_the_last_reference_with_its_full_range),
    TAP_CASE(whole_unmap_at_needs_no_extent),
    TAP_CASE(whole_never_merges_and_never_moves),
    TAP_CASE(exact_outer_given_back_first_leaves_the_inner),
    TAP_CASE(exact_touching_ranges_share_a_region_and_the_middle_splits_it),
    TAP_CASE(one_range_over_mapped_and_unmapped_bytes),
    TAP_CASE(slot_0_slots_31_and_32_and_the_last_go_off),
    TAP_CASE(one_slot_is_enough_for_one_region),
};
TAP_MAIN(cases)
