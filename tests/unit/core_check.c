/* SPDX-License-Identifier: MIT */
/*
 * check and verify say "corrupt" when a rule is broken. Private fields are written here as a wild
 * write would; nothing else in the tests does that.
 */
#include "fixture.h"

#include "src/internal.h"
#include "tap.h"

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

/* Spans 0-2 rw 1, 3-4 rw 2, 5-9 rw 1 in one region; 20-29 ro 1 in another, locked. */
static void make(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 3, 4, RW));
    OK(do_map(&f, 20, 29, RO));
    OK(do_lock(&f, 20, 29));
    OK(mpumap_check(&f.map));
    OK(mpumap_verify(&f.map));
}

#define BROKEN(change)                                                                             \
    do {                                                                                           \
        make();                                                                                    \
        change;                                                                                    \
        CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");                                          \
        CHECK_STR(NAME((enum mpumap_result)mpumap_why(&f.map)->result), "corrupt");                \
        CHECK_STR(NAME(mpumap_verify(&f.map)), "corrupt");                                         \
    } while (0)

static void spans_out_of_order(void)
{
    struct mpumap_span first;

    BROKEN(first = f.spans[0]; f.spans[0] = f.spans[3]; f.spans[3] = first);
    BROKEN(first = f.spans[0]; f.spans[0] = f.spans[1]; f.spans[1] = first);
}

static void spans_that_overlap(void)
{
    BROKEN(f.spans[0].limit = LIMIT(3));
    BROKEN(f.spans[1].base = BASE(2));
    BROKEN(f.spans[2].limit = LIMIT(24));
}

static void span_that_counts_more_than_can_be(void)
{
    BROKEN(f.map.refs_max = 2; f.map.seal = mpumap_i_seal(&f.map); f.spans[1].refs = 3);
}

/* They would be one. */
static void live_ranges_that_touch(void)
{
    struct mpumap_range *live;

    BROKEN(OK(do_live(&f, 0, 1)); OK(do_live(&f, 4, 5)); live = mpumap_i_lives(&f.map);
           live[1].base = BASE(2));
}

static void spans_off_the_granule(void)
{
    BROKEN(f.spans[0].base += 4);
    BROKEN(f.spans[3].limit -= 1);
}

static void span_with_its_ends_swapped(void)
{
    BROKEN(f.spans[0].limit = f.spans[0].base - 1);
}

static void counts_that_cannot_be(void)
{
    BROKEN(f.spans[1].refs = 0);
    BROKEN(f.map.refs_max = 1);
}

static void spans_that_should_be_one(void)
{
    BROKEN(f.spans[1].refs = 1);
}

static void a_hole_inside_a_region(void)
{
    BROKEN(f.spans[1].limit = LIMIT(3));
}

static void one_region_with_two_attributes(void)
{
    BROKEN(f.spans[1].attr ^= MPUMAP_WRITE);
}

static void slots_that_are_wrong(void)
{
    BROKEN(f.spans[3].slot = 99);
    BROKEN(f.spans[3].slot = 9);
    BROKEN(f.spans[3].slot = f.spans[0].slot);
}

static void table_and_spans_that_differ(void)
{
    BROKEN(f.table[f.spans[3].slot].limit &= ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE);
    BROKEN(f.table[f.spans[3].slot].limit += 64);
    BROKEN(f.table[f.spans[3].slot].base ^= 4);
    BROKEN(f.table[9].limit = f.table[f.spans[3].slot].limit);
}

static void a_locked_range_that_is_not_mapped(void)
{
    BROKEN(f.ranges[0].limit = LIMIT(30));
    BROKEN(f.ranges[0].base = BASE(15));
}

static void more_spans_than_room(void)
{
    BROKEN(f.map.span_capacity = 3);
}

static void whole_counts_that_differ(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 0, 3, RW));
    OK(mpumap_check(&f.map));
    f.spans[0].refs = 2;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
}

static void pending_spans_of_a_transaction(void)
{
    make();
    OK(mpumap_begin(&f.map));
    OK(mpumap_check(&f.map));
    f.pending[1].base = BASE(2);
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
}

/* Counts that say more than there is room for, where what lies beyond looks as good as the rest. */
static void counts_beyond_their_room(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.lock_capacity = 1;
    f.config.live_capacity = 1;
    f.config.pending_capacity = 2;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 20, 29, RW));
    OK(do_lock(&f, 0, 0));
    OK(do_live(&f, 4, 4));
    f.map.lock_count = 2;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    f.map.lock_count = 1;
    f.ranges[2] = (struct mpumap_range){BASE(6), LIMIT(6)};
    f.map.live_count = 2;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    f.map.live_count = 1;
    OK(mpumap_check(&f.map));
    OK(mpumap_begin(&f.map));
    f.pending[2] = f.pending[1];
    f.pending[2].base = BASE(40);
    f.pending[2].limit = LIMIT(40);
    f.map.pending_count = 3;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    f.map.pending_count = 2;
    f.map.saved_lock_count = 2;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    f.map.saved_lock_count = 1;
    f.ranges[4] = (struct mpumap_range){BASE(6), LIMIT(6)};
    f.map.saved_live_count = 2;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    f.map.saved_live_count = 1;
    OK(mpumap_commit(&f.map));
}

/* Without room for transactions there are no saved ranges to look at behind the others. */
static void a_transaction_without_room_for_one(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.pending = NULL;
    f.config.pending_capacity = 0;
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_check(&f.map));
    f.map.in_tx = true;
    f.map.pending_count = 0;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    f.map.saved_lock_count = 1;
    f.map.saved_live_count = 1;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
}

/* A slot beyond the map, of which the storage behind the table says what the spans say. */
static void a_slot_beyond_the_table(void)
{
    make();
    f.table[16] = f.table[f.spans[3].slot];
    f.spans[3].slot = 16;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
}

static void a_live_range_off_the_granule(void)
{
    BROKEN(OK(do_live(&f, 0, 1)); mpumap_i_lives(&f.map)[0].base += 4);
    BROKEN(OK(do_live(&f, 0, 1)); mpumap_i_lives(&f.map)[0].limit -= 4);
}

static void the_second_locked_range_is_not_mapped(void)
{
    BROKEN(OK(do_lock(&f, 4, 5)); OK(mpumap_check(&f.map)); f.ranges[1].limit = LIMIT(30));
}

static void a_map_with_room_for_one_range(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.lock_capacity = 1;
    f.config.live_capacity = 0;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 9, RW));
    OK(do_lock(&f, 0, 9));
    OK(mpumap_check(&f.map));
    f.ranges[0].limit = LIMIT(10);
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
}

/* What a transaction that is given up would restore. */
static void saved_ranges_of_a_transaction(void)
{
    struct mpumap_range *saved = &f.ranges[FIXTURE_RANGES / 2u];

    make();
    OK(do_live(&f, 0, 1));
    OK(mpumap_begin(&f.map));
    OK(mpumap_check(&f.map));
    saved[0].base += 4;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    saved[0].base -= 4;
    OK(mpumap_check(&f.map));
    saved[FIXTURE_RANGES / 4u].base += 4;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    saved[FIXTURE_RANGES / 4u].base -= 4;
    OK(mpumap_abort(&f.map));
    OK(mpumap_check(&f.map));
}

/* Whatever refused, it is a result. */
static void the_refusal_that_poisons(void)
{
    make();
    OK(mpumap_begin(&f.map));
    for (unsigned r = 0; r < 256; r++) {
        f.map.poison.result = (uint8_t)r;
        CHECK_STR(NAME(mpumap_check(&f.map)), (r <= (unsigned)MPUMAP_CORRUPT) ? "ok" : "corrupt");
    }
    f.map.poison.result = (uint8_t)MPUMAP_OK;
    OK(mpumap_abort(&f.map));
}

/* Every slot below it is in use: of a full map all are, and there are no more. */
static void the_first_free_slot_is_one_of_the_map(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 2, MPUMAP_EXACT);
    OK(do_map(&f, 0, 0, RW));
    OK(do_map(&f, 2, 2, RW));
    OK(mpumap_check(&f.map));
    f.map.free_from = 3;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
}

/* ---- mpumap_why says where ---- */

static void found_at(mpumap_addr_t base, mpumap_addr_t limit, unsigned slot)
{
    const struct mpumap_why *why = mpumap_why(&f.map);

    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    CHECK_EQ(why->base, base);
    CHECK_EQ(why->limit, limit);
    CHECK_EQ(why->slot, slot);
}

static void where_the_structure_is_wrong(void)
{
    make();
    f.map.span_count = FIXTURE_SPANS + 1u;
    found_at(0, 0, MPUMAP_NO_SLOT);
}

static void where_the_table_is_wrong(void)
{
    make();
    f.table[7].flags |= F_PLAN;
    found_at(0, 0, 7);
    f.table[7].flags = 0;
    f.map.waiting = true;
    found_at(0, 0, MPUMAP_NO_SLOT);
}

static void where_a_span_is_wrong(void)
{
    make();
    f.spans[1].refs = 0;
    found_at(BASE(3), LIMIT(4), f.spans[1].slot);
    make();
    f.spans[3].limit = LIMIT(28);
    found_at(BASE(20), LIMIT(28), f.spans[3].slot);
    make();
    OK(mpumap_begin(&f.map));
    f.pending[2].refs = 0;
    found_at(BASE(5), LIMIT(9), MPUMAP_NO_SLOT);
}

static void where_a_range_is_wrong(void)
{
    make();
    OK(do_live(&f, 2, 3));
    mpumap_i_lives(&f.map)[0].limit = LIMIT(3) - 1u;
    found_at(BASE(2), LIMIT(3) - 1u, MPUMAP_NO_SLOT);
    make();
    f.ranges[0].limit = LIMIT(30);
    found_at(BASE(20), LIMIT(30), MPUMAP_NO_SLOT);
    make();
    OK(do_live(&f, 2, 3));
    f.ranges[0].limit = LIMIT(30);
    found_at(BASE(20), LIMIT(30), MPUMAP_NO_SLOT);
}

/* ---- registers ---- */

#define OTHER(which, change)                                                                       \
    do {                                                                                           \
        struct mpumap_pair p;                                                                      \
        make();                                                                                    \
        mpumap_sim_strict(&f.sim, false);                                                          \
        mpumap_sim_get(&f.sim, which, &p);                                                         \
        change;                                                                                    \
        mpumap_sim_set(&f.sim, which, &p);                                                         \
        OK(mpumap_check(&f.map));                                                                  \
        CHECK_STR(NAME(mpumap_verify(&f.map)), "corrupt");                                         \
        CHECK_EQ(mpumap_why(&f.map)->slot, which);                                                 \
    } while (0)

static void registers_that_someone_else_wrote(void)
{
    make();
    const uint8_t slot = slot_of(&f, 20);
    OTHER(slot, p.limit &= ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE);
    OTHER(slot, p.limit += 64);
    OTHER(slot, p.base -= 64);
    OTHER(slot, p.base ^= 6);
    OTHER(15, p.base = BASE(90); p.limit = BASE(90) | 1u);
    OTHER(0, p.limit += 64);
}

static void a_slot_of_others_is_theirs(void)
{
    struct mpumap_pair p = {BASE(90), BASE(90) | 15u};

    make();
    OK(mpumap_reserve(&f.map, 15));
    mpumap_sim_set(&f.sim, 15, &p);
    OK(mpumap_verify(&f.map));
}

static void a_slot_beyond_the_map_is_not_looked_at(void)
{
    struct mpumap_pair p = {BASE(90), BASE(90) | 15u};

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.regions = 4;
    OK(mpumap_init(&f.map, &f.config));
    mpumap_sim_set(&f.sim, 4, &p);
    OK(do_map(&f, 0, 1, RW));
    OK(mpumap_verify(&f.map));
}

static const struct tap_case cases[] = {
    TAP_CASE(spans_out_of_order),
    TAP_CASE(spans_that_overlap),
    TAP_CASE(span_that_counts_more_than_can_be),
    TAP_CASE(live_ranges_that_touch),
    TAP_CASE(spans_off_the_granule),
    TAP_CASE(span_with_its_ends_swapped),
    TAP_CASE(counts_that_cannot_be),
    TAP_CASE(spans_that_should_be_one),
    TAP_CASE(a_hole_inside_a_region),
    TAP_CASE(one_region_with_two_attributes),
    TAP_CASE(slots_that_are_wrong),
    TAP_CASE(table_and_spans_that_differ),
    TAP_CASE(a_locked_range_that_is_not_mapped),
    TAP_CASE(more_spans_than_room),
    TAP_CASE(whole_counts_that_differ),
    TAP_CASE(pending_spans_of_a_transaction),
    TAP_CASE(counts_beyond_their_room),
    TAP_CASE(a_transaction_without_room_for_one),
    TAP_CASE(a_slot_beyond_the_table),
    TAP_CASE(a_live_range_off_the_granule),
    TAP_CASE(the_second_locked_range_is_not_mapped),
    TAP_CASE(a_map_with_room_for_one_range),
    TAP_CASE(saved_ranges_of_a_transaction),
    TAP_CASE(the_refusal_that_poisons),
    TAP_CASE(the_first_free_slot_is_one_of_the_map),
    TAP_CASE(where_the_structure_is_wrong),
    TAP_CASE(where_the_table_is_wrong),
    TAP_CASE(where_a_span_is_wrong),
    TAP_CASE(where_a_range_is_wrong),
    TAP_CASE(registers_that_someone_else_wrote),
    TAP_CASE(a_slot_of_others_is_theirs),
    TAP_CASE(a_slot_beyond_the_map_is_not_looked_at),
};
TAP_MAIN(cases)
