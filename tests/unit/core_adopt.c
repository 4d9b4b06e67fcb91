/* SPDX-License-Identifier: MIT */
/* Taking over what boot code has enabled: from its table, and from the registers. */
#include "fixture.h"

#include "port/armv8r32/codec.h"
#include "tap.h"

#include <string.h>

static struct fixture f;
static uint32_t mask[MPUMAP_MASK_WORDS];

#define OK(op) CHECK_STR(NAME(op), "ok")

/* As boot code leaves a slot: the registers written, the entry filled. */
static void boot_raw(uint8_t slot, struct mpumap_pair pair)
{
    mpumap_sim_set(&f.sim, slot, &pair);
    memset(&f.table[slot], 0, sizeof f.table[slot]);
    f.table[slot].base = pair.base;
    f.table[slot].limit = pair.limit;
    f.table[slot].refs = 1;
    mask[slot / 32u] |= 1u << (slot % 32u);
}

static void boot(uint8_t slot, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr)
{
    boot_raw(slot, mpumap_armv8r32_pr_of_addr(base, limit, attr));
}

static void prepare(uint16_t slots, enum mpumap_policy policy)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, slots, policy);
    memset(mask, 0, sizeof mask);
    f.config.boot_mask = mask;
}

/* Text, data, and more data that touches it. */
static void boot_three(enum mpumap_policy policy)
{
    prepare(8, policy);
    boot(0, BASE(0), LIMIT(3), RX);
    boot(5, BASE(6), LIMIT(7), RW);
    boot(2, BASE(4), LIMIT(5), RW);
    OK(mpumap_init(&f.map, &f.config));
}

static void table_of_boot_code(void)
{
    boot_three(MPUMAP_EXACT);
    mpumap_sim_clear(&f.sim);
    OK(mpumap_adopt(&f.map));
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_EQ(mpumap_cost(&f.map)->writes, 0);
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-5 rw 1, 6-7 rw 1");
    CHECK_EQ(slot_of(&f, 0), 0);
    CHECK_EQ(slot_of(&f, 4), 2);
    CHECK_EQ(slot_of(&f, 6), 5);
    CHECK_EQ(mpumap_used(&f.map), 3);
    CHECK(sound(&f));
}

static void adopting_twice_is_adopting_once(void)
{
    boot_three(MPUMAP_EXACT);
    OK(mpumap_adopt(&f.map));
    OK(do_map(&f, 20, 20, RW));
    OK(mpumap_adopt(&f.map));
    CHECK_STR(spans_of(&f), "0-3 rx 1, 4-7 rw 1, 20-20 rw 1");
    CHECK(sound(&f));
}

static void what_boot_code_did_not_mark_is_no_region(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(0, BASE(0), LIMIT(3), RX);
    f.table[1].base = f.table[0].base; /* garbage that looks like a region, not in the mask */
    f.table[1].limit = f.table[0].limit;
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    CHECK_STR(regions_of(&f), "0-3 rx 1");
    CHECK(sound(&f));
}

static void touching_equal_regions_stay_two_until_a_change_there(void)
{
    boot_three(MPUMAP_EXACT);
    OK(mpumap_adopt(&f.map));
    OK(do_map(&f, 20, 20, RW)); /* elsewhere */
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-5 rw 1, 6-7 rw 1, 20-20 rw 1");
    mpumap_sim_clear(&f.sim);
    OK(do_map(&f, 5, 6, RW)); /* counts only */
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_STR(spans_of(&f), "0-3 rx 1, 4-4 rw 1, 5-6 rw 2, 7-7 rw 1, 20-20 rw 1");
    CHECK_EQ(mpumap_used(&f.map), 4);
    OK(do_map(&f, 8, 8, RW)); /* there */
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-8 rw 1, 20-20 rw 1");
    CHECK(sound(&f));
}

static void one_range_over_two_adopted_regions(void)
{
    boot_three(MPUMAP_EXACT);
    OK(mpumap_adopt(&f.map));
    OK(do_map(&f, 4, 7, RW));
    CHECK_STR(spans_of(&f), "0-3 rx 1, 4-7 rw 2");
    OK(do_unmap(&f, 4, 7));
    OK(do_unmap(&f, 5, 6));
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-4 rw 1, 7-7 rw 1");
    CHECK(sound(&f));
}

static void whole_keeps_adopted_regions_apart(void)
{
    boot_three(MPUMAP_WHOLE);
    OK(mpumap_adopt(&f.map));
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-5 rw 1, 6-7 rw 1");
    CHECK_STR(NAME(do_map(&f, 4, 7, RW)), "overlap");
    OK(do_map(&f, 4, 5, RW));
    OK(do_map(&f, 8, 8, RW));
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-5 rw 2, 6-7 rw 1, 8-8 rw 1");
    OK(mpumap_unmap_at(&f.map, BASE(6)));
    CHECK(sound(&f));
}

static void adopted_regions_go_like_others(void)
{
    boot_three(MPUMAP_EXACT);
    OK(mpumap_adopt(&f.map));
    OK(do_unmap(&f, 0, 7));
    CHECK_STR(regions_of(&f), "");
    CHECK_STR(access_of(&f, 0), "");
    CHECK_STR(access_of(&f, 7), "");
    CHECK_EQ(mpumap_used(&f.map), 0);
    CHECK(sound(&f));
}

/* The list of spans grows at its front and shrinks at its end in one operation. */
static void holes_before_many_regions_that_become_one(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(0, BASE(2), LIMIT(3), RX);
    boot(1, BASE(6), LIMIT(7), RX);
    boot(2, BASE(8), LIMIT(9), RX);
    boot(3, BASE(10), LIMIT(11), RX);
    boot(4, BASE(12), LIMIT(13), RX);
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    OK(do_map(&f, 1, 14, RX));
    CHECK_STR(regions_of(&f), "1-14 rx 1");
    CHECK_STR(spans_of(&f), "1-1 rx 1, 2-3 rx 2, 4-5 rx 1, 6-13 rx 2, 14-14 rx 1");
    CHECK(sound(&f));
}

/* Beside a change, but not part of it. */
static void regions_that_stay_apart_beside_a_change(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(5, BASE(1), LIMIT(2), RW);
    boot(4, BASE(3), LIMIT(3), RW);
    boot(0, BASE(4), LIMIT(4), RW);
    boot(3, BASE(5), LIMIT(9), RX);
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    OK(do_map(&f, 1, 4, RW));
    OK(do_map(&f, 6, 7, RX));
    OK(do_unmap(&f, 5, 9));
    CHECK_STR(spans_of(&f), "1-4 rw 2, 6-7 rx 1");
    CHECK(sound(&f));
}

/* ---- the registers ---- */

static void registers(void)
{
    const struct mpumap_pair text = mpumap_armv8r32_pr_of_addr(BASE(0), LIMIT(3), RX);
    const struct mpumap_pair data = mpumap_armv8r32_pr_of_addr(BASE(4), LIMIT(5), RW);

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 40, MPUMAP_EXACT);
    mpumap_sim_set(&f.sim, 39, &text);
    mpumap_sim_set(&f.sim, 0, &data);
    OK(mpumap_init(&f.map, &f.config));
    mpumap_sim_clear(&f.sim);
    OK(mpumap_adopt_registers(&f.map));
    CHECK_EQ(f.sim.counters.regions + f.sim.counters.bitmaps, 0);
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-5 rw 1");
    CHECK_EQ(slot_of(&f, 0), 39);
    CHECK_EQ(slot_of(&f, 4), 0);
    OK(mpumap_adopt_registers(&f.map));
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-5 rw 1");
    CHECK(sound(&f));
    OK(do_unmap(&f, 0, 3));
    CHECK_STR(access_of(&f, 0), "");
    CHECK(sound(&f));
}

static void registers_of_a_reserved_slot_are_not_taken(void)
{
    const struct mpumap_pair other = mpumap_armv8r32_pr_of_addr(BASE(0), LIMIT(3), RX);
    struct mpumap_pair now;

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 4, MPUMAP_EXACT);
    mpumap_sim_set(&f.sim, 2, &other);
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_reserve(&f.map, 2));
    OK(mpumap_adopt_registers(&f.map));
    CHECK_STR(regions_of(&f), "");
    OK(do_map(&f, 10, 10, RW));
    OK(do_map(&f, 20, 22, RW));
    OK(do_unmap(&f, 21, 21));
    CHECK_STR(NAME(do_map(&f, 30, 30, RW)), "no-region");
    mpumap_sim_get(&f.sim, 2, &now);
    CHECK(now.base == other.base && now.limit == other.limit);
    CHECK_STR(access_of(&f, 0), "rx");
    CHECK(sound(&f));
}

/* Device memory is Outer Shareable whatever SH holds; boot code may have left 00 there. */
static void device_with_another_sh_is_the_same_memory(void)
{
    struct mpumap_pair p = mpumap_armv8r32_pr_of_addr(BASE(0), LIMIT(0), DEV);

    p.base &= ~(mpumap_reg_t)0x18u;
    prepare(4, MPUMAP_EXACT);
    boot_raw(1, p);
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    CHECK(sound(&f));
    OK(do_map(&f, 0, 0, DEV));
    CHECK_STR(regions_of(&f), "0-0 rw device 2");
    OK(do_unmap(&f, 0, 0));
    OK(do_map(&f, 1, 1, DEV));
    CHECK_STR(regions_of(&f), "0-1 rw device 1");
    CHECK(sound(&f));
}

/* ---- refusals ---- */

static void refuses(const char *word, mpumap_addr_t base, uint8_t slot)
{
    OK(mpumap_init(&f.map, &f.config));
    mpumap_sim_clear(&f.sim);
    CHECK_STR(NAME(mpumap_adopt(&f.map)), word);
    CHECK_EQ(mpumap_why(&f.map)->base, base);
    CHECK_EQ(mpumap_why(&f.map)->slot, slot);
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_STR(regions_of(&f), "");
    CHECK_STR(spans_of(&f), "");
}

static void overlapping_boot_regions(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(0, BASE(0), LIMIT(3), RX);
    boot(1, BASE(3), LIMIT(5), RX);
    OK(mpumap_init(&f.map, &f.config));
    mpumap_sim_clear(&f.sim);
    CHECK_STR(NAME(mpumap_adopt(&f.map)), "overlap");
    CHECK_EQ(f.sim.counters.steps, 0);
    CHECK_STR(regions_of(&f), "");
}

static void boot_region_with_its_limit_below_its_base(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(0, BASE(0), LIMIT(3), RX);
    boot(3, BASE(8), LIMIT(6), RX);
    refuses("range", BASE(8), 3);
}

static void boot_region_of_unknown_attributes(void)
{
    struct mpumap_pair p = mpumap_armv8r32_pr_of_addr(BASE(4), LIMIT(5), RX);

    prepare(8, MPUMAP_EXACT);
    boot(0, BASE(0), LIMIT(3), RX);
    p.limit = (p.limit & ~(mpumap_reg_t)0xeu) | (5u << 1); /* an attribute byte nobody set */
    boot_raw(4, p);
    refuses("attr", BASE(4), 4);
    prepare(8, MPUMAP_EXACT);
    p = mpumap_armv8r32_pr_of_addr(BASE(4), LIMIT(5), RX);
    p.base = (p.base & ~(mpumap_reg_t)0x18u) | 0x8u; /* SH 01 */
    boot_raw(4, p);
    refuses("attr", BASE(4), 4);
}

static void boot_region_writable_and_executable(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(6, BASE(4), LIMIT(5), MPUMAP_RWX);
    refuses("attr", BASE(4), 6);
    prepare(8, MPUMAP_EXACT);
    boot(6, BASE(4), LIMIT(5), MPUMAP_RWX);
    f.config.allow_rwx = true;
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    CHECK_STR(regions_of(&f), "4-5 rwx 1");
    CHECK(sound(&f));
}

static void more_boot_regions_than_storage(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(0, BASE(0), LIMIT(0), RX);
    boot(1, BASE(2), LIMIT(2), RX);
    boot(2, BASE(4), LIMIT(4), RX);
    f.config.span_capacity = 2;
    refuses("no-space", BASE(4), 2);
}

static void boot_region_over_a_mapped_range(void)
{
    const struct mpumap_pair p = mpumap_armv8r32_pr_of_addr(BASE(4), LIMIT(9), RW);

    fixture_exact(&f);
    OK(do_map(&f, 8, 12, RW));
    mpumap_sim_strict(&f.sim, false);
    mpumap_sim_set(&f.sim, 9, &p);
    CHECK_STR(NAME(mpumap_adopt_registers(&f.map)), "overlap");
    CHECK_STR(regions_of(&f), "8-12 rw 1");
}

static void a_refused_adoption_leaves_earlier_ones(void)
{
    boot_three(MPUMAP_EXACT);
    OK(mpumap_adopt(&f.map));
    const struct mpumap_pair p = mpumap_armv8r32_pr_of_addr(BASE(9), LIMIT(8), RW);
    mpumap_sim_set(&f.sim, 7, &p);
    CHECK_STR(NAME(mpumap_adopt_registers(&f.map)), "range");
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-5 rw 1, 6-7 rw 1");
}

static void boot_regions_at_both_ends_of_memory(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(0, 0, 0x3f, RX);
    boot(1, (mpumap_addr_t)0xffffffc0u, (mpumap_addr_t)0xffffffffu, RW);
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    CHECK(sound(&f));
    OK(mpumap_map(&f.map, (mpumap_addr_t)0xffffff80u, (mpumap_addr_t)0xffffffffu, RW));
    OK(mpumap_unmap(&f.map, (mpumap_addr_t)0xffffffc0u, (mpumap_addr_t)0xffffffffu));
    OK(mpumap_unmap(&f.map, 0, 0x3f));
    CHECK(allows(&f, 'w', (mpumap_addr_t)0xffffffffu));
    CHECK(!allows(&f, 'r', 0));
    CHECK(sound(&f));
}

/* A bit of the mask for each slot, in words of 32. */
static void slots_on_both_sides_of_the_words_of_the_mask(void)
{
    static const uint8_t slots[] = {0, 31, 32, 33, 63, 64, 69};
    unsigned next = 0;

    prepare(70, MPUMAP_EXACT);
    for (unsigned s = 0; s < 70; s++) {
        boot((uint8_t)s, BASE(2 * s), LIMIT(2 * s), RW);
    }
    memset(mask, 0, sizeof mask);
    for (unsigned i = 0; i < sizeof slots; i++) {
        mask[slots[i] >> 5] |= 1u << (slots[i] & 31u);
    }
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    for (unsigned s = 0; s < 70; s++) {
        const bool marked = next < sizeof slots && slots[next] == s;
        CHECK_EQ(slot_of(&f, 2 * s), marked ? s : MPUMAP_NO_SLOT);
        next += marked ? 1u : 0u;
    }
    CHECK_EQ(mpumap_used(&f.map), sizeof slots);
}

/* Those of the refused call, from whichever slot, and no others. */
static void a_refused_adoption_leaves_earlier_ones_in_any_slot(void)
{
    static const uint8_t now[] = {1, 31, 34, 63, 65, 127, 223};

    prepare(255, MPUMAP_EXACT);
    for (unsigned s = 0; s < 255; s += 32) {
        boot((uint8_t)s, BASE(2 * s), LIMIT(2 * s), RW);
    }
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    for (unsigned i = 0; i < sizeof now; i++) {
        boot(now[i], BASE(2u * now[i]), LIMIT(2u * now[i]), RW);
    }
    boot(254, BASE(128), LIMIT(128), RW); /* what slot 64 has */
    CHECK_STR(NAME(mpumap_adopt(&f.map)), "overlap");
    CHECK_EQ(mpumap_why(&f.map)->base, BASE(128));
    CHECK_EQ(mpumap_why(&f.map)->slot, 64);
    CHECK_STR(regions_of(&f), "0-0 rw 1, 64-64 rw 1, 128-128 rw 1, 192-192 rw 1, 256-256 rw 1, "
                              "320-320 rw 1, 384-384 rw 1, 448-448 rw 1");
}

/* Neither the registers of a slot beyond the map nor what stands behind the table. */
static void registers_beyond_the_map_are_left_alone(void)
{
    const struct mpumap_pair pair = mpumap_armv8r32_pr_of_addr(BASE(0), LIMIT(3), RX);
    struct mpumap_entry behind;

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.regions = 4;
    memset(&f.table[4], 0, sizeof f.table[4]);
    behind = f.table[4];
    OK(mpumap_init(&f.map, &f.config));
    mpumap_sim_set(&f.sim, 4, &pair);
    OK(mpumap_adopt_registers(&f.map));
    CHECK_STR(regions_of(&f), "");
    CHECK(memcmp(&f.table[4], &behind, sizeof behind) == 0);
}

/* What a free slot holds is not the map's as long as the map has not written it. */
static void junk_of_a_free_slot_is_not_taken(void)
{
    struct mpumap_pair junk = {BASE(0), BASE(3)};

    fixture_exact(&f);
    mpumap_sim_set(&f.sim, 3, &junk);
    OK(mpumap_adopt_registers(&f.map));
    OK(mpumap_verify(&f.map));
    junk.base = BASE(7);
    junk.limit = BASE(9);
    mpumap_sim_set(&f.sim, 3, &junk);
    OK(mpumap_verify(&f.map));
}

/* A change that has to be planned reaches the regions that it overlaps or touches, and no others:
 * above and below it what could be joined stays as it is. */
static void a_plan_elsewhere_leaves_touching_regions_alone(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(0, BASE(0), LIMIT(3), RX);
    boot(1, BASE(4), LIMIT(5), RW);
    boot(2, BASE(6), LIMIT(7), RW);
    boot(3, BASE(8), LIMIT(9), RO);
    boot(4, BASE(10), LIMIT(19), RX);
    boot(5, BASE(30), LIMIT(31), RW);
    boot(6, BASE(32), LIMIT(33), RW);
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    OK(do_unmap(&f, 14, 15));
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-5 rw 1, 6-7 rw 1, 8-9 ro 1, 10-13 rx 1, 16-19 rx 1, "
                              "30-31 rw 1, 32-33 rw 1");
    OK(do_map(&f, 14, 15, RX));
    CHECK_STR(regions_of(&f), "0-3 rx 1, 4-5 rw 1, 6-7 rw 1, 8-9 ro 1, 10-19 rx 1, "
                              "30-31 rw 1, 32-33 rw 1");
    CHECK(sound(&f));
}

/* A span that has been removed is in nobody's way. */
static void what_lies_behind_the_last_span(void)
{
    prepare(8, MPUMAP_EXACT);
    boot(0, BASE(0), LIMIT(3), RX);
    OK(mpumap_init(&f.map, &f.config));
    f.spans[0] = (struct mpumap_span){BASE(2), LIMIT(9), 1, 0, 5};
    OK(mpumap_adopt(&f.map));
    CHECK_STR(regions_of(&f), "0-3 rx 1");
    CHECK(sound(&f));
}

/* Neighbours that boot code has enabled become one, when a sequence of changes needs it so, and not
 * what they are already. */
static void neighbours_are_merged_by_a_sequence(void)
{
    prepare(4, MPUMAP_EXACT);
    boot(1, BASE(0), LIMIT(1), RX);
    boot(2, BASE(2), LIMIT(2), RX);
    boot(3, BASE(3), LIMIT(5), RX);
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    OK(mpumap_begin(&f.map));
    OK(do_unmap(&f, 4, 4));
    OK(mpumap_commit(&f.map));
    CHECK_STR(regions_of(&f), "0-3 rx 1, 5-5 rx 1");
    CHECK_EQ(f.map.span_count, 2);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK_STR(access_of(&f, 4), "");
    CHECK(sound(&f));
}

/* Boot code may leave any shareability with Device and Non-cacheable memory, where it means
 * nothing. With another type it would mean something, though its bits were to stay as they are. */
static void shareability_without_a_meaning_gets_one(enum mpumap_policy policy, bool transaction)
{
    const mpumap_attr_t outer = (mpumap_attr_t)(RW | MPUMAP_SHARE_OUTER);
    struct mpumap_pair pair = mpumap_armv8r32_pr_of_addr(BASE(0), LIMIT(3), DEV);

    prepare(8, policy);
    pair.base &= ~(mpumap_reg_t)0x18u;
    boot_raw(0, pair);
    OK(mpumap_init(&f.map, &f.config));
    OK(mpumap_adopt(&f.map));
    if (transaction) {
        OK(mpumap_begin(&f.map));
    }
    OK(do_protect(&f, 0, 3, outer));
    if (transaction) {
        OK(mpumap_commit(&f.map));
    }
    mpumap_sim_get(&f.sim, slot_of(&f, 0), &pair);
    CHECK_EQ(pair.base, mpumap_armv8r32_pr_of_addr(BASE(0), LIMIT(3), outer).base);
    CHECK(sound(&f));
}

static void adopted_device_memory_becomes_normal(void)
{
    shareability_without_a_meaning_gets_one(MPUMAP_EXACT, false);
    shareability_without_a_meaning_gets_one(MPUMAP_EXACT, true);
    shareability_without_a_meaning_gets_one(MPUMAP_WHOLE, false);
    shareability_without_a_meaning_gets_one(MPUMAP_WHOLE, true);
}

static const struct tap_case cases[] = {
    TAP_CASE(table_of_boot_code),
    TAP_CASE(adopting_twice_is_adopting_once),
    TAP_CASE(what_boot_code_did_not_mark_is_no_region),
    TAP_CASE(touching_equal_regions_stay_two_until_a_change_there),
    TAP_CASE(one_range_over_two_adopted_regions),
    TAP_CASE(whole_keeps_adopted_regions_apart),
    TAP_CASE(adopted_regions_go_like_others),
    TAP_CASE(holes_before_many_regions_that_become_one),
    TAP_CASE(regions_that_stay_apart_beside_a_change),
    TAP_CASE(registers),
    TAP_CASE(registers_of_a_reserved_slot_are_not_taken),
    TAP_CASE(device_with_another_sh_is_the_same_memory),
    TAP_CASE(overlapping_boot_regions),
    TAP_CASE(boot_region_with_its_limit_below_its_base),
    TAP_CASE(boot_region_of_unknown_attributes),
    TAP_CASE(boot_region_writable_and_executable),
    TAP_CASE(more_boot_regions_than_storage),
    TAP_CASE(boot_region_over_a_mapped_range),
    TAP_CASE(a_refused_adoption_leaves_earlier_ones),
    TAP_CASE(boot_regions_at_both_ends_of_memory),
    TAP_CASE(slots_on_both_sides_of_the_words_of_the_mask),
    TAP_CASE(a_refused_adoption_leaves_earlier_ones_in_any_slot),
    TAP_CASE(registers_beyond_the_map_are_left_alone),
    TAP_CASE(junk_of_a_free_slot_is_not_taken),
    TAP_CASE(a_plan_elsewhere_leaves_touching_regions_alone),
    TAP_CASE(what_lies_behind_the_last_span),
    TAP_CASE(neighbours_are_merged_by_a_sequence),
    TAP_CASE(adopted_device_memory_becomes_normal),
};
TAP_MAIN(cases)
