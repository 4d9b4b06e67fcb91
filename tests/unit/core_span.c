/* SPDX-License-Identifier: MIT */
/*
 * The window of spans that an operation can reach (span.c): those of every region that it overlaps
 * or touches, and no others; what is outside is neither planned nor rewritten.
 */
#include "fixture.h"

#include "port/armv8r32/codec.h"
#include "src/internal.h"
#include "tap.h"

#include <string.h>

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

/* Regions that boot code made: 0-3 rx, 4-5 rw, 6-7 rw, 8-9 ro, 10-19 rx, 20-29 rx, 30-31 rx; then
 * counts that cut 10-19 in three spans. */
static void make(void)
{
    static const struct {
        unsigned first;
        unsigned last;
        mpumap_attr_t attr;
    } regions[] = {{0, 3, RX},   {4, 5, RW},   {6, 7, RW},  {8, 9, RO},
                   {10, 19, RX}, {20, 29, RX}, {30, 31, RX}};
    uint32_t mask[MPUMAP_MASK_WORDS] = {0};

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    memset(f.table, 0, sizeof f.table);
    f.config.boot_mask = mask;
    for (unsigned s = 0; s < sizeof regions / sizeof regions[0]; s++) {
        const struct mpumap_pair pair = mpumap_armv8r32_pr_of_addr(
            BASE(regions[s].first), LIMIT(regions[s].last), regions[s].attr);
        mpumap_sim_set(&f.sim, (uint8_t)s, &pair);
        f.table[s].base = pair.base;
        f.table[s].limit = pair.limit;
        mask[0] |= 1u << s;
    }
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    OK(do_map(&f, 14, 15, RX));
    CHECK_EQ(f.map.span_count, 9);
}

/* The bytes of the window. */
static void window(unsigned first, unsigned last, unsigned from, unsigned to)
{
    const struct op op = {BASE(first), LIMIT(last), (uint8_t)OP_UNMAP, 0, 0};
    uint16_t begin;
    uint16_t end;

    mpumap_i_window(&f.map, &op, &begin, &end);
    CHECK(begin < end && end <= f.map.span_count);
    CHECK_EQ(f.spans[begin].base, BASE(from));
    CHECK_EQ(f.spans[end - 1u].limit, LIMIT(to));
}

static void the_window_of_an_operation(void)
{
    make();
    window(8, 8, 4, 9);     /* touches 6-7; that is a run with 4-5, whose slot differs */
    window(9, 9, 8, 31);    /* touches 10-19, a run with 20-29 and 30-31 */
    window(12, 12, 10, 31); /* all spans of its region, and of the run */
    window(2, 2, 0, 3);
    window(2, 3, 0, 7);
    window(31, 31, 10, 31);
    window(30, 31, 10, 31);
    window(0, 0, 0, 3);
    f.map.waiting = true;
    window(2, 2, 0, 31);
}

/* Under whole regions that touch have nothing to do with each other. */
static void the_window_under_whole(void)
{
    fixture_whole(&f);
    for (unsigned i = 0; i < 5; i++) {
        OK(do_map(&f, 4 * i, 4 * i + 3, RW));
    }
    window(8, 11, 4, 15);
    window(9, 10, 8, 11);
}

/* One protection over spans of several slots: the cut makes three of one before the others, which
 * become one region with its rest, have been read. */
static void touching_regions_that_are_cut_and_joined(void)
{
    make();
    OK(do_unmap(&f, 14, 15));
    OK(do_protect(&f, 12, 13, RW));
    CHECK_STR(spans_of(&f), "0-3 rx 1, 4-7 rw 1, 8-9 ro 1, 10-11 rx 1, 12-13 rw 1, 14-31 rx 1");
    CHECK_EQ(slot_of(&f, 14), slot_of(&f, 31));
    CHECK(sound(&f));
}

static const struct tap_case cases[] = {
    TAP_CASE(the_window_of_an_operation),
    TAP_CASE(the_window_under_whole),
    TAP_CASE(touching_regions_that_are_cut_and_joined),
};
TAP_MAIN(cases)
