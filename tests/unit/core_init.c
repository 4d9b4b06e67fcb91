/* SPDX-License-Identifier: MIT */
/* Making a map: what is refused, what is left alone; maps that are none. */
#include "fixture.h"

#include "tap.h"

#include <string.h>

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

static enum mpumap_result init(void)
{
    return mpumap_init(&f.map, &f.config);
}

static void prepare(void)
{
    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
}

static void null_pointers(void)
{
    prepare();
    CHECK_STR(NAME(mpumap_init(NULL, &f.config)), "state");
    CHECK_STR(NAME(mpumap_init(&f.map, NULL)), "state");
    f.config.port = NULL;
    CHECK_STR(NAME(init()), "state");
}

static void number_of_regions(void)
{
    prepare();
    f.config.regions = 0;
    CHECK_STR(NAME(init()), "range");
    f.config.regions = 256;
    CHECK_STR(NAME(init()), "range");
    f.config.table = NULL;
    CHECK_STR(NAME(init()), "range");
    prepare();
    f.config.regions = 255;
    OK(init());
    CHECK_EQ(mpumap_capacity(&f.map), 16);
    f.config.regions = 3;
    OK(init());
    CHECK_EQ(mpumap_capacity(&f.map), 3);
}

static void none_limits(void *ctx, struct mpumap_limits *out)
{
    mpumap_sim_port.limits(ctx, out);
    out->regions = 0;
}

/* An EL2 MPU may have none (HMPUIR.REGION is 0), an M core may have no MPU (MPU_TYPE.DREGION is 0).
 * Nothing is written, neither to a register nor to the storage. */
static void an_mpu_without_regions(void)
{
    struct mpumap_port port = mpumap_sim_port;

    prepare();
    port.limits = none_limits;
    f.config.port = &port;
    mpumap_sim_clear(&f.sim);
    CHECK_STR(NAME(init()), "no-region");
    CHECK_EQ(f.sim.counters.steps, 0);
    for (size_t i = 0; i < sizeof f.table; i++) {
        CHECK(((const unsigned char *)f.table)[i] == 0xa5u || tap_failed());
    }
    if (MPUMAP_CHECKED != 0) {
        CHECK_STR(NAME(do_map(&f, 0, 0, RW)), "state");
        CHECK_STR(NAME(mpumap_repair(&f.map)), "state");
        CHECK_EQ(mpumap_capacity(&f.map), 0);
    }
}

static uint16_t reported;

static void some_limits(void *ctx, struct mpumap_limits *out)
{
    mpumap_sim_port.limits(ctx, out);
    out->regions = reported;
}

/*
 * The configuration, the storage and the MPU may each know another number of regions: the map owns
 * the smallest. Slots beyond it are neither read, written nor counted, whatever they hold.
 */
static void numbers_of_regions_that_differ(void)
{
    struct mpumap_port port = mpumap_sim_port;

    port.limits = some_limits;
    for (uint16_t configured = 1; configured <= 9; configured++) {
        for (reported = 1; reported <= 9; reported++) {
            const uint16_t both = (configured < reported) ? configured : reported;
            const struct mpumap_pair theirs = {BASE(95), BASE(95) | 63u};
            fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL1, 10, MPUMAP_EXACT);
            f.config.port = &port;
            f.config.regions = configured;
            mpumap_sim_set(&f.sim, (uint8_t)both, &theirs); /* the first that is not ours */
            OK(init());
            CHECK_EQ(mpumap_capacity(&f.map), both);
            for (unsigned i = 0; i <= both; i++) {
                CHECK_STR(NAME(do_map(&f, 2 * i, 2 * i, RW)), (i < both) ? "ok" : "no-region");
            }
            CHECK_EQ(mpumap_used(&f.map), both);
            CHECK_STR(NAME(mpumap_reserve(&f.map, both)), "range");
            CHECK(sound(&f));
            OK(mpumap_repair(&f.map));
            for (uint8_t s = (uint8_t)both; s < 10; s++) {
                struct mpumap_pair p;
                mpumap_sim_get(&f.sim, s, &p);
                CHECK(((p.limit & 1u) != 0) == (s == both));
                CHECK(s != both || (p.base == (theirs.base & ~(mpumap_reg_t)0x20u)));
            }
            const unsigned char *after = (const unsigned char *)&f.table[both];
            CHECK(after[0] == 0xa5u); /* storage beyond it */
        }
    }
}

static void missing_storage(void)
{
    prepare();
    f.config.table = NULL;
    CHECK_STR(NAME(init()), "no-space");
    prepare();
    f.config.scratch = NULL;
    CHECK_STR(NAME(init()), "no-space");
    prepare();
    f.config.spans = NULL;
    CHECK_STR(NAME(init()), "no-space");
    prepare();
    f.config.ranges = NULL;
    CHECK_STR(NAME(init()), "no-space");
    prepare();
    f.config.pending = NULL;
    CHECK_STR(NAME(init()), "no-space");
    prepare();
    f.config.pending = NULL;
    f.config.pending_capacity = 0;
    f.config.ranges = NULL;
    f.config.lock_capacity = 0;
    f.config.live_capacity = 0;
    OK(init());
    OK(do_map(&f, 0, 0, RW));
    CHECK_STR(NAME(do_lock(&f, 0, 0)), "no-space");
    CHECK_STR(NAME(do_live(&f, 0, 0)), "no-space");
    OK(do_unlive(&f, 0, 0));
    CHECK(sound(&f));
}

static void no_room_for_a_single_span(void)
{
    prepare();
    f.config.span_capacity = 0;
    OK(init());
    CHECK_STR(NAME(do_map(&f, 0, 0, RW)), "no-space");
    CHECK(sound(&f));
}

static void init_writes_no_register(void)
{
    struct mpumap_pair before[16];
    struct mpumap_pair after;

    prepare();
    for (uint8_t i = 0; i < 16; i++) {
        mpumap_sim_get(&f.sim, i, &before[i]);
    }
    mpumap_sim_clear(&f.sim);
    OK(init());
    CHECK_EQ(f.sim.counters.steps, 0);
    for (uint8_t i = 0; i < 16; i++) {
        mpumap_sim_get(&f.sim, i, &after);
        CHECK(before[i].base == after.base && before[i].limit == after.limit);
    }
    CHECK_STR(regions_of(&f), "");
    CHECK_EQ(mpumap_used(&f.map), 0);
    CHECK(sound(&f));
}

static void garbage_in_storage_is_no_map(void)
{
    prepare(); /* all storage is 0xa5 */
    OK(init());
    CHECK_STR(regions_of(&f), "");
    CHECK(do_find(&f, 0, 9) == MPUMAP_NOT_FOUND);
    OK(do_map(&f, 0, 3, RW));
    CHECK_STR(regions_of(&f), "0-3 rw 1");
    CHECK(sound(&f));
}

/* Fills a map with a byte and makes it; the copy shows what is written. */
static void made_over(unsigned char old, unsigned char *copy)
{
    prepare();
    memset(&f.map, old, sizeof f.map);
    OK(init());
    memcpy(copy, &f.map, sizeof f.map);
}

#define SIZE(field) sizeof(f.map.field)

/* mpumap_init fills a map field by field: none is forgotten. What stays as it was is padding, and
 * of `poison` what is written with its result. */
static void every_field_is_set(void)
{
    const size_t fields =
        SIZE(magic) + SIZE(seal) + SIZE(port) + SIZE(port_ctx) + SIZE(table) + SIZE(scratch) +
        SIZE(spans) + SIZE(pending) + SIZE(ranges) + SIZE(refs_max) + SIZE(limits) + SIZE(regions) +
        SIZE(span_capacity) + SIZE(pending_capacity) + SIZE(lock_capacity) + SIZE(live_capacity) +
        SIZE(live_limit) + SIZE(policy) + SIZE(allow_rwx) + SIZE(lock_count) + SIZE(span_count) +
        SIZE(pending_count) + SIZE(live_count) + SIZE(saved_lock_count) + SIZE(saved_live_count) +
        SIZE(free_from) + SIZE(in_tx) + SIZE(waiting) + SIZE(why.base) + SIZE(why.limit) +
        SIZE(why.present) + SIZE(why.wanted) + SIZE(why.result) + SIZE(why.slot) +
        SIZE(why.attribute) + SIZE(poison.result) + SIZE(cost.gap) + SIZE(cost.writes) +
        SIZE(cost.barriers);
    unsigned char over_0[sizeof f.map];
    unsigned char over_ff[sizeof f.map];
    size_t set = 0;
    size_t i;

    made_over(0x00, over_0);
    made_over(0xff, over_ff);
    for (i = 0; i < sizeof f.map; i++) {
        CHECK(over_0[i] == over_ff[i] || (over_0[i] == 0x00u && over_ff[i] == 0xffu));
        set += (over_0[i] == over_ff[i]) ? 1u : 0u;
    }
    CHECK_EQ(set, fields);
    CHECK_EQ(f.map.limits.padding, 0);
    CHECK_EQ(mpumap_why(&f.map)->base, 0);
    CHECK_EQ(mpumap_why(&f.map)->limit, 0);
    CHECK_EQ(mpumap_why(&f.map)->result, MPUMAP_OK);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK_EQ(mpumap_cost(&f.map)->writes, 0);
    CHECK_EQ(mpumap_cost(&f.map)->barriers, 0);
}

/* ---- maps that are none ---- */

static void never(void *ctx, const char *line)
{
    (void)ctx;
    CHECK_STR(line, "(nothing)");
}

static void refused_by_all(struct mpumap *m)
{
    struct mpumap_region out;
    const struct mpumap_item item = {BASE(0), LIMIT(0), RW};
    enum mpumap_result error = MPUMAP_OK;
    uint16_t cursor = 0;

    CHECK_STR(NAME(mpumap_adopt(m)), "state");
    CHECK_STR(NAME(mpumap_adopt_registers(m)), "state");
    CHECK_STR(NAME(mpumap_map(m, BASE(0), LIMIT(0), RW)), "state");
    CHECK_STR(NAME(mpumap_map(m, BASE(1), BASE(0), RW)), "state");
    CHECK_STR(NAME(mpumap_unmap(m, BASE(0), LIMIT(0))), "state");
    CHECK_STR(NAME(mpumap_unmap_at(m, BASE(0))), "state");
    CHECK_STR(NAME(mpumap_protect(m, BASE(0), LIMIT(0), RO)), "state");
    CHECK_STR(NAME(mpumap_reserve(m, 0)), "state");
    CHECK_STR(NAME(mpumap_lock(m, BASE(0), LIMIT(0))), "state");
    CHECK_STR(NAME(mpumap_live(m, BASE(0), LIMIT(0))), "state");
    CHECK_STR(NAME(mpumap_unlive(m, BASE(0), LIMIT(0))), "state");
    CHECK_STR(NAME(mpumap_begin(m)), "state");
    CHECK_STR(NAME(mpumap_commit(m)), "state");
    CHECK_STR(NAME(mpumap_abort(m)), "state");
    CHECK_STR(NAME(mpumap_map_list(m, &item, 1)), "state");
    CHECK_STR(NAME(mpumap_map_list(m, NULL, 0)), "state");
    CHECK_STR(NAME(mpumap_check(m)), "state");
    CHECK_STR(NAME(mpumap_verify(m)), "state");
    CHECK_EQ(mpumap_find(m, BASE(0), LIMIT(0), &out, &error), MPUMAP_FIND_REFUSED);
    CHECK_STR(NAME(error), "state");
    CHECK_EQ(mpumap_find(m, BASE(0), LIMIT(0), NULL, NULL), MPUMAP_FIND_REFUSED);
    CHECK(!mpumap_query(m, BASE(0), &out));
    CHECK(!mpumap_next_region(m, &cursor, &out));
    CHECK(!mpumap_next_span(m, &cursor, &out));
    CHECK_EQ(mpumap_used(m), 0);
    CHECK_EQ(mpumap_capacity(m), 0);
    mpumap_dump(m, never, NULL);
    CHECK_STR(NAME((enum mpumap_result)mpumap_why(m)->result), "state");
    CHECK_EQ(mpumap_cost(m)->writes, 0);
}

static void a_null_map(void)
{
    if (MPUMAP_CHECKED == 0) {
        tap_skip("unchecked build");
        return;
    }
    refused_by_all(NULL);
}

static void an_uninitialised_map(void)
{
    struct mpumap m;

    if (MPUMAP_CHECKED == 0) {
        tap_skip("unchecked build");
        return;
    }
    memset(&m, 0, sizeof m);
    refused_by_all(&m);
    memset(&m, 0xa5, sizeof m);
    refused_by_all(&m);
}

static void a_map_whose_init_failed(void)
{
    prepare();
    OK(init());
    f.config.regions = 0;
    CHECK_STR(NAME(init()), "range");
    refused_by_all(&f.map);
}

static void maps_coexist(void)
{
    static struct fixture g;

    fixture_exact(&f);
    fixture_start(&g, MPUMAP_SIM_ARMV8R32_EL1, 8, MPUMAP_WHOLE);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&g, 2, 5, RX));
    OK(do_map(&f, 4, 4, RW));
    CHECK_STR(regions_of(&f), "0-4 rw 1");
    CHECK_STR(regions_of(&g), "2-5 rx 1");
    CHECK_STR(access_of(&g, 0), "");
    CHECK(sound(&f));
    CHECK(sound(&g));
}

static const struct tap_case cases[] = {
    TAP_CASE(null_pointers),
    TAP_CASE(number_of_regions),
    TAP_CASE(an_mpu_without_regions),
    TAP_CASE(numbers_of_regions_that_differ),
    TAP_CASE(missing_storage),
    TAP_CASE(no_room_for_a_single_span),
    TAP_CASE(init_writes_no_register),
    TAP_CASE(garbage_in_storage_is_no_map),
    TAP_CASE(every_field_is_set),
    TAP_CASE(a_null_map),
    TAP_CASE(an_uninitialised_map),
    TAP_CASE(a_map_whose_init_failed),
    TAP_CASE(maps_coexist),
};
TAP_MAIN(cases)
