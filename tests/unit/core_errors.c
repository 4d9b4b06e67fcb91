/* SPDX-License-Identifier: MIT */
/*
 * Every refusal of every operation, and which comes first when several apply: each case breaks a
 * rule and the one after it, sees the first, mends it, and sees the next.
 */
#include "fixture.h"

#include "tap.h"

static struct fixture f;

#define AGAIN(op, word)                                                                            \
    do {                                                                                           \
        remember(&f);                                                                              \
        CHECK_STR(NAME(op), word);                                                                 \
        CHECK(unchanged(&f));                                                                      \
        CHECK_STR(NAME((enum mpumap_result)mpumap_why(&f.map)->result), word);                     \
    } while (0)

#define OK(op) CHECK_STR(NAME(op), "ok")

#define BAD ((mpumap_attr_t)MPUMAP_RWX)

/* Granules 0 to 3 rw, the count of granule 0 full. */
static void full_count(struct fixture *fix, enum mpumap_policy policy)
{
    fixture_prepare(fix, MPUMAP_SIM_ARMV8R32_EL2, 2, policy);
    fix->config.refs_max = 2;
    OK(mpumap_init(&fix->map, &fix->config));
    OK(do_map(fix, 0, 3, RW));
    OK(do_map(fix, 0, (policy == MPUMAP_EXACT) ? 0 : 3, RW));
}

static void map_exact(void)
{
    full_count(&f, MPUMAP_EXACT);
    AGAIN(mpumap_map(&f.map, BASE(1) + 1, BASE(1) - 1, BAD), "range");
    AGAIN(mpumap_map(&f.map, BASE(0), BASE(0) - 1, RW), "range");
    AGAIN(mpumap_map(&f.map, BASE(0) + 1, LIMIT(9), BAD), "align");
    AGAIN(mpumap_map(&f.map, BASE(0), LIMIT(9) - 1, BAD), "align");
    AGAIN(do_map(&f, 0, 9, BAD), "attr");
    AGAIN(do_map(&f, 0, 9, RO), "conflict");
    AGAIN(do_map(&f, 0, 9, RW), "refs");
    OK(do_map(&f, 10, 10, RW));
    AGAIN(do_map(&f, 0, 6, RW), "refs");
    f.config.span_capacity = f.map.span_count;
    fixture_room(&f, f.map.span_count);
    AGAIN(do_map(&f, 6, 6, RW), "no-region");
    AGAIN(do_map(&f, 2, 2, RW), "no-space");
    CHECK(sound(&f));
}

static void map_whole(void)
{
    full_count(&f, MPUMAP_WHOLE);
    AGAIN(mpumap_map(&f.map, BASE(1) + 1, BASE(1) - 1, BAD), "range");
    AGAIN(mpumap_map(&f.map, BASE(0) + 1, LIMIT(9), BAD), "align");
    AGAIN(do_map(&f, 2, 9, BAD), "attr");
    AGAIN(do_map(&f, 2, 9, RO), "overlap");
    AGAIN(do_map(&f, 2, 3, RO), "conflict");
    AGAIN(do_map(&f, 2, 3, RW), "refs");
    OK(do_map(&f, 10, 10, RW));
    fixture_room(&f, 2);
    AGAIN(do_map(&f, 12, 12, RW), "no-region");
    OK(do_unmap(&f, 10, 10));
    fixture_room(&f, 1);
    AGAIN(do_map(&f, 12, 12, RW), "no-space");
    CHECK(sound(&f));
}

static void map_containing_a_region_is_overlap_under_whole(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 2, 3, RW));
    AGAIN(do_map(&f, 1, 4, RW), "overlap");
    AGAIN(do_map(&f, 0, 2, RW), "overlap");
    AGAIN(do_map(&f, 3, 5, RW), "overlap");
    AGAIN(do_map(&f, 2, 4, RW), "overlap");
    AGAIN(do_unmap(&f, 1, 4), "overlap");
    AGAIN(do_protect(&f, 1, 4, RO), "overlap");
    AGAIN(do_lock(&f, 1, 4), "overlap");
    AGAIN(do_live(&f, 1, 4), "overlap");
    OK(do_map(&f, 2, 3, RW));
    OK(do_map(&f, 3, 3, RW));
    CHECK_STR(regions_of(&f), "2-3 rw 3");
}

static void unmap_exact(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 2, MPUMAP_EXACT);
    OK(do_map(&f, 0, 4, RW));
    OK(do_map(&f, 8, 8, RW));
    OK(do_lock(&f, 1, 1));
    AGAIN(mpumap_unmap(&f.map, BASE(3) + 1, BASE(3)), "range");
    AGAIN(mpumap_unmap(&f.map, BASE(0), LIMIT(6) - 1), "align");
    AGAIN(do_unmap(&f, 0, 6), "not-mapped");
    AGAIN(do_unmap(&f, 1, 1), "locked");
    AGAIN(do_unmap(&f, 0, 4), "locked");
    AGAIN(do_unmap(&f, 3, 3), "no-region");
    OK(do_unmap(&f, 8, 8));
    fixture_room(&f, 1);
    AGAIN(do_unmap(&f, 3, 3), "no-space");
    OK(do_unmap(&f, 2, 4));
    CHECK(sound(&f));
}

static void unmap_whole(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 0, 4, RW));
    OK(do_lock(&f, 1, 1));
    AGAIN(mpumap_unmap(&f.map, BASE(3) + 1, BASE(3)), "range");
    AGAIN(mpumap_unmap(&f.map, BASE(0), LIMIT(6) - 1), "align");
    AGAIN(do_unmap(&f, 1, 6), "overlap");
    AGAIN(do_unmap(&f, 6, 7), "not-mapped");
    AGAIN(do_unmap(&f, 1, 2), "locked");
    AGAIN(do_unmap(&f, 0, 4), "locked");
    AGAIN(do_unmap(&f, 2, 3), "partial");
    CHECK(sound(&f));
}

static void unmap_at(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 4, RW));
#if MPUMAP_ADDR_BITS == 64
    AGAIN(mpumap_unmap_at(&f.map, 0x100000000u), "range");
#endif
    AGAIN(mpumap_unmap_at(&f.map, BASE(0)), "policy");
    AGAIN(mpumap_unmap_at(&f.map, BASE(9)), "policy");
    fixture_whole(&f);
    OK(do_map(&f, 0, 4, RW));
    OK(do_map(&f, 6, 6, RW));
    OK(do_lock(&f, 1, 1));
#if MPUMAP_ADDR_BITS == 64
    AGAIN(mpumap_unmap_at(&f.map, 0x100000000u), "range");
#endif
    AGAIN(mpumap_unmap_at(&f.map, BASE(5) + 3), "not-mapped");
    AGAIN(mpumap_unmap_at(&f.map, BASE(4) + 3), "locked");
    OK(mpumap_unmap_at(&f.map, BASE(6) + 3));
    CHECK_STR(regions_of(&f), "0-4 rw 1");
    CHECK(sound(&f));
}

static void protect_exact(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 2, MPUMAP_EXACT);
    OK(do_map(&f, 0, 4, RW));
    OK(do_map(&f, 4, 4, RW));
    OK(do_lock(&f, 0, 0));
    AGAIN(mpumap_protect(&f.map, BASE(3) + 1, BASE(3), BAD), "range");
    AGAIN(mpumap_protect(&f.map, BASE(0) + 4, LIMIT(6), BAD), "align");
    AGAIN(do_protect(&f, 0, 6, BAD), "attr");
    AGAIN(do_protect(&f, 0, 6, RO), "not-mapped");
    AGAIN(do_protect(&f, 0, 4, RO), "locked");
    AGAIN(do_protect(&f, 2, 4, RO), "shared");
    AGAIN(do_protect(&f, 2, 4, RW), "shared");
    AGAIN(do_protect(&f, 2, 2, RO), "no-region");
    OK(do_protect(&f, 0, 3, RW));
    OK(do_unmap(&f, 4, 4));
    fixture_room(&f, 1);
    AGAIN(do_protect(&f, 1, 4, RO), "no-space");
    CHECK(sound(&f));
}

static void protect_whole(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 0, 4, RW));
    OK(do_map(&f, 6, 9, RW));
    OK(do_map(&f, 6, 6, RW));
    OK(do_lock(&f, 0, 0));
    AGAIN(mpumap_protect(&f.map, BASE(3) + 1, BASE(3), BAD), "range");
    AGAIN(mpumap_protect(&f.map, BASE(0) + 4, LIMIT(6), BAD), "align");
    AGAIN(do_protect(&f, 3, 6, BAD), "attr");
    AGAIN(do_protect(&f, 3, 6, RO), "overlap");
    AGAIN(do_protect(&f, 5, 5, RO), "not-mapped");
    AGAIN(do_protect(&f, 0, 2, RO), "locked");
    AGAIN(do_protect(&f, 0, 4, RO), "locked");
    AGAIN(do_protect(&f, 1, 2, RO), "partial");
    AGAIN(do_protect(&f, 1, 2, RW), "partial");
    AGAIN(do_protect(&f, 6, 9, RO), "shared");
    AGAIN(do_protect(&f, 7, 8, RO), "shared");
    OK(do_protect(&f, 0, 4, RW));
    CHECK(sound(&f));
}

static void lock_live_unlive(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 4, MPUMAP_EXACT);
    f.config.lock_capacity = 1;
    f.config.live_capacity = 1;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 9, RW));
    AGAIN(mpumap_lock(&f.map, BASE(3) + 1, BASE(3)), "range");
    AGAIN(mpumap_live(&f.map, BASE(3) + 1, BASE(3)), "range");
    AGAIN(mpumap_unlive(&f.map, BASE(3) + 1, BASE(3)), "range");
    AGAIN(mpumap_lock(&f.map, BASE(8), LIMIT(10) - 1), "align");
    AGAIN(mpumap_live(&f.map, BASE(8), LIMIT(10) - 1), "align");
    AGAIN(mpumap_unlive(&f.map, BASE(8), LIMIT(10) - 1), "align");
    AGAIN(do_lock(&f, 8, 10), "not-mapped");
    OK(do_live(&f, 20, 22));
    OK(do_unlive(&f, 30, 30));
    OK(do_lock(&f, 0, 2));
    AGAIN(do_lock(&f, 4, 4), "no-space");
    OK(do_lock(&f, 3, 3));
    AGAIN(do_live(&f, 5, 5), "no-space");
    AGAIN(do_unlive(&f, 21, 21), "no-space");
    OK(do_live(&f, 23, 24));
    OK(do_unlive(&f, 20, 24));
    OK(do_live(&f, 5, 5));
    CHECK(sound(&f));
}

static void reserve(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 0, RW));
    AGAIN(mpumap_reserve(&f.map, 16), "range");
    AGAIN(mpumap_reserve(&f.map, 255), "range");
    AGAIN(mpumap_reserve(&f.map, 0xffff), "range");
    AGAIN(mpumap_reserve(&f.map, slot_of(&f, 0)), "no-region");
    OK(mpumap_reserve(&f.map, 15));
    OK(mpumap_reserve(&f.map, 15));
}

static void transactions(void)
{
    fixture_exact(&f);
    AGAIN(mpumap_commit(&f.map), "state");
    AGAIN(mpumap_abort(&f.map), "state");
    OK(mpumap_begin(&f.map));
    AGAIN(mpumap_begin(&f.map), "state");
    AGAIN(mpumap_adopt(&f.map), "state");
    AGAIN(mpumap_adopt_registers(&f.map), "state");
    OK(mpumap_abort(&f.map));
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.pending = NULL;
    f.config.pending_capacity = 0;
    OK(mpumap_init(&f.map, &f.config));
    AGAIN(mpumap_begin(&f.map), "no-space");
    AGAIN(mpumap_commit(&f.map), "state");
}

static void find_refuses_what_is_no_range(void)
{
    struct mpumap_region out;
    enum mpumap_result error = MPUMAP_OK;

    fixture_exact(&f);
    CHECK_STR(mpumap_found_name(mpumap_find(&f.map, BASE(1), BASE(0), &out, &error)), "refused");
    CHECK_STR(NAME(error), "range");
    CHECK_EQ(mpumap_find(&f.map, BASE(1), LIMIT(1) - 1, &out, &error), MPUMAP_FIND_REFUSED);
    CHECK_STR(NAME(error), "align");
    CHECK_EQ(mpumap_find(&f.map, BASE(1) + 1, LIMIT(1), NULL, NULL), MPUMAP_FIND_REFUSED);
    CHECK_EQ(mpumap_find(&f.map, BASE(1), LIMIT(1), NULL, NULL), MPUMAP_NOT_FOUND);
}

/* ---- attributes ---- */

static void refuses_attr(mpumap_attr_t attr)
{
    CHECK_STR(NAME(do_map(&f, 0, 0, attr)), "attr");
    CHECK_STR(NAME(do_protect(&f, 8, 8, attr)), "attr");
}

static void attributes_that_cannot_be(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 8, 8, RW));
    remember(&f);
    refuses_attr(MPUMAP_RWX);
    refuses_attr(MPUMAP_RX | MPUMAP_DEVICE);
    refuses_attr(MPUMAP_RX | MPUMAP_DEVICE_NGNRNE);
    refuses_attr(MPUMAP_RW | 0x14u);
    refuses_attr(MPUMAP_RW | 0x18u);
    refuses_attr(MPUMAP_RW | 0x1cu);
    refuses_attr(MPUMAP_RW | MPUMAP_EL0);
    refuses_attr(MPUMAP_RW | MPUMAP_EL0 | MPUMAP_EL1);
    refuses_attr(MPUMAP_RW | 0x200u);
    refuses_attr(MPUMAP_RW | 0x8000u);
    CHECK(unchanged(&f));
    OK(do_map(&f, 0, 0, MPUMAP_RW | MPUMAP_EL1));
}

static void attributes_of_the_wrong_level(void)
{
    static const enum mpumap_sim_target el1[2] = {MPUMAP_SIM_ARMV8R32_EL1, MPUMAP_SIM_ARMV8M};

    for (unsigned i = 0; i < 2; i++) {
        fixture_start(&f, el1[i], 8, MPUMAP_EXACT);
        CHECK_STR(NAME(do_map(&f, 0, 0, MPUMAP_RW | MPUMAP_EL1)), "attr");
        OK(do_map(&f, 0, 0, MPUMAP_RW | MPUMAP_EL0));
        CHECK_STR(regions_of(&f), "0-0 rw+el0 1");
    }
}

static void writable_and_executable_only_when_allowed(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 4, MPUMAP_EXACT);
    f.config.allow_rwx = true;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 0, MPUMAP_RWX));
    CHECK_STR(access_of(&f, 0), "rwx");
    CHECK_STR(NAME(do_map(&f, 1, 1, MPUMAP_RWX | MPUMAP_DEVICE)), "attr");
    CHECK_STR(NAME(do_map(&f, 1, 1, MPUMAP_RX | MPUMAP_DEVICE)), "attr");
}

/* ---- the reason ---- */

static void conflict_names_the_lowest_region_and_what_differs(void)
{
    const struct mpumap_why *why;

    fixture_exact(&f);
    OK(do_map(&f, 0, 1, RW));
    OK(do_map(&f, 2, 3, RO | MPUMAP_NORMAL_NC));
    OK(do_map(&f, 3, 3, RO | MPUMAP_NORMAL_NC));
    OK(do_map(&f, 4, 4, MPUMAP_RO | MPUMAP_NORMAL | MPUMAP_SHARE_NON));
    remember(&f);
    CHECK_STR(NAME(do_map(&f, 1, 4, RO)), "conflict");
    why = mpumap_why(&f.map);
    CHECK_EQ(why->base, BASE(0));
    CHECK_EQ(why->limit, LIMIT(1));
    CHECK_EQ(why->slot, slot_of(&f, 0));
    CHECK_STR(mpumap_attribute_name((enum mpumap_attribute)why->attribute), "permission");
    CHECK_EQ(why->present, mpumap_canonical(RW));
    CHECK_EQ(why->wanted, mpumap_canonical(RO));
    CHECK_STR(NAME(do_map(&f, 3, 4, RO)), "conflict");
    why = mpumap_why(&f.map);
    CHECK_EQ(why->base, BASE(2));
    CHECK_EQ(why->limit, LIMIT(3));
    CHECK_STR(mpumap_attribute_name((enum mpumap_attribute)why->attribute), "type");
    CHECK_STR(NAME(do_map(&f, 4, 5, RO)), "conflict");
    why = mpumap_why(&f.map);
    CHECK_EQ(why->base, BASE(4));
    CHECK_STR(mpumap_attribute_name((enum mpumap_attribute)why->attribute), "share");
    CHECK_STR(mpumap_share_name(why->present), "non");
    CHECK_STR(mpumap_share_name(why->wanted), "inner");
    CHECK_STR(NAME(do_map(&f, 2, 2, RO | MPUMAP_NORMAL_NC | MPUMAP_EL1)), "conflict");
    why = mpumap_why(&f.map);
    CHECK_STR(mpumap_attribute_name((enum mpumap_attribute)why->attribute), "permission");
    CHECK_STR(mpumap_perm_name(why->wanted), "ro+el1");
    CHECK(unchanged(&f));
}

static void conflict_of_a_region_with_many_counts_gives_its_whole_range(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 4, 5, RW));
    CHECK_STR(spans_of(&f), "0-3 rw 1, 4-5 rw 2, 6-9 rw 1");
    CHECK_STR(NAME(do_map(&f, 5, 5, RO)), "conflict");
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(0));
    CHECK_EQ(mpumap_why(&f.map)->limit, LIMIT(9));
}

static void no_operation_but_the_last_speaks(void)
{
    fixture_exact(&f);
    CHECK_STR(NAME(do_unmap(&f, 0, 0)), "not-mapped");
    OK(do_map(&f, 0, 0, RW));
    CHECK_EQ(mpumap_why(&f.map)->result, MPUMAP_OK);
    CHECK(mpumap_cost(&f.map)->writes != 0);
    CHECK_STR(NAME(do_unmap(&f, 1, 1)), "not-mapped");
    CHECK_EQ(mpumap_cost(&f.map)->writes, 0);
    CHECK_EQ(mpumap_cost(&f.map)->barriers, 0);
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(1));
    CHECK_EQ(mpumap_why(&f.map)->limit, LIMIT(1));
}

/* What a conflict says goes with it. */
static void a_refusal_that_is_no_conflict_names_no_attributes(void)
{
    const struct mpumap_why *why;

    fixture_exact(&f);
    OK(do_map(&f, 0, 3, RW));
    CHECK_STR(NAME(do_map(&f, 0, 3, RX)), "conflict");
    CHECK_STR(NAME(do_unmap(&f, 4, 4)), "not-mapped");
    why = mpumap_why(&f.map);
    CHECK_EQ(why->present, 0);
    CHECK_EQ(why->wanted, 0);
    CHECK_EQ(why->attribute, MPUMAP_ATTRIBUTE_NONE);
    CHECK_EQ(why->slot, MPUMAP_NO_SLOT);
}

/* Of bytes that are not mapped the lowest are named. */
static void the_hole_is_named(void)
{
    const struct mpumap_why *why;

    fixture_exact(&f);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 6, 7, RW));
    OK(do_map(&f, 9, 9, RO));
    CHECK_STR(NAME(do_unmap(&f, 0, 9)), "not-mapped");
    why = mpumap_why(&f.map);
    CHECK_EQ(why->base, BASE(4));
    CHECK_EQ(why->limit, LIMIT(5));
    CHECK_EQ(why->slot, MPUMAP_NO_SLOT);
    CHECK_STR(NAME(do_unmap(&f, 7, 9)), "not-mapped");
    CHECK_EQ(why->base, BASE(8));
    CHECK_EQ(why->limit, LIMIT(8));
    CHECK_STR(NAME(do_unmap(&f, 9, 12)), "not-mapped");
    CHECK_EQ(why->base, BASE(10));
    CHECK_EQ(why->limit, LIMIT(12));
}

static void a_slot_that_does_not_exist_names_no_range(void)
{
    fixture_exact(&f);
    CHECK_STR(NAME(mpumap_reserve(&f.map, 16)), "range");
    CHECK_EQ(mpumap_why(&f.map)->base, 0);
    CHECK_EQ(mpumap_why(&f.map)->limit, 0);
    CHECK_EQ(mpumap_why(&f.map)->slot, MPUMAP_NO_SLOT);
}

static void attributes_that_are_refused_are_named(void)
{
    fixture_exact(&f);
    CHECK_STR(NAME(do_map(&f, 1, 2, MPUMAP_RWX)), "attr");
    CHECK_EQ(mpumap_why(&f.map)->wanted, MPUMAP_RWX);
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(1));
    CHECK_EQ(mpumap_why(&f.map)->limit, LIMIT(2));
    CHECK_EQ(mpumap_why(&f.map)->slot, MPUMAP_NO_SLOT);
}

/* Inside a transaction the slot is that of the committed region. */
static void a_conflict_in_a_transaction_names_the_slot(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 20, 20, RX));
    OK(do_map(&f, 0, 3, RW));
    OK(mpumap_begin(&f.map));
    CHECK_STR(NAME(do_map(&f, 2, 2, RO)), "conflict");
    CHECK_EQ(mpumap_why(&f.map)->slot, 1);
    OK(mpumap_abort(&f.map));
    CHECK_EQ(slot_of(&f, 0), 1);
}

static const struct tap_case cases[] = {
    TAP_CASE(map_exact),
    TAP_CASE(map_whole),
    TAP_CASE(map_containing_a_region_is_overlap_under_whole),
    TAP_CASE(unmap_exact),
    TAP_CASE(unmap_whole),
    TAP_CASE(unmap_at),
    TAP_CASE(protect_exact),
    TAP_CASE(protect_whole),
    TAP_CASE(lock_live_unlive),
    TAP_CASE(reserve),
    TAP_CASE(transactions),
    TAP_CASE(find_refuses_what_is_no_range),
    TAP_CASE(attributes_that_cannot_be),
    TAP_CASE(attributes_of_the_wrong_level),
    TAP_CASE(writable_and_executable_only_when_allowed),
    TAP_CASE(conflict_names_the_lowest_region_and_what_differs),
    TAP_CASE(conflict_of_a_region_with_many_counts_gives_its_whole_range),
    TAP_CASE(no_operation_but_the_last_speaks),
    TAP_CASE(the_hole_is_named),
    TAP_CASE(attributes_that_are_refused_are_named),
    TAP_CASE(a_slot_that_does_not_exist_names_no_range),
    TAP_CASE(a_conflict_in_a_transaction_names_the_slot),
    TAP_CASE(a_refusal_that_is_no_conflict_names_no_attributes),
};
TAP_MAIN(cases)
