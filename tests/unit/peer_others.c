/* SPDX-License-Identifier: MIT */
/* What goes wrong in the maps of Bao, Fiasco, Zephyr and Tock, each as a case that would show it
 * here. */
#include "fixture.h"

#include "port/armv8r32/codec.h"
#include "tap.h"

static struct fixture f;

#define OK(op) CHECK_STR(NAME(op), "ok")

/* ---- Bao ---- */

/* A map that contains an existing one was accepted as another region: the hardware then faults on
 * every access to what both hold. */
static void bao_map_that_contains_another_overlaps_in_hardware(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 4, 5, RW));
    OK(do_map(&f, 0, 9, RW));
    CHECK_STR(access_of(&f, 4), "rw");
    CHECK_EQ(mpumap_used(&f.map), 1);
    CHECK_STR(NAME(do_map(&f, 3, 6, RO)), "conflict");
    CHECK(sound(&f));
    fixture_whole(&f);
    OK(do_map(&f, 4, 5, RW));
    CHECK_STR(NAME(do_map(&f, 0, 9, RW)), "overlap");
    CHECK_STR(access_of(&f, 4), "rw");
    CHECK(sound(&f));
}

/* Partial overlap with equal attributes was accepted too. */
static void bao_map_that_overlaps_another_in_part(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 5, RW));
    OK(do_map(&f, 4, 9, RW));
    CHECK_STR(spans_of(&f), "0-3 rw 1, 4-5 rw 2, 6-9 rw 1");
    CHECK_STR(access_of(&f, 5), "rw");
    OK(do_unmap(&f, 0, 5));
    CHECK_STR(regions_of(&f), "4-9 rw 1");
    CHECK(sound(&f));
}

/* An unmap across two regions removed nothing and said nothing. */
static void bao_unmap_across_two_regions_removes_nothing(void)
{
    fixture_exact(&f);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 4, 7, RO));
    OK(do_unmap(&f, 2, 5));
    CHECK_STR(regions_of(&f), "0-1 rw 1, 6-7 ro 1");
    CHECK_STR(access_of(&f, 2), "");
    CHECK_STR(access_of(&f, 5), "");
    CHECK_STR(access_of(&f, 6), "r");
    fixture_whole(&f);
    OK(do_map(&f, 0, 3, RW));
    OK(do_map(&f, 4, 7, RO));
    remember(&f);
    CHECK_STR(NAME(do_unmap(&f, 2, 5)), "overlap");
    CHECK(unchanged(&f));
}

struct watch {
    mpumap_addr_t live;
    unsigned steps;
    unsigned lost;
    unsigned overlaps;
};

static void look(void *ctx, struct mpumap_sim *sim)
{
    struct watch *w = ctx;
    const struct mpumap_sim_answer a = mpumap_sim_access(sim, 'w', w->live, MPUMAP_SIM_OWNER);

    w->steps++;
    w->lost += a.allow ? 0 : 1;
    w->overlaps += (a.reason == MPUMAP_SIM_MULTIPLE) ? 1 : 0;
}

static void watch(struct watch *w, unsigned granule)
{
    *w = (struct watch){BASE(granule), 0, 0, 0};
    mpumap_sim_strict(&f.sim, false);
    f.sim.faults.between = look;
    f.sim.faults.between_ctx = w;
}

/* Every merge overlapped for a moment. */
static void bao_merge_overlaps_for_a_moment(void)
{
    static const enum mpumap_sim_target targets[2] = {MPUMAP_SIM_ARMV8R32_EL2,
                                                      MPUMAP_SIM_ARMV8R32_EL1};
    struct watch w;

    for (unsigned i = 0; i < 2; i++) {
        for (unsigned granule = 0; granule < 5; granule++) {
            fixture_start(&f, targets[i], 8, MPUMAP_EXACT);
            OK(do_map(&f, 0, 1, RW));
            OK(do_map(&f, 3, 4, RW));
            watch(&w, granule);
            OK(do_map(&f, 2, 2, RW));
            CHECK(w.steps > 0);
            CHECK_EQ(w.overlaps, 0);
            CHECK_STR(regions_of(&f), "0-4 rw 1");
            CHECK(sound(&f));
        }
    }
}

/* One map more than there are regions wrote through a null pointer. */
static void bao_one_map_too_many(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 64, MPUMAP_EXACT);
    for (unsigned i = 0; i < 64; i++) {
        OK(do_map(&f, 2 * i, 2 * i, RW));
    }
    remember(&f);
    CHECK_STR(NAME(do_map(&f, 128, 128, RW)), "no-region");
    CHECK(unchanged(&f));
    OK(do_unmap(&f, 0, 0));
    OK(do_map(&f, 128, 128, RW));
    CHECK(sound(&f));
}

/* A split that failed kept the lock: nothing else was possible afterwards. */
static unsigned depth;

static void enter(void *ctx)
{
    (void)ctx;
    depth++;
}

static void leave(void *ctx)
{
    (void)ctx;
    depth--;
}

static void bao_failed_split_keeps_the_lock(void)
{
    struct mpumap_port port = mpumap_sim_port;

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 1, MPUMAP_EXACT);
    port.enter = enter;
    port.leave = leave;
    f.config.port = &port;
    depth = 0;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 9, RW));
    CHECK_EQ(depth, 0);
    CHECK_STR(NAME(do_unmap(&f, 4, 4)), "no-region");
    CHECK_EQ(depth, 0);
    OK(do_unmap(&f, 0, 4));
    CHECK_EQ(depth, 0);
    CHECK(sound(&f));
}

/* ---- Fiasco ---- */

/* An unmap inside a region with no free slot dropped the whole region. */
static void fiasco_unmap_inside_with_no_free_slot_drops_the_region(void)
{
    fixture_start(&f, MPUMAP_SIM_ARMV8R32_EL2, 2, MPUMAP_EXACT);
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 20, 20, RO));
    remember(&f);
    CHECK_STR(NAME(do_unmap(&f, 4, 5)), "no-region");
    CHECK(unchanged(&f));
    for (unsigned i = 0; i < 10; i++) {
        CHECK_STR(access_of(&f, i), "rw");
    }
}

/* Joining at the top of the address space wrapped to 0. */
static void fiasco_joining_at_the_top_of_memory_wraps(void)
{
    const mpumap_addr_t last = (mpumap_addr_t)0xffffffc0u;

    fixture_exact(&f);
    OK(mpumap_map(&f.map, 0, 0x3f, RW));
    OK(mpumap_map(&f.map, last, last + 63, RW));
    OK(mpumap_map(&f.map, last - 64, last - 1, RW));
    CHECK_EQ(mpumap_used(&f.map), 2);
    CHECK(allows(&f, 'w', last + 63) && allows(&f, 'w', last - 64) && allows(&f, 'w', 0));
    CHECK(!allows(&f, 'r', 64) && !allows(&f, 'r', last - 65));
    OK(mpumap_map(&f.map, 0, last + 63, RW));
    CHECK_EQ(mpumap_used(&f.map), 1);
    OK(mpumap_unmap(&f.map, 0, last + 63));
    CHECK_EQ(mpumap_used(&f.map), 2);
    CHECK(sound(&f));
}

/* ---- Zephyr ---- */

/* The MPU was off during a change: code above 0x80000000 hung, and everything was open. */
static void zephyr_mpu_is_off_during_a_change(void)
{
    struct watch w;

    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    OK(do_live(&f, 0, 2));
    watch(&w, 1); /* live: never lost */
    OK(do_unmap(&f, 4, 5));
    OK(do_protect(&f, 7, 9, RX));
    OK(do_map(&f, 4, 5, RW));
    CHECK(w.steps > 0);
    CHECK_EQ(w.lost, 0);
    fixture_exact(&f);
    OK(do_map(&f, 0, 9, RW));
    watch(&w, 30); /* never mapped: never open */
    OK(do_unmap(&f, 4, 5));
    OK(do_protect(&f, 7, 9, RX));
    CHECK_EQ(w.lost, w.steps);
    CHECK(sound(&f));
}

/* A split corrupted the static regions beside it. */
static void zephyr_split_corrupts_static_regions(void)
{
    struct mpumap_pair text;
    struct mpumap_pair now;
    uint8_t slot;

    fixture_exact(&f);
    OK(do_map(&f, 20, 29, RX));
    OK(do_lock(&f, 20, 29));
    slot = slot_of(&f, 20);
    mpumap_sim_get(&f.sim, slot, &text);
    OK(do_map(&f, 10, 19, RW));
    OK(do_map(&f, 30, 39, RW));
    for (unsigned i = 0; i < 4; i++) {
        OK(do_unmap(&f, 11 + 2 * i, 11 + 2 * i));
        OK(do_unmap(&f, 31 + 2 * i, 31 + 2 * i));
    }
    CHECK_STR(NAME(do_unmap(&f, 25, 25)), "locked");
    CHECK_STR(NAME(do_protect(&f, 20, 29, RW)), "locked");
    mpumap_sim_get(&f.sim, slot, &now);
    CHECK(now.base == text.base && now.limit == text.limit);
    for (unsigned i = 20; i < 30; i++) {
        CHECK_STR(access_of(&f, i), "rx");
    }
    CHECK(sound(&f));
}

/* Two neighbours in one granule were rounded into an overlap. */
static void zephyr_neighbours_in_one_granule(void)
{
    fixture_exact(&f);
    OK(mpumap_map(&f.map, BASE(0), BASE(0) + 127, RW));
    remember(&f);
    CHECK_STR(NAME(mpumap_map(&f.map, BASE(2) + 32, LIMIT(3), RW)), "align");
    CHECK_STR(NAME(mpumap_map(&f.map, BASE(2), BASE(2) + 31, RW)), "align");
    CHECK_STR(NAME(mpumap_map(&f.map, BASE(2), BASE(3), RW)), "align");
    CHECK(unchanged(&f));
}

/* ---- Tock, hubris, NuttX ---- */

/* A limit off by one granule exposed 32 bytes. */
static void tock_limit_off_by_one_granule(void)
{
    static const enum mpumap_sim_target targets[3] = {MPUMAP_SIM_ARMV8M, MPUMAP_SIM_ARMV8R32_EL2,
                                                      MPUMAP_SIM_ARMV8R32_EL1};

    for (unsigned t = 0; t < 3; t++) {
        const mpumap_addr_t granule = (targets[t] == MPUMAP_SIM_ARMV8M) ? 32 : 64;
        for (mpumap_addr_t n = 1; n < 9; n++) {
            const mpumap_addr_t limit = BASE(4) + n * granule - 1;
            fixture_start(&f, targets[t], 8, MPUMAP_EXACT);
            OK(mpumap_map(&f.map, BASE(4), limit, RW));
            CHECK(allows(&f, 'w', limit) && !allows(&f, 'r', limit + 1));
            CHECK(!allows(&f, 'r', limit + granule));
            CHECK(allows(&f, 'w', BASE(4)) && !allows(&f, 'r', BASE(4) - 1));
        }
    }
}

/* A size of zero became a region, or all of memory. */
static void empty_range_becomes_a_region(void)
{
    fixture_exact(&f);
    remember(&f);
    CHECK_STR(NAME(mpumap_map(&f.map, BASE(4), BASE(4) - 1, RW)), "range");
    CHECK_STR(NAME(mpumap_map(&f.map, 0, (mpumap_addr_t)0 - 1, RW)),
              (sizeof(mpumap_addr_t) == 4) ? "ok" : "range");
    if (sizeof(mpumap_addr_t) == 8) {
        CHECK(unchanged(&f));
    }
}

static const struct tap_case cases[] = {
    TAP_CASE(bao_map_that_contains_another_overlaps_in_hardware),
    TAP_CASE(bao_map_that_overlaps_another_in_part),
    TAP_CASE(bao_unmap_across_two_regions_removes_nothing),
    TAP_CASE(bao_merge_overlaps_for_a_moment),
    TAP_CASE(bao_one_map_too_many),
    TAP_CASE(bao_failed_split_keeps_the_lock),
    TAP_CASE(fiasco_unmap_inside_with_no_free_slot_drops_the_region),
    TAP_CASE(fiasco_joining_at_the_top_of_memory_wraps),
    TAP_CASE(zephyr_mpu_is_off_during_a_change),
    TAP_CASE(zephyr_split_corrupts_static_regions),
    TAP_CASE(zephyr_neighbours_in_one_granule),
    TAP_CASE(tock_limit_off_by_one_granule),
    TAP_CASE(empty_range_becomes_a_region),
};
TAP_MAIN(cases)
