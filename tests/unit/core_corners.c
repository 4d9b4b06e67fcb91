/* SPDX-License-Identifier: MIT */
/* Corners that coverage showed to be reached by nothing else, each with the answer it must give. */
#include "fixture.h"

#include "tap.h"

#include <string.h>

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

/* ---- check: a wild write into what the other tests leave alone ---- */

static void two_spans_are_no_region_of_whole(void)
{
    fixture_whole(&f);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 4, 7, RW));
    OK(mpumap_check(&f.map));
    f.spans[1].slot = f.spans[0].slot;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(0));
}

static void one_region(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 20, 29, RO));
    OK(mpumap_check(&f.map));
}

static void marks_of_a_plan_do_not_outlive_it(void)
{
    for (unsigned bit = 3; bit < 8; bit++) {
        one_region();
        f.table[slot_of(&f, 20)].flags |= (uint8_t)(1u << bit);
        CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    }
}

static void a_table_entry_that_no_attributes_say(void)
{
    one_region();
    const uint8_t slot = slot_of(&f, 20);
    f.table[slot].limit = (f.table[slot].limit & ~(mpumap_reg_t)0x0eu) | 0x06u;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
    CHECK_EQ(mpumap_why(&f.map)->slot, slot);
}

static void a_table_entry_that_begins_elsewhere(void)
{
    one_region();
    f.table[slot_of(&f, 20)].base += 64;
    CHECK_STR(NAME(mpumap_check(&f.map)), "corrupt");
}

/* ---- dump ---- */

static char lines[4096];

static void put(void *ctx, const char *line)
{
    (void)ctx;
    CHECK(strlen(lines) + strlen(line) < sizeof lines);
    (void)strncat(lines, line, sizeof lines - strlen(lines) - 1u);
}

static void dump_shows_what_has_no_slot_yet_and_numbers_of_two_digits(void)
{
    fixture_exact(&f);
    for (unsigned i = 0; i < 12; i++) {
        OK(do_map(&f, 0, 0, RW));
    }
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 40, 40, RO));
    lines[0] = '\0';
    mpumap_dump(&f.map, put, NULL);
    CHECK(strstr(lines, "region -   0x10000a00-0x10000a3f") != NULL);
    CHECK(strstr(lines, "refs 12\n") != NULL);
    OK(mpumap_abort(&f.map));
    lines[0] = '\0';
    mpumap_dump(&f.map, put, NULL);
    CHECK(strstr(lines, "region -") == NULL);
}

/* ---- names ---- */

static void both_lower_levels_at_once_have_no_name(void)
{
    CHECK_STR(mpumap_perm_name(MPUMAP_LOWER_MASK), "?");
    CHECK_STR(mpumap_perm_name(MPUMAP_LOWER_MASK | MPUMAP_RX), "?");
    CHECK_STR(mpumap_perm_name(MPUMAP_EL0 | MPUMAP_RX), "rx+el0");
}

/* ---- ranges ---- */

static void a_map_without_room_for_ranges_has_transactions(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.ranges = NULL;
    f.config.lock_capacity = 0;
    f.config.live_capacity = 0;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 3, RW));
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 1, 1));
    OK(mpumap_abort(&f.map));
    CHECK_STR(regions_of(&f), "0-3 rw 1");
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 1, 1));
    OK(mpumap_commit(&f.map));
    CHECK_STR(regions_of(&f), "0-0 rw 1, 2-3 rw 1");
    CHECK_STR(NAME(do_live(&f, 0, 0)), "no-space");
    CHECK(sound(&f));
}

static void room_for_live_ranges_alone_needs_storage(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.ranges = NULL;
    f.config.lock_capacity = 0;
    f.config.live_capacity = 1;
    CHECK_STR(NAME(mpumap_init(&f.map, &f.config)), "no-space");
    f.config.lock_capacity = 1;
    f.config.live_capacity = 0;
    CHECK_STR(NAME(mpumap_init(&f.map, &f.config)), "no-space");
}

/* How many live ranges that do not touch a map takes. */
static unsigned lives_taken(uint8_t capacity, uint8_t limit)
{
    unsigned taken = 0;

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.live_capacity = capacity;
    f.config.live_limit = limit;
    OK(mpumap_init(&f.map, &f.config));
    while (taken < 20 && do_live(&f, 2u * taken, 2u * taken) == MPUMAP_OK) {
        taken++;
    }
    return taken;
}

static void the_limit_of_live_ranges_is_at_most_their_room(void)
{
    CHECK_EQ(lives_taken(4, 0), 4);
    CHECK_EQ(lives_taken(4, 1), 1);
    CHECK_EQ(lives_taken(4, 4), 4);
    CHECK_EQ(lives_taken(4, 9), 4);
}

static void live_lists_of_no_map(void)
{
    static const struct mpumap_range range = {BASE(0), LIMIT(0)};
    struct mpumap none;

    memset(&none, 0, sizeof none);
    CHECK_STR(NAME(mpumap_live_list(&none, &range, 1)), "state");
    CHECK_STR(NAME(mpumap_live_self(&none)), "state");
    CHECK_STR(NAME(mpumap_live_self(NULL)), "state");
}

#if MPUMAP_ADDR_BITS == 64
/* Storage that was not given is not declared: five objects without transactions, six with them. */
static enum mpumap_result self(uint8_t room, uint16_t pending)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R64_EL2, 16, MPUMAP_EXACT);
    f.config.live_capacity = room;
    f.config.pending_capacity = pending;
    f.config.pending = (pending != 0) ? f.pending : NULL;
    OK(mpumap_init(&f.map, &f.config));
    return mpumap_live_self(&f.map);
}

static void the_map_declares_what_it_has(void)
{
    OK(self(5, 0));
    CHECK_STR(NAME(self(4, 0)), "no-space");
    OK(self(6, 8));
    CHECK_STR(NAME(self(5, 8)), "no-space");
}
#endif

/* ---- adopt ---- */

static bool decode_too_much(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    const bool known = mpumap_sim_port.decode(ctx, pair, attr);

    *attr |= 0x100u;
    return known;
}

static void a_port_that_decodes_more_than_a_byte_is_refused(void)
{
    struct mpumap_port port = mpumap_sim_port;
    uint32_t mask[MPUMAP_MASK_WORDS] = {1u};

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    memset(f.table, 0, sizeof f.table);
    f.table[0].base = BASE(0) | 0x19u;
    f.table[0].limit = BASE(3) | 0x0fu;
    f.config.boot_mask = mask;
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    CHECK_STR(regions_of(&f), "0-3 rw 1");
    port.decode = decode_too_much;
    f.config.port = &port;
    OK(mpumap_init(&f.map, &f.config));
    CHECK_STR(NAME(mpumap_adopt(&f.map)), "attr");
    CHECK_STR(regions_of(&f), "");
}

/* ---- reasons that name nothing ---- */

static void names_no_range(const struct mpumap_why *why)
{
    CHECK_STR(NAME((enum mpumap_result)why->result), "state");
    CHECK_EQ(why->base, 0);
    CHECK_EQ(why->limit, 0);
    CHECK_EQ(why->present, 0);
    CHECK_EQ(why->wanted, 0);
    CHECK_EQ(why->slot, MPUMAP_NO_SLOT);
    CHECK_EQ(why->attribute, MPUMAP_ATTRIBUTE_NONE);
}

static void reasons_of_no_map_and_in_a_transaction_name_no_range(void)
{
    names_no_range(mpumap_why(NULL));
    fixture_exact(&f);
    OK(mpumap_begin(&f.map));
    CHECK_STR(NAME(mpumap_adopt(&f.map)), "state");
    names_no_range(mpumap_why(&f.map));
    CHECK_STR(NAME(mpumap_adopt_registers(&f.map)), "state");
    names_no_range(mpumap_why(&f.map));
    CHECK_STR(NAME(mpumap_repair(&f.map)), "state");
    names_no_range(mpumap_why(&f.map));
    CHECK_STR(NAME(mpumap_begin(&f.map)), "state");
    names_no_range(mpumap_why(&f.map));
    OK(mpumap_abort(&f.map));
    CHECK_STR(NAME(mpumap_abort(&f.map)), "state");
    names_no_range(mpumap_why(&f.map));
    CHECK_STR(NAME(mpumap_commit(&f.map)), "state");
    names_no_range(mpumap_why(&f.map));
}

static const struct tap_case cases[] = {
    TAP_CASE(two_spans_are_no_region_of_whole),
    TAP_CASE(marks_of_a_plan_do_not_outlive_it),
    TAP_CASE(a_table_entry_that_no_attributes_say),
    TAP_CASE(a_table_entry_that_begins_elsewhere),
    TAP_CASE(dump_shows_what_has_no_slot_yet_and_numbers_of_two_digits),
    TAP_CASE(both_lower_levels_at_once_have_no_name),
    TAP_CASE(a_map_without_room_for_ranges_has_transactions),
    TAP_CASE(room_for_live_ranges_alone_needs_storage),
    TAP_CASE(the_limit_of_live_ranges_is_at_most_their_room),
    TAP_CASE(live_lists_of_no_map),
#if MPUMAP_ADDR_BITS == 64
    TAP_CASE(the_map_declares_what_it_has),
#endif
    TAP_CASE(a_port_that_decodes_more_than_a_byte_is_refused),
    TAP_CASE(reasons_of_no_map_and_in_a_transaction_name_no_range),
};
TAP_MAIN(cases)
