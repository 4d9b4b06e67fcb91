/* SPDX-License-Identifier: MIT */
/*
 * The changes of one slot, and those that only count, are made without a plan (docs/design.md, An
 * operation): scratch[], in which a plan lists the new regions, is not touched. What they leave is
 * what a plan would.
 */
#include "fixture.h"

#include "tap.h"

#include <string.h>

static struct fixture f;
static struct mpumap_pair untouched[MPUMAP_MAX_REGIONS];

#define OK(op) CHECK_STR(NAME(op), "ok")

static void mark(void)
{
    memset(f.scratch, 0x5a, sizeof f.scratch);
    memset(untouched, 0x5a, sizeof untouched);
}

#define SHORT(op, writes_, expected)                                                               \
    do {                                                                                           \
        mark();                                                                                    \
        OK(op);                                                                                    \
        CHECK(memcmp(f.scratch, untouched, sizeof untouched) == 0);                                \
        CHECK_EQ(mpumap_cost(&f.map)->writes, writes_);                                            \
        CHECK_STR(spans_of(&f), expected);                                                         \
        CHECK(sound(&f));                                                                          \
    } while (0)

#define PLANNED(op, expected)                                                                      \
    do {                                                                                           \
        mark();                                                                                    \
        OK(op);                                                                                    \
        CHECK(memcmp(f.scratch, untouched, sizeof untouched) != 0);                                \
        CHECK_STR(spans_of(&f), expected);                                                         \
        CHECK(sound(&f));                                                                          \
    } while (0)

static void exact(void)
{
    fixture_exact(&f);
    SHORT(do_map(&f, 10, 19, RW), 2, "10-19 rw 1");
    SHORT(do_map(&f, 30, 39, RO), 2, "10-19 rw 1, 30-39 ro 1");
    SHORT(do_map(&f, 20, 29, RX), 2, "10-19 rw 1, 20-29 rx 1, 30-39 ro 1");
    SHORT(do_map(&f, 40, 40, RW), 2, "10-19 rw 1, 20-29 rx 1, 30-39 ro 1, 40-40 rw 1");
    SHORT(do_map(&f, 0, 3, RX), 2, "0-3 rx 1, 10-19 rw 1, 20-29 rx 1, 30-39 ro 1, 40-40 rw 1");
    SHORT(do_unmap(&f, 0, 3), 1, "10-19 rw 1, 20-29 rx 1, 30-39 ro 1, 40-40 rw 1");
    SHORT(do_unmap(&f, 40, 40), 1, "10-19 rw 1, 20-29 rx 1, 30-39 ro 1");
    SHORT(do_unmap(&f, 20, 29), 1, "10-19 rw 1, 30-39 ro 1");
    SHORT(do_protect(&f, 10, 19, RX), 1, "10-19 rx 1, 30-39 ro 1");
    SHORT(do_protect(&f, 30, 39, RX), 1, "10-19 rx 1, 30-39 rx 1");
    SHORT(do_map(&f, 20, 20, RW), 2, "10-19 rx 1, 20-20 rw 1, 30-39 rx 1");
    PLANNED(do_protect(&f, 20, 20, RX), "10-20 rx 1, 30-39 rx 1");
    PLANNED(do_map(&f, 21, 29, RX), "10-39 rx 1");
    PLANNED(do_unmap(&f, 12, 37), "10-11 rx 1, 38-39 rx 1");
    PLANNED(do_protect(&f, 10, 11, DEV), "10-11 rw device 1, 38-39 rx 1");
}

/* Both registers of a region change at once where there is a bitmap: that is planned. Under whole
 * nothing is, outside transactions. */
static void whole(void)
{
    fixture_whole(&f);
    SHORT(do_map(&f, 10, 19, RW), 2, "10-19 rw 1");
    SHORT(do_map(&f, 20, 29, RW), 2, "10-19 rw 1, 20-29 rw 1");
    SHORT(do_map(&f, 0, 9, RW), 2, "0-9 rw 1, 10-19 rw 1, 20-29 rw 1");
    SHORT(do_map(&f, 12, 13, RW), 0, "0-9 rw 1, 10-19 rw 2, 20-29 rw 1");
    SHORT(do_unmap(&f, 12, 13), 0, "0-9 rw 1, 10-19 rw 1, 20-29 rw 1");
    SHORT(do_protect(&f, 10, 19, RX), 1, "0-9 rw 1, 10-19 rx 1, 20-29 rw 1");
    SHORT(do_protect(&f, 10, 19, DEV), 2, "0-9 rw 1, 10-19 rw device 1, 20-29 rw 1");
    SHORT(do_unmap(&f, 0, 9), 1, "10-19 rw device 1, 20-29 rw 1");
    SHORT(mpumap_unmap_at(&f.map, BASE(25)), 1, "10-19 rw device 1");
    SHORT(do_unmap(&f, 10, 19), 1, "");
}

/* Spans are cut and joined where counts say so; no register is written. */
static void counting(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 10, 19, RW));
    OK(do_map(&f, 30, 39, RW));
    SHORT(do_map(&f, 12, 13, RW), 0, "10-11 rw 1, 12-13 rw 2, 14-19 rw 1, 30-39 rw 1");
    SHORT(do_map(&f, 10, 11, RW), 0, "10-13 rw 2, 14-19 rw 1, 30-39 rw 1");
    SHORT(do_map(&f, 18, 19, RW), 0, "10-13 rw 2, 14-17 rw 1, 18-19 rw 2, 30-39 rw 1");
    SHORT(do_map(&f, 14, 17, RW), 0, "10-19 rw 2, 30-39 rw 1");
    SHORT(do_unmap(&f, 10, 11), 0, "10-11 rw 1, 12-19 rw 2, 30-39 rw 1");
    SHORT(do_unmap(&f, 12, 13), 0, "10-13 rw 1, 14-19 rw 2, 30-39 rw 1");
    SHORT(do_unmap(&f, 18, 19), 0, "10-13 rw 1, 14-17 rw 2, 18-19 rw 1, 30-39 rw 1");
    SHORT(do_unmap(&f, 16, 17), 0, "10-13 rw 1, 14-15 rw 2, 16-19 rw 1, 30-39 rw 1");
    SHORT(do_map(&f, 30, 39, RW), 0, "10-13 rw 1, 14-15 rw 2, 16-19 rw 1, 30-39 rw 2");
    SHORT(do_unmap(&f, 14, 15), 0, "10-19 rw 1, 30-39 rw 2");
    SHORT(do_unmap(&f, 33, 33), 0, "10-19 rw 1, 30-32 rw 2, 33-33 rw 1, 34-39 rw 2");
    SHORT(do_map(&f, 33, 33, RW), 0, "10-19 rw 1, 30-39 rw 2");
}

/* What has been removed is not looked at, nor what stands behind the table. */
static void what_lies_behind_the_lists(void)
{
    const struct mpumap_span stale = {BASE(4), LIMIT(5), 1, RW | MPUMAP_SHARE_INNER, 9};

    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 2, MPUMAP_EXACT);
    OK(do_map(&f, 0, 3, RW));
    f.spans[1] = stale;
    SHORT(do_protect(&f, 0, 3, RO), 1, "0-3 ro 1");
    OK(do_unmap(&f, 0, 3));
    OK(do_map(&f, 0, 0, RW));
    OK(do_map(&f, 2, 2, RW));
    memset(&f.table[2], 0, sizeof f.table[2]);
    CHECK_STR(NAME(do_map(&f, 4, 4, RW)), "no-region");
    CHECK_EQ(f.table[2].limit, 0);
    CHECK(sound(&f));
}

/* Of free slots the first that has the base already, or the first. */
static void the_slot_that_needs_one_write(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 10, 13, RW));
    OK(do_map(&f, 20, 23, RW));
    OK(do_unmap(&f, 0, 3));
    OK(do_unmap(&f, 10, 13));
    SHORT(do_map(&f, 10, 15, RW), 1, "10-15 rw 1, 20-23 rw 1");
    CHECK_EQ(slot_of(&f, 10), 1);
    SHORT(do_map(&f, 30, 33, RW), 2, "10-15 rw 1, 20-23 rw 1, 30-33 rw 1");
    CHECK_EQ(slot_of(&f, 30), 0);
    SHORT(do_map(&f, 40, 43, RW), 2, "10-15 rw 1, 20-23 rw 1, 30-33 rw 1, 40-43 rw 1");
    CHECK_EQ(slot_of(&f, 40), 3);
}

static const struct tap_case cases[] = {
    TAP_CASE(exact),
    TAP_CASE(whole),
    TAP_CASE(counting),
    TAP_CASE(what_lies_behind_the_lists),
    TAP_CASE(the_slot_that_needs_one_write),
};
TAP_MAIN(cases)
