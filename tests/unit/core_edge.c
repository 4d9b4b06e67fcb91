/* SPDX-License-Identifier: MIT */
/*
 * One edge of one region moves: edge.c, asked as change.c asks it, so that it shows which changes
 * it takes and which it leaves to the planner. Of those that it takes the answer is what the
 * planner's would be: one register written, and the spans that the operation says.
 */
#include "fixture.h"

#include "port/armv8r32/codec.h"
#include "src/internal.h"
#include "tap.h"

#include <string.h>

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

static bool edge(enum op_kind kind, unsigned first, unsigned last, mpumap_attr_t attr)
{
    struct op op = {BASE(first), LIMIT(last), (uint8_t)kind, (uint8_t)mpumap_canonical(attr), 0};

    op.at = mpumap_i_search(f.map.spans, f.map.span_count, op.base);
    f.map.cost.writes = 0;
    return mpumap_i_edge(&f.map, &op);
}

/* It is taken, by one write, and leaves these spans. */
#define MOVES(kind, first, last, expected)                                                         \
    do {                                                                                           \
        CHECK(edge(kind, first, last, RW));                                                        \
        CHECK_EQ(f.map.cost.writes, 1);                                                            \
        CHECK_STR(spans_of(&f), expected);                                                         \
        CHECK(sound(&f));                                                                          \
    } while (0)

/* It is left to the planner, and nothing has been done. */
#define IS_LEFT(kind, first, last)                                                                 \
    do {                                                                                           \
        remember(&f);                                                                              \
        CHECK(!edge(kind, first, last, RW));                                                       \
        CHECK(unchanged(&f));                                                                      \
    } while (0)

/* A span behind the last one, as removed ones leave them: it looks as if it went on. */
static void stale(unsigned first, unsigned last, unsigned refs)
{
    const struct mpumap_span *end = &f.spans[f.map.span_count - 1u];
    const struct mpumap_span after = {BASE(first), LIMIT(last), (mpumap_refs_t)refs, end->attr,
                                      (uint8_t)(end->slot + 1u)};

    f.spans[f.map.span_count] = after;
}

/* 10-11, 12-13 twice, 14-15: one region of three spans; others beside it, not touching. */
static void three_spans(bool below, bool above)
{
    fixture_exact(&f);
    if (below) {
        OK(do_map(&f, 0, 3, RO));
    }
    OK(do_map(&f, 10, 15, RW));
    OK(do_map(&f, 12, 13, RW));
    if (above) {
        OK(do_map(&f, 30, 33, RO));
    }
}

static void the_upper_edge_grows(void)
{
    three_spans(false, false);
    MOVES(OP_MAP, 16, 17, "10-11 rw 1, 12-13 rw 2, 14-17 rw 1");
    three_spans(true, true);
    MOVES(OP_MAP, 16, 16, "0-3 ro 1, 10-11 rw 1, 12-13 rw 2, 14-16 rw 1, 30-33 ro 1");
    OK(do_map(&f, 14, 16, RW));
    MOVES(OP_MAP, 17, 17, "0-3 ro 1, 10-11 rw 1, 12-16 rw 2, 17-17 rw 1, 30-33 ro 1");
}

static void the_lower_edge_grows(void)
{
    three_spans(false, false);
    MOVES(OP_MAP, 8, 9, "8-11 rw 1, 12-13 rw 2, 14-15 rw 1");
    three_spans(true, true);
    MOVES(OP_MAP, 9, 9, "0-3 ro 1, 9-11 rw 1, 12-13 rw 2, 14-15 rw 1, 30-33 ro 1");
    OK(do_map(&f, 9, 11, RW));
    MOVES(OP_MAP, 8, 8, "0-3 ro 1, 8-8 rw 1, 9-13 rw 2, 14-15 rw 1, 30-33 ro 1");
}

static void the_upper_edge_shrinks(void)
{
    three_spans(true, true);
    MOVES(OP_UNMAP, 15, 15, "0-3 ro 1, 10-11 rw 1, 12-13 rw 2, 14-14 rw 1, 30-33 ro 1");
    MOVES(OP_UNMAP, 14, 14, "0-3 ro 1, 10-11 rw 1, 12-13 rw 2, 30-33 ro 1");
    three_spans(false, false);
    MOVES(OP_UNMAP, 14, 15, "10-11 rw 1, 12-13 rw 2");
}

static void the_lower_edge_shrinks(void)
{
    three_spans(true, true);
    MOVES(OP_UNMAP, 10, 10, "0-3 ro 1, 11-11 rw 1, 12-13 rw 2, 14-15 rw 1, 30-33 ro 1");
    MOVES(OP_UNMAP, 11, 11, "0-3 ro 1, 12-13 rw 2, 14-15 rw 1, 30-33 ro 1");
    three_spans(false, false);
    MOVES(OP_UNMAP, 10, 11, "12-13 rw 2, 14-15 rw 1");
}

/* Storage that is full is in the way only of what needs a span more. */
static void full_storage(void)
{
    three_spans(false, false);
    fixture_room(&f, 3);
    MOVES(OP_MAP, 16, 16, "10-11 rw 1, 12-13 rw 2, 14-16 rw 1");
    MOVES(OP_MAP, 9, 9, "9-11 rw 1, 12-13 rw 2, 14-16 rw 1");
    MOVES(OP_UNMAP, 14, 16, "9-11 rw 1, 12-13 rw 2");
    OK(do_map(&f, 12, 12, RW));
    IS_LEFT(OP_MAP, 14, 14);
    fixture_room(&f, 4);
    MOVES(OP_MAP, 14, 14, "9-11 rw 1, 12-12 rw 3, 13-13 rw 2, 14-14 rw 1");
}

static void more_than_one_edge(void)
{
    three_spans(true, true);
    IS_LEFT(OP_UNMAP, 12, 13);   /* inside */
    IS_LEFT(OP_UNMAP, 10, 12);   /* more than the span */
    IS_LEFT(OP_UNMAP, 13, 15);   /* likewise */
    IS_LEFT(OP_UNMAP, 8, 10);    /* bytes that are not mapped */
    IS_LEFT(OP_MAP, 14, 16);     /* bytes that are mapped */
    IS_LEFT(OP_MAP, 5, 6);       /* no neighbour */
    IS_LEFT(OP_MAP, 4, 6);       /* none with these attributes */
    IS_LEFT(OP_PROTECT, 15, 15); /* not for it */
    IS_LEFT(OP_PROTECT, 10, 10);
    fixture_exact(&f);
    OK(do_map(&f, 0, 3, RW));
    IS_LEFT(OP_UNMAP, 0, 3); /* both edges */
    IS_LEFT(OP_UNMAP, 1, 2); /* none */
    OK(do_map(&f, 5, 6, RW));
    IS_LEFT(OP_MAP, 4, 4); /* two become one */
    fixture_whole(&f);
    OK(do_map(&f, 0, 3, RW));
    IS_LEFT(OP_MAP, 4, 4);
}

static void while_a_merge_waits(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL1, 4, MPUMAP_EXACT);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 5, 8, RW));
    OK(do_map(&f, 20, 22, RW));
    OK(do_live(&f, 0, 8));
    OK(do_map(&f, 4, 4, RW));
    CHECK(f.map.waiting);
    IS_LEFT(OP_MAP, 23, 23);
    IS_LEFT(OP_UNMAP, 22, 22);
}

/* What has been removed is not looked at. */
static void what_lies_behind_the_last_span(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 3, RW));
    stale(4, 5, 1);
    MOVES(OP_UNMAP, 0, 0, "1-3 rw 1");
    stale(5, 6, 1);
    MOVES(OP_MAP, 4, 4, "1-4 rw 1");
    stale(5, 5, 1);
    MOVES(OP_MAP, 5, 5, "1-5 rw 1");
    OK(do_map(&f, 1, 5, RW));
    stale(6, 6, 2);
    MOVES(OP_MAP, 6, 6, "1-5 rw 2, 6-6 rw 1");
}

static void boot(uint32_t *mask, uint8_t slot, struct mpumap_pair pair)
{
    mpumap_sim_set(&f.sim, slot, &pair);
    memset(&f.table[slot], 0, sizeof f.table[slot]);
    f.table[slot].base = pair.base;
    f.table[slot].limit = pair.limit;
    mask[0] |= 1u << slot;
}

/* Adopted neighbours that touch are joined by the first change there: not an edge's work. */
static void a_region_that_touches_an_equal_one(void)
{
    for (unsigned which = 0; which < 2; which++) {
        uint32_t mask[MPUMAP_MASK_WORDS] = {0};

        fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 8, MPUMAP_EXACT);
        f.config.boot_mask = mask;
        boot(mask, 0, mpumap_armv8r32_pr_of_addr(BASE(10), LIMIT(11), RW));
        boot(mask, 1, mpumap_armv8r32_pr_of_addr(BASE(12), LIMIT(13), RW));
        OK(mpumap_init(&f.map, &f.config));
        OK(mpumap_adopt(&f.map));
        IS_LEFT(OP_UNMAP, 10, 10);
        IS_LEFT(OP_UNMAP, 13, 13);
        IS_LEFT(OP_MAP, 9, 9);
        IS_LEFT(OP_MAP, 14, 14);
        OK((which == 0) ? do_unmap(&f, 10, 10) : do_map(&f, 14, 14, RW));
        CHECK_STR(regions_of(&f), (which == 0) ? "11-13 rw 1" : "10-14 rw 1");
        CHECK(sound(&f));
    }
}

/* The edge that stays needs no write, whatever bits that mean nothing its register has. */
static void bits_that_mean_nothing(void)
{
    struct mpumap_pair pair = mpumap_armv8r32_pr_of_addr(BASE(10), LIMIT(13), DEV);
    struct mpumap_pair now;
    uint32_t mask[MPUMAP_MASK_WORDS] = {0};

    pair.base ^= 0x08u; /* SH of a device (DDI 0487, B2) */
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 8, MPUMAP_EXACT);
    f.config.boot_mask = mask;
    boot(mask, 0, pair);
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    OK(do_map(&f, 14, 14, DEV));
    CHECK_EQ(mpumap_cost(&f.map)->writes, 1);
    mpumap_sim_get(&f.sim, 0, &now);
    CHECK_EQ(now.base, pair.base);
    CHECK(sound(&f));
    /* A bit of PRLAR that is reserved: the simulated MPU has none, but the table would. */
    f.table[0].limit |= 0x20u;
    OK(do_unmap(&f, 10, 10));
    CHECK_EQ(mpumap_cost(&f.map)->writes, 1);
    CHECK_EQ(f.table[0].limit, now.limit | 0x20u);
}

static const struct tap_case cases[] = {
    TAP_CASE(the_upper_edge_grows),
    TAP_CASE(the_lower_edge_grows),
    TAP_CASE(the_upper_edge_shrinks),
    TAP_CASE(the_lower_edge_shrinks),
    TAP_CASE(full_storage),
    TAP_CASE(more_than_one_edge),
    TAP_CASE(while_a_merge_waits),
    TAP_CASE(what_lies_behind_the_last_span),
    TAP_CASE(a_region_that_touches_an_equal_one),
    TAP_CASE(bits_that_mean_nothing),
};
TAP_MAIN(cases)
