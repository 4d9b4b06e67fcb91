/* SPDX-License-Identifier: MIT */
/* The first and the last granule of the address space, and ranges that touch both. */
#include "fixture.h"

#include "tap.h"

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

/* An MPU with its last address and granule. */
struct space {
    enum mpumap_sim_target target;
    mpumap_addr_t top;
    mpumap_addr_t granule;
};

static const struct space spaces[] = {
    {MPUMAP_SIM_ARMV8R32_EL2, (mpumap_addr_t)0xffffffffu, 64},
    {MPUMAP_SIM_ARMV8R32_EL1, (mpumap_addr_t)0xffffffffu, 64},
    {MPUMAP_SIM_ARMV8M, (mpumap_addr_t)0xffffffffu, 32},
#if MPUMAP_ADDR_BITS == 64
    {MPUMAP_SIM_ARMV8R64_EL2, (mpumap_addr_t)0xffffffffffffu, 64},
    {MPUMAP_SIM_ARMV8R64_EL1, (mpumap_addr_t)0xffffffffffffu, 64},
#endif
};
#define SPACES (sizeof spaces / sizeof spaces[0])

static bool mapped(mpumap_addr_t addr, mpumap_refs_t refs)
{
    struct mpumap_region out;

    return mpumap_query(&f.map, addr, &out) && out.refs == refs;
}

static void last_granule(const struct space *s, enum mpumap_policy policy)
{
    const mpumap_addr_t last = s->top - s->granule + 1;

    fixture_start(&f, s->target, 4, policy);
    OK(mpumap_map(&f.map, last, s->top, RW));
    CHECK(mapped(s->top, 1) && mapped(last, 1) && !mapped(last - 1, 1));
    CHECK(allows(&f, 'w', s->top) && allows(&f, 'w', last));
    CHECK(!allows(&f, 'r', last - 1));
    OK(mpumap_map(&f.map, last, s->top, RW));
    CHECK(mapped(s->top, 2));
    OK(mpumap_map(&f.map, last - s->granule, last - 1, RW));
    CHECK(allows(&f, 'w', last - 1));
    CHECK_EQ(mpumap_used(&f.map), (policy == MPUMAP_EXACT) ? 1 : 2);
    OK(mpumap_unmap(&f.map, last, s->top));
    OK(mpumap_unmap(&f.map, last, s->top));
    CHECK(!allows(&f, 'r', s->top) && !allows(&f, 'r', last) && allows(&f, 'w', last - 1));
    CHECK(sound(&f));
}

static void first_granule(const struct space *s, enum mpumap_policy policy)
{
    fixture_start(&f, s->target, 4, policy);
    OK(mpumap_map(&f.map, 0, s->granule - 1, RX));
    CHECK(mapped(0, 1) && !mapped(s->granule, 1));
    CHECK(allows(&f, 'x', 0) && allows(&f, 'x', s->granule - 4) && !allows(&f, 'r', s->granule));
    OK(mpumap_map(&f.map, s->granule, 2 * s->granule - 1, RX));
    CHECK_EQ(mpumap_used(&f.map), (policy == MPUMAP_EXACT) ? 1 : 2);
    OK(mpumap_unmap(&f.map, 0, s->granule - 1));
    CHECK(!allows(&f, 'r', 0) && allows(&f, 'x', s->granule));
    CHECK(sound(&f));
}

static void everything(const struct space *s, enum mpumap_policy policy)
{
    fixture_start(&f, s->target, 4, policy);
    OK(mpumap_map(&f.map, 0, s->top, RW));
    CHECK(allows(&f, 'w', 0) && allows(&f, 'w', s->top) && allows(&f, 'w', s->top / 2));
    OK(mpumap_map(&f.map, 0, s->top, RW));
    CHECK(mapped(0, 2) && mapped(s->top, 2));
    OK(mpumap_unmap(&f.map, 0, s->top));
    if (policy == MPUMAP_EXACT) {
        OK(mpumap_unmap(&f.map, s->granule, s->top - s->granule));
        CHECK(allows(&f, 'w', 0) && allows(&f, 'w', s->top) && !allows(&f, 'r', s->granule));
        OK(mpumap_unmap(&f.map, 0, s->granule - 1));
        OK(mpumap_unmap(&f.map, s->top - s->granule + 1, s->top));
    } else {
        OK(mpumap_unmap_at(&f.map, s->top));
    }
    CHECK_EQ(mpumap_used(&f.map), 0);
    CHECK(!allows(&f, 'r', 0) && !allows(&f, 'r', s->top));
    CHECK(sound(&f));
}

static void for_all(void (*run)(const struct space *s, enum mpumap_policy policy))
{
    for (size_t i = 0; i < SPACES; i++) {
        run(&spaces[i], MPUMAP_EXACT);
        run(&spaces[i], MPUMAP_WHOLE);
    }
}

static void the_last_granule(void)
{
    for_all(last_granule);
}

static void the_first_granule(void)
{
    for_all(first_granule);
}

static void all_of_memory_in_one_region(void)
{
    for_all(everything);
}

static void the_ends_are_not_neighbours(void)
{
    for (size_t i = 0; i < SPACES; i++) {
        const struct space *s = &spaces[i];
        fixture_start(&f, s->target, 4, MPUMAP_EXACT);
        OK(mpumap_map(&f.map, s->top - s->granule + 1, s->top, RW));
        OK(mpumap_map(&f.map, 0, s->granule - 1, RW));
        CHECK_EQ(mpumap_used(&f.map), 2);
        CHECK_EQ(mpumap_find(&f.map, 0, s->top, NULL, NULL), MPUMAP_FOUND_OVERLAP);
        CHECK(sound(&f));
    }
}

/* Operations that reach the last byte over several spans. */
static void spans_up_to_the_last_granule(void)
{
    for (size_t i = 0; i < SPACES; i++) {
        const struct space *s = &spaces[i];
        const mpumap_addr_t last = s->top - s->granule + 1;

        fixture_start(&f, s->target, 8, MPUMAP_EXACT);
        OK(mpumap_map(&f.map, last, s->top, RW));
        OK(mpumap_map(&f.map, last - 2 * s->granule, s->top, RW));
        CHECK(mapped(last, 2) && mapped(last - s->granule, 1) && mapped(last - 1, 1));
        CHECK(!mapped(last - 2 * s->granule - 1, 1));
        CHECK_EQ(mpumap_used(&f.map), 1);
        OK(mpumap_unmap(&f.map, last - s->granule, s->top));
        CHECK(mapped(s->top, 1) && !mapped(last - 1, 1) && mapped(last - 1 - s->granule, 1));
        CHECK(sound(&f));
        OK(mpumap_begin(&f.map));
        OK(mpumap_map(&f.map, 0, s->top, RW));
        OK(mpumap_unmap(&f.map, last - 2 * s->granule, s->top));
        OK(mpumap_commit(&f.map));
        CHECK(mapped(0, 1) && mapped(s->top, 1) && mapped(last - s->granule - 1, 1));
        CHECK(sound(&f));
    }
}

static void live_and_locked_at_the_ends(void)
{
    for (size_t i = 0; i < SPACES; i++) {
        const struct space *s = &spaces[i];
        const mpumap_addr_t last = s->top - s->granule + 1;
        fixture_start(&f, s->target, 8, MPUMAP_EXACT);
        OK(mpumap_map(&f.map, 0, s->top, RW));
        OK(mpumap_lock(&f.map, last, s->top));
        OK(mpumap_lock(&f.map, 0, s->granule - 1));
        CHECK_STR(NAME(mpumap_unmap(&f.map, last, s->top)), "locked");
        CHECK_STR(NAME(mpumap_protect(&f.map, 0, s->top, RO)), "locked");
        /* Both halves are live: only a bitmap can split that. */
        const bool bitmap = s->target != MPUMAP_SIM_ARMV8R32_EL1 && s->target != MPUMAP_SIM_ARMV8M;
        CHECK_STR(NAME(mpumap_unmap(&f.map, last - s->granule, last - 1)), bitmap ? "ok" : "live");
        OK(mpumap_live(&f.map, last, s->top));
        OK(mpumap_unlive(&f.map, 0, s->top));
        CHECK(allows(&f, 'w', s->top) && allows(&f, 'w', last));
        CHECK(allows(&f, 'w', last - 1) == !bitmap);
        CHECK(sound(&f));
    }
}

static void beyond_the_width_is_range(void)
{
    const mpumap_addr_t max = (mpumap_addr_t) ~(mpumap_addr_t)0;
    const struct space *s = &spaces[SPACES - 1];
    struct mpumap_region out;

    if (s->top == max) {
        tap_skip("no address is beyond 32 bits here");
        return;
    }
    fixture_start(&f, s->target, 4, MPUMAP_EXACT);
    CHECK_STR(NAME(mpumap_map(&f.map, 0, s->top + s->granule, RW)), "range");
    CHECK_STR(NAME(mpumap_map(&f.map, s->top + 1, s->top + s->granule, RW)), "range");
    CHECK_STR(NAME(mpumap_map(&f.map, 0, max, RW)), "range");
    CHECK_STR(NAME(mpumap_map(&f.map, 0, s->top + 1, RW)), "range");
    CHECK_STR(NAME(mpumap_live(&f.map, s->top + 1, max)), "range");
    CHECK(!mpumap_query(&f.map, s->top + 1, &out));
    CHECK(!mpumap_query(&f.map, max, &out));
    fixture_start(&f, s->target, 4, MPUMAP_WHOLE);
    CHECK_STR(NAME(mpumap_unmap_at(&f.map, s->top + 1)), "range");
    CHECK_STR(NAME(mpumap_unmap_at(&f.map, max)), "range");
}

static void address_bits_above_32_count(void)
{
#if MPUMAP_ADDR_BITS == 64
    const mpumap_addr_t high = 0xabcd00000000u;

    fixture_start(&f, MPUMAP_SIM_ARMV8R64_EL2, 4, MPUMAP_EXACT);
    OK(mpumap_map(&f.map, high, high + 0xfff, RW));
    CHECK(allows(&f, 'w', high) && allows(&f, 'w', high + 0xfff));
    CHECK(!allows(&f, 'r', high + 0x1000) && !allows(&f, 'r', high - 1));
    CHECK(!allows(&f, 'r', 0) && !allows(&f, 'r', 0x2bcd00000000u));
    CHECK_EQ(mpumap_find(&f.map, 0, 0xfff, NULL, NULL), MPUMAP_NOT_FOUND);
    CHECK_STR(NAME(mpumap_unmap(&f.map, 0, 0xfff)), "not-mapped");
    OK(mpumap_map(&f.map, 0x3fffffff0000u, 0x40000000ffffu, RX));
    CHECK(allows(&f, 'x', 0x3fffffff0000u) && allows(&f, 'x', 0x40000000fffcu));
    CHECK(sound(&f));
#else
    tap_skip("32-bit addresses");
#endif
}

static void every_edge_of_a_region(void)
{
    for (unsigned first = 0; first < 4; first++) {
        for (unsigned last = first; last < 6; last++) {
            fixture_exact(&f);
            OK(do_map(&f, first + 1, last + 1, RW));
            CHECK(!allows(&f, 'r', BASE(first + 1) - 1));
            CHECK(allows(&f, 'w', BASE(first + 1)));
            CHECK(allows(&f, 'w', LIMIT(last + 1)));
            CHECK(!allows(&f, 'r', LIMIT(last + 1) + 1));
        }
    }
}

/* Registers come up with junk: whatever value a region needs, it has to be written. */
static void every_attribute_in_a_slot_that_held_junk(void)
{
    for (size_t i = 0; i < SPACES; i++) {
        const struct space *s = &spaces[i];
        const mpumap_addr_t edges[2] = {0, s->top - s->granule + 1};
        for (unsigned attr = 0; attr < 2u * 0x200u && !tap_failed(); attr++) {
            const mpumap_addr_t base = edges[attr & 1u];
            fixture_prepare(&f, s->target, 1, MPUMAP_EXACT);
            f.config.allow_rwx = true;
            OK(mpumap_init(&f.map, &f.config));
            if (mpumap_map(&f.map, base, base + s->granule - 1, (mpumap_attr_t)(attr >> 1)) ==
                MPUMAP_ATTR) {
                continue;
            }
            CHECK(allows(&f, 'r', base) && allows(&f, 'r', base + s->granule - 1));
            CHECK(!allows(&f, 'r', (base == 0) ? s->granule : base - 1));
            CHECK(sound(&f));
        }
    }
}

static const struct tap_case cases[] = {
    TAP_CASE(the_last_granule),
    TAP_CASE(the_first_granule),
    TAP_CASE(all_of_memory_in_one_region),
    TAP_CASE(the_ends_are_not_neighbours),
    TAP_CASE(spans_up_to_the_last_granule),
    TAP_CASE(live_and_locked_at_the_ends),
    TAP_CASE(beyond_the_width_is_range),
    TAP_CASE(address_bits_above_32_count),
    TAP_CASE(every_edge_of_a_region),
    TAP_CASE(every_attribute_in_a_slot_that_held_junk),
};
TAP_MAIN(cases)
