/* SPDX-License-Identifier: MIT */
/* Mappings that are recorded, and given back by range or by first address. */
#include "fixture.h"

#include "tap.h"

#include <string.h>

static struct fixture f;
static struct mpumap_holding list[4];
static struct mpumap_holders h;

static enum mpumap_result hold(unsigned first, unsigned last, mpumap_attr_t attr)
{
    return mpumap_hold(&h, BASE(first), LIMIT(last), attr);
}

static enum mpumap_result release(unsigned first, unsigned last)
{
    return mpumap_release(&h, BASE(first), LIMIT(last));
}

static enum mpumap_result release_at(unsigned granule)
{
    return mpumap_release_at(&h, BASE(granule));
}

#define OK(op) CHECK_STR(NAME(op), "ok")

/* Refused, and neither map nor record has changed. */
#define REFUSED(op, name)                                                                          \
    do {                                                                                           \
        struct mpumap_holding before[4];                                                           \
        const uint16_t count = h.count;                                                            \
        memcpy(before, list, sizeof(before));                                                      \
        remember(&f);                                                                              \
        CHECK_STR(NAME(op), name);                                                                 \
        CHECK_STR(NAME((enum mpumap_result)mpumap_why(&f.map)->result), name);                     \
        CHECK(unchanged(&f));                                                                      \
        CHECK_EQ(h.count, count);                                                                  \
        CHECK(memcmp(before, list, sizeof(before)) == 0);                                          \
    } while (0)

/* Garbage in the list is nobody's mapping. */
static void begin(void)
{
    memset(list, 0xa5, sizeof(list));
    h = (struct mpumap_holders){&f.map, list, sizeof(list) / sizeof(list[0]), 0};
}

static void what_was_mapped_is_given_back(void)
{
    fixture_exact(&f);
    begin();
    OK(hold(0, 9, RW));
    OK(hold(3, 4, RW));
    CHECK_STR(spans_of(&f), "0-2 rw 1, 3-4 rw 2, 5-9 rw 1");
    OK(release(0, 9));
    CHECK_STR(regions_of(&f), "3-4 rw 1");
    OK(release(3, 4));
    CHECK_STR(regions_of(&f), "");
    CHECK_EQ(h.count, 0);
    CHECK(sound(&f));
}

static void what_was_not_mapped_is_not_given_back(void)
{
    fixture_exact(&f);
    begin();
    OK(do_map(&f, 0, 3, RW)); /* not recorded */
    OK(hold(4, 7, RW));
    REFUSED(release(0, 3), "not-mapped");
    REFUSED(release(5, 6), "not-mapped");
    REFUSED(release(4, 6), "not-mapped");
    REFUSED(release(5, 7), "not-mapped");
    REFUSED(release(0, 7), "not-mapped");
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(0));
    CHECK_EQ(mpumap_why(&f.map)->limit, LIMIT(7));
    REFUSED(release_at(0), "not-mapped");
    REFUSED(release_at(5), "not-mapped");
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(5));
    CHECK_EQ(mpumap_why(&f.map)->limit, BASE(5));
    OK(release(4, 7));
    REFUSED(release(4, 7), "not-mapped");
    CHECK_STR(regions_of(&f), "0-3 rw 1");
}

static void a_range_is_given_back_as_often_as_it_was_mapped(void)
{
    fixture_exact(&f);
    begin();
    OK(hold(0, 1, RO));
    OK(hold(0, 1, RO));
    OK(hold(0, 1, RO));
    CHECK_EQ(h.count, 1);
    CHECK_EQ(list[0].times, 3);
    OK(release(0, 1));
    OK(release_at(0));
    CHECK_STR(regions_of(&f), "0-1 ro 1");
    OK(release(0, 1));
    REFUSED(release(0, 1), "not-mapped");
    REFUSED(release_at(0), "not-mapped");
}

static void by_address_the_newest_of_the_nested_goes_first(void)
{
    fixture_exact(&f);
    begin();
    OK(hold(0, 9, RW));
    OK(hold(0, 4, RW));
    OK(hold(0, 0, RW));
    OK(hold(2, 3, RW));
    OK(release_at(0));
    CHECK_STR(spans_of(&f), "0-1 rw 2, 2-3 rw 3, 4-4 rw 2, 5-9 rw 1");
    OK(release_at(2));
    OK(release(0, 9)); /* from the middle of the record */
    CHECK_STR(spans_of(&f), "0-4 rw 1");
    OK(release_at(0));
    CHECK_STR(spans_of(&f), "");
    CHECK_EQ(h.count, 0);
}

static void the_order_survives_one_from_the_middle(void)
{
    fixture_exact(&f);
    begin();
    OK(hold(0, 9, RW));
    OK(hold(0, 4, RW));
    OK(hold(0, 0, RW));
    OK(release(0, 9));
    OK(release_at(0));
    CHECK_STR(spans_of(&f), "0-4 rw 1");
    OK(release_at(0));
    CHECK_STR(spans_of(&f), "");
}

static void a_full_record_refuses_new_ranges_only(void)
{
    fixture_exact(&f);
    begin();
    for (unsigned i = 0; i < 4; i++) {
        OK(hold(2 * i, 2 * i, RW));
    }
    REFUSED(hold(8, 8, RW), "no-space");
    REFUSED(hold(0, 1, RW), "no-space");
    OK(hold(6, 6, RW));
    OK(release_at(0));
    OK(hold(8, 8, RW));
    CHECK_EQ(h.count, 4);
    h.capacity = 0;
    h.count = 0;
    REFUSED(hold(20, 20, RW), "no-space");
}

static void a_refusal_of_the_map_is_passed_on_and_records_nothing(void)
{
    fixture_exact(&f);
    begin();
    OK(hold(0, 3, RW));
    REFUSED(hold(4, 3, RW), "range");
    REFUSED(mpumap_hold(&h, BASE(4) + 1u, LIMIT(4), RW), "align");
    REFUSED(hold(4, 4, MPUMAP_RX | MPUMAP_DEVICE), "attr");
    REFUSED(hold(3, 4, RO), "conflict");
    REFUSED(release(3, 2), "range");
    REFUSED(mpumap_release(&h, BASE(0) + 1u, LIMIT(3)), "align");
    OK(do_lock(&f, 1, 1));
    REFUSED(release(0, 3), "locked");
    REFUSED(release_at(0), "locked");
    OK(hold(0, 3, RW));
    OK(release_at(0));
    CHECK_EQ(list[0].times, 1);
}

static void a_full_count_is_passed_on(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.refs_max = 2;
    OK(mpumap_init(&f.map, &f.config));
    begin();
    OK(hold(0, 3, RW));
    OK(hold(0, 3, RW));
    REFUSED(hold(0, 3, RW), "refs");
    REFUSED(hold(2, 2, RW), "refs");
    CHECK_EQ(list[0].times, 2);
}

static void a_transaction_has_no_record(void)
{
    fixture_exact(&f);
    begin();
    OK(hold(0, 3, RW));
    OK(mpumap_begin(&f.map));
    CHECK_STR(NAME(hold(8, 8, RW)), "state");
    CHECK_STR(NAME(mpumap_commit(&f.map)), "state"); /* poisoned */
    OK(mpumap_begin(&f.map));
    CHECK_STR(NAME(release(0, 3)), "state");
    CHECK_STR(NAME(mpumap_commit(&f.map)), "state");
    OK(mpumap_begin(&f.map));
    CHECK_STR(NAME(release_at(0)), "state");
    CHECK_STR(NAME(mpumap_commit(&f.map)), "state");
    CHECK_EQ(h.count, 1);
    OK(release(0, 3));
}

static void no_map_no_record(void)
{
    memset(&f.map, 0, sizeof(f.map));
    begin();
    CHECK_STR(NAME(hold(0, 0, RW)), "state");
    CHECK_STR(NAME(release(0, 0)), "state");
    CHECK_STR(NAME(release_at(0)), "state");
    h.map = NULL;
    CHECK_STR(NAME(hold(0, 0, RW)), "state");
    CHECK_EQ(h.count, 0);
}

/* Under whole the inner range keeps the region, and cannot be the last to go. */
static void under_whole_regions_are_counted(void)
{
    fixture_whole(&f);
    begin();
    OK(hold(0, 9, RW));
    OK(hold(3, 4, RW));
    OK(release(0, 9));
    REFUSED(release(3, 4), "partial");
    OK(hold(0, 9, RW));
    OK(release_at(3));
    OK(release_at(0));
    CHECK_STR(regions_of(&f), "");
}

static void the_top_of_the_address_space_is_an_ordinary_range(void)
{
    fixture_exact(&f);
    begin();
    OK(mpumap_hold(&h, 0xffffff00u, 0xffffffffu, RW));
    OK(mpumap_hold(&h, 0, 0xffffffffu, RW));
    OK(mpumap_release_at(&h, 0xffffff00u));
    OK(mpumap_release(&h, 0, 0xffffffffu));
    CHECK_EQ(h.count, 0);
    CHECK(sound(&f));
}

/* Others may give back what they did not map, so a record can hold more than the map counts. */
static void a_record_counts_no_further_than_it_can(void)
{
    fixture_exact(&f);
    begin();
    OK(hold(0, 9, RW));
    list[0].times--;
    list[0].times--;
    REFUSED(hold(0, 9, RW), "refs");
    REFUSED(hold(0, 9, RX), "refs");
    OK(release(0, 9));
    CHECK_EQ(list[0].times, (mpumap_refs_t)(0u - 2u));
}

static const struct tap_case cases[] = {
    TAP_CASE(what_was_mapped_is_given_back),
    TAP_CASE(what_was_not_mapped_is_not_given_back),
    TAP_CASE(a_range_is_given_back_as_often_as_it_was_mapped),
    TAP_CASE(by_address_the_newest_of_the_nested_goes_first),
    TAP_CASE(the_order_survives_one_from_the_middle),
    TAP_CASE(a_full_record_refuses_new_ranges_only),
    TAP_CASE(a_refusal_of_the_map_is_passed_on_and_records_nothing),
    TAP_CASE(a_full_count_is_passed_on),
    TAP_CASE(a_transaction_has_no_record),
    TAP_CASE(no_map_no_record),
    TAP_CASE(under_whole_regions_are_counted),
    TAP_CASE(the_top_of_the_address_space_is_an_ordinary_range),
    TAP_CASE(a_record_counts_no_further_than_it_can),
};
TAP_MAIN(cases)
