/* SPDX-License-Identifier: MIT */
/*
 * Sequences of steps that are right, and what the strict simulator says when they are not: the
 * mistakes that no emulator shows, because there every write is visible at once.
 */
#include "port/sim/sim.h"
#include "tap.h"

static struct mpumap_sim sim;
static struct mpumap_sim_change change;

/* Registers of AArch32, spelled out: SH Inner, AttrIndx 7 but for Device (SH Outer, AttrIndx 4). */
#define RW 0x19u
#define RO 0x1du
#define RX 0x1cu
#define RW_DEVICE 0x11u
#define NORMAL 0xfu
#define DEVICE 0x9u
#define OFF(limit) ((limit) & ~1u)

/* clang-format off */
#define BASE(n, v) {(v), 0, MPUMAP_STEP_BASE, (n)}
#define LIMIT(n, v) {(v), 0, MPUMAP_STEP_LIMIT, (n)}
#define SELECT(n) {(n), 0, MPUMAP_STEP_SELECT, (n)}
#define BITMAP(v, m) {(v), (m), MPUMAP_STEP_BITMAP, 0}
#define ISB {0, 0, MPUMAP_STEP_ISB, 0}
#define ORDER {0, 0, MPUMAP_STEP_ORDER, 0}
#define SYNC {0, 0, MPUMAP_STEP_SYNC, 0}
/* clang-format on */

#define STEPS(...)                                                                                 \
    (const struct mpumap_step[]){__VA_ARGS__},                                                     \
        sizeof((const struct mpumap_step[]){__VA_ARGS__}) / sizeof(struct mpumap_step)
#define AREAS(...)                                                                                 \
    (struct mpumap_sim_areas)                                                                      \
    {                                                                                              \
        (const struct mpumap_sim_area[]){__VA_ARGS__},                                             \
            sizeof((const struct mpumap_sim_area[]){__VA_ARGS__}) / sizeof(struct mpumap_sim_area) \
    }
#define NOTHING ((struct mpumap_sim_areas){NULL, 0})

/* clang-format off */
#define A_RW {0x1000, 0x1fff, MPUMAP_RW}
#define A_LIVE {0x1000, 0x1fff, 0}
#define A_RX {0x1000, 0x1fff, MPUMAP_RX}
#define A_DEVICE {0x1000, 0x1fff, MPUMAP_RW | MPUMAP_DEVICE}
/* clang-format on */

static void start(enum mpumap_sim_target target, uint16_t regions)
{
    CHECK(mpumap_sim_init(&sim, target, regions, 11));
    mpumap_sim_control(&sim, true, false);
    mpumap_sim_strict(&sim, true);
}

static void put(uint8_t slot, mpumap_reg_t base, mpumap_reg_t limit)
{
    const struct mpumap_pair pair = {base, limit};
    mpumap_sim_set(&sim, slot, &pair);
}

/* A sim with 16 slots, all disabled, their stale contents [0, top]: any carelessness shows. */
static void start_wide_open(enum mpumap_sim_target target)
{
    start(target, 16);
    for (uint8_t slot = 0; slot < 16u; slot++) {
        put(slot, RW, OFF(0xffffffcfu));
    }
}

static const char *judge(struct mpumap_sim_areas before, struct mpumap_sim_areas after,
                         struct mpumap_sim_areas live, const struct mpumap_step *steps,
                         size_t count)
{
    mpumap_sim_clear(&sim);
    mpumap_sim_change_begin(&sim, &change, before, after, live);
    mpumap_sim_play(&sim, steps, count);
    const bool right = mpumap_sim_change_end(&sim);
    CHECK_EQ(right, sim.error.fault == MPUMAP_SIM_NO_FAULT);
    return mpumap_sim_fault_name((enum mpumap_sim_fault)sim.error.fault);
}

#define JUDGED(want, ...)                                                                          \
    do {                                                                                           \
        const char *got = judge(__VA_ARGS__);                                                      \
        CHECK_STR(got, want);                                                                      \
    } while (0)

/* One new region */

static void a_new_region(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("none", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(BASE(0, 0x1000 | RW), ORDER, LIMIT(0, 0x1fc0 | NORMAL), SYNC));
    CHECK_EQ(change.gap, 0);
}

static void no_order_between_base_and_enable(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("granted", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(BASE(0, 0x1000 | RW), LIMIT(0, 0x1fc0 | NORMAL), SYNC));
    CHECK_EQ(sim.error.slot, 0);
    CHECK_EQ(sim.error.base, 0);
    CHECK_EQ(sim.error.limit, 0xfff);
    CHECK_EQ(sim.error.step, 2);
}

/* A stale base above every limit makes the order of the two harmless. */
static void no_order_after_parking(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    put(0, 0xffffffc0u | RW, OFF(0x3fu));
    JUDGED("none", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(BASE(0, 0x1000 | RW), LIMIT(0, 0x1fc0 | NORMAL), SYNC));
}

static void enable_before_base(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("granted", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(LIMIT(0, 0x1fc0 | NORMAL), ORDER, BASE(0, 0x1000 | RW), SYNC));
}

static void no_sync_at_the_end(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("unsynced", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(BASE(0, 0x1000 | RW), ORDER, LIMIT(0, 0x1fc0 | NORMAL)));
}

static void wrong_permission_for_an_instant(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("granted", NOTHING, AREAS({0x1000, 0x1fff, MPUMAP_RO}), NOTHING,
           STEPS(BASE(0, 0x1000 | RW), ORDER, LIMIT(0, 0x1fc0 | NORMAL), ORDER,
                 BASE(0, 0x1000 | RO), SYNC));
}

/* Boundary between two regions moves: [0x1000,0x1fff] rw grows into [0x2000,0x2fff] ro. */

static void two_neighbours(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    put(0, 0x1000 | RW, 0x1fc0 | NORMAL);
    put(1, 0x2000 | RO, 0x2fc0 | NORMAL);
}

#define NEIGHBOURS AREAS(A_RW, {0x2000, 0x2fff, MPUMAP_RO})
#define MOVED AREAS({0x1000, 0x27ff, MPUMAP_RW}, {0x2800, 0x2fff, MPUMAP_RO})
#define NEIGHBOURS_LIVE AREAS({0x1000, 0x2fff, 0})

static void shrink_then_grow(void)
{
    two_neighbours();
    JUDGED("none", NEIGHBOURS, MOVED, NEIGHBOURS_LIVE,
           STEPS(BASE(1, 0x2800 | RO), ORDER, LIMIT(0, 0x27c0 | NORMAL), SYNC));
    CHECK_EQ(change.gap, 0);
}

static void grow_before_shrink(void)
{
    two_neighbours();
    JUDGED("overlap", NEIGHBOURS, MOVED, NEIGHBOURS_LIVE,
           STEPS(LIMIT(0, 0x27c0 | NORMAL), ORDER, BASE(1, 0x2800 | RO), SYNC));
    CHECK_EQ(sim.error.base, 0x2000);
    CHECK_EQ(sim.error.limit, 0x27ff);
    CHECK_EQ(sim.error.step, 1);
}

static void shrink_and_grow_without_order(void)
{
    two_neighbours();
    JUDGED("overlap", NEIGHBOURS, MOVED, NEIGHBOURS_LIVE,
           STEPS(BASE(1, 0x2800 | RO), LIMIT(0, 0x27c0 | NORMAL), SYNC));
    CHECK_EQ(sim.error.step, 2);
}

/* Live bytes */

static void one_region(enum mpumap_sim_target target)
{
    start_wide_open(target);
    put(0, 0x1000 | RW, 0x1fc0 | NORMAL);
}

#define SPLIT AREAS({0x1000, 0x17ff, MPUMAP_RW}, {0x1c00, 0x1fff, MPUMAP_RW})

#define SPLIT_BY_SEQUENCE                                                                          \
    STEPS(BASE(1, 0x1c00 | RW), LIMIT(0, 0x17c0 | NORMAL), ORDER, LIMIT(1, 0x1fc0 | NORMAL), SYNC)

static void a_split_by_sequence_loses_the_upper_half(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("none", AREAS(A_RW), SPLIT, AREAS({0x1000, 0x17ff, 0}), SPLIT_BY_SEQUENCE);
    CHECK_EQ(change.gap, 0x400);
}

static void a_live_byte_is_lost(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("lost", AREAS(A_RW), SPLIT, AREAS({0x1fc0, 0x1fff, 0}), SPLIT_BY_SEQUENCE);
    CHECK_EQ(sim.error.base, 0x1fc0);
    CHECK_EQ(sim.error.limit, 0x1fff);
    CHECK_EQ(change.gap, 0x400);
}

static void bytes_that_are_not_alike_are_not_lost(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("none", AREAS(A_RW), AREAS({0x1000, 0x1fff, MPUMAP_RO}), AREAS(A_LIVE),
           STEPS(LIMIT(0, OFF(0x1fc0 | NORMAL)), ORDER, BASE(0, 0x1000 | RO), ORDER,
                 LIMIT(0, 0x1fc0 | NORMAL), SYNC));
    CHECK_EQ(change.gap, 0);
}

/* Two gaps at different times add up; one seen twice counts once. */
static void gaps_add_up_once(void)
{
    two_neighbours();
    JUDGED("none", NEIGHBOURS, NEIGHBOURS, NOTHING,
           STEPS(LIMIT(0, OFF(0x1fc0 | NORMAL)), ORDER, LIMIT(0, 0x1fc0 | NORMAL), ORDER,
                 LIMIT(1, OFF(0x2fc0 | NORMAL)), ORDER, LIMIT(1, 0x2fc0 | NORMAL), ORDER,
                 LIMIT(0, 0x1780 | NORMAL), ORDER, LIMIT(0, 0x1fc0 | NORMAL), SYNC));
    CHECK_EQ(change.gap, 0x2000);
}

/* Access stays, but with other attributes: lost all the same. */
static void another_type_for_an_instant_is_a_loss(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL1);
    mpumap_sim_judge_types(&sim, false);
    JUDGED("lost", AREAS(A_RW), AREAS(A_RW), AREAS(A_LIVE),
           STEPS(LIMIT(0, 0x1fc0 | DEVICE), ORDER, LIMIT(0, 0x1fc0 | NORMAL), SYNC));
    CHECK_EQ(change.gap, 0x1000);
}

/* The exchange by the enable bitmap */

#define EXCHANGE_PRELOAD                                                                           \
    BASE(1, 0x1000 | RW), LIMIT(1, OFF(0x17c0 | NORMAL)), BASE(2, 0x1c00 | RW),                    \
        LIMIT(2, OFF(0x1fc0 | NORMAL))

static void an_exchange_by_one_bitmap_write(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    JUDGED("none", AREAS(A_RW), SPLIT, AREAS(A_LIVE),
           STEPS(EXCHANGE_PRELOAD, ORDER, BITMAP(6, 7), SYNC));
    CHECK_EQ(change.gap, 0);
    CHECK_EQ(mpumap_sim_bitmap(&sim), 6);
}

static void an_exchange_without_order(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    JUDGED("overlap", AREAS(A_RW), SPLIT, AREAS(A_LIVE),
           STEPS(EXCHANGE_PRELOAD, BITMAP(6, 7), SYNC));
}

static void an_exchange_without_sync(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    JUDGED("unsynced", AREAS(A_RW), SPLIT, AREAS(A_LIVE),
           STEPS(EXCHANGE_PRELOAD, ORDER, BITMAP(6, 7)));
}

static void two_bitmap_writes_are_not_an_exchange(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    JUDGED("lost", AREAS(A_RW), SPLIT, AREAS(A_LIVE),
           STEPS(EXCHANGE_PRELOAD, ORDER, BITMAP(0, 1), BITMAP(6, 6), SYNC));
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    JUDGED("overlap", AREAS(A_RW), SPLIT, AREAS(A_LIVE),
           STEPS(EXCHANGE_PRELOAD, ORDER, BITMAP(6, 6), BITMAP(0, 1), SYNC));
}

static void a_bitmap_that_forgets_the_old_region(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    JUDGED("overlap", AREAS(A_RW), SPLIT, AREAS(A_LIVE),
           STEPS(EXCHANGE_PRELOAD, ORDER, BITMAP(7, 7), SYNC));
}

/* A limit register and the bitmap name one enable bit: a barrier decides which comes last. */
static void limit_and_bitmap_disagree(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL2);
    put(0, 0x1000 | RW, OFF(0x1fc0 | NORMAL));
    JUDGED("ambiguous", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(LIMIT(0, OFF(0x1fc0 | NORMAL)), BITMAP(1, 1), SYNC));
}

/* The port keeps the other bits by reading them: not while one of them is pending. */
static void bitmap_read_while_an_enable_is_pending(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL2);
    put(0, 0x1000 | RW, OFF(0x1fc0 | NORMAL));
    put(1, 0x2000 | RW, OFF(0x2fc0 | NORMAL));
    JUDGED("stale-bitmap", NOTHING, AREAS({0x1000, 0x2fff, MPUMAP_RW}), NOTHING,
           STEPS(LIMIT(0, 0x1fc0 | NORMAL), BITMAP(2, 2), SYNC));
    mpumap_sim_clear(&sim);
    put(0, 0x1000 | RW, OFF(0x1fc0 | NORMAL));
    put(1, 0x2000 | RW, OFF(0x2fc0 | NORMAL));
    JUDGED("none", NOTHING, AREAS({0x1000, 0x2fff, MPUMAP_RW}), NOTHING,
           STEPS(LIMIT(0, 0x1fc0 | NORMAL), ORDER, BITMAP(2, 2), SYNC));
}

/* [0x1000,0x13ff] and [0x1c00,0x1fff], both live, merge when the hole between them is mapped. */
static void a_merge_of_two_live_regions(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL2);
    put(0, 0x1000 | RW, 0x13c0 | NORMAL);
    put(1, 0x1c00 | RW, 0x1fc0 | NORMAL);
    const struct mpumap_sim snapshot = sim;
    const struct mpumap_sim_areas parts =
        AREAS({0x1000, 0x13ff, MPUMAP_RW}, {0x1c00, 0x1fff, MPUMAP_RW});
    JUDGED("lost", parts, AREAS(A_RW), parts,
           STEPS(LIMIT(1, OFF(0x1fc0 | NORMAL)), ORDER, LIMIT(0, 0x1fc0 | NORMAL), SYNC));
    sim = snapshot;
    JUDGED("overlap", parts, AREAS(A_RW), parts,
           STEPS(LIMIT(0, 0x1fc0 | NORMAL), ORDER, LIMIT(1, OFF(0x1fc0 | NORMAL)), SYNC));
    sim = snapshot;
    JUDGED("none", parts, AREAS(A_RW), parts,
           STEPS(BASE(2, 0x1000 | RW), LIMIT(2, OFF(0x1fc0 | NORMAL)), ORDER, BITMAP(4, 7), SYNC));
    sim = snapshot;
    JUDGED("none", parts, AREAS(A_RW), parts,
           STEPS(BASE(2, 0x1400 | RW), ORDER, LIMIT(2, 0x1bc0 | NORMAL), SYNC));
}

/* The selector */

static void no_isb_after_the_selector(void)
{
    start(MPUMAP_SIM_ARMV8R32_EL1, 40);
    mpumap_sim_set_selector(&sim, 33);
    put(32, 0xffffffc0u | RW, OFF(0x3fu));
    put(33, 0xffffffc0u | RW, OFF(0x3fu));
    const struct mpumap_sim snapshot = sim;
    JUDGED("selector", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(SELECT(32), BASE(32, 0x1000 | RW), ORDER, LIMIT(32, 0x1fc0 | NORMAL), SYNC));
    CHECK_EQ(sim.error.slot, 32);
    CHECK_EQ(sim.error.other, 33);
    sim = snapshot;
    JUDGED("none", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(SELECT(32), ISB, BASE(32, 0x1000 | RW), LIMIT(32, 0x1fc0 | NORMAL), SYNC));
}

/* The selector holds the right value already: whichever is visible, the write goes there. */
static void no_isb_where_it_does_not_matter(void)
{
    start(MPUMAP_SIM_ARMV8R32_EL1, 40);
    mpumap_sim_set_selector(&sim, 32);
    put(32, 0xffffffc0u | RW, OFF(0x3fu));
    JUDGED("none", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(SELECT(32), BASE(32, 0x1000 | RW), LIMIT(32, 0x1fc0 | NORMAL), SYNC));
}

static void no_selector_at_all(void)
{
    start(MPUMAP_SIM_ARMV8R32_EL1, 40);
    mpumap_sim_set_selector(&sim, 33);
    put(32, 0xffffffc0u | RW, OFF(0x3fu));
    put(33, 0xffffffc0u | RW, OFF(0x3fu));
    JUDGED("misdirected", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(BASE(32, 0x1000 | RW), ORDER, LIMIT(32, 0x1fc0 | NORMAL), SYNC));
}

/* Device memory is written in order: M needs no barrier here. */
static void no_isb_needed_on_m(void)
{
    start(MPUMAP_SIM_ARMV8M, 16);
    mpumap_sim_set_selector(&sim, 3);
    put(8, 0xffffffe0u | RW, OFF(0x1fu));
    JUDGED("none", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(SELECT(8), BASE(8, 0x1000 | RW), LIMIT(8, 0x1fe0 | NORMAL), SYNC));
}

/* An ISB completes more than the selector. */
static void an_isb_orders_region_writes_too(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("none", NOTHING, AREAS(A_RW), NOTHING,
           STEPS(BASE(0, 0x1000 | RW), ISB, LIMIT(0, 0x1fc0 | NORMAL), SYNC));
}

/* Types */

static void code_becomes_a_device(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    put(0, 0x1000 | RX, 0x1fc0 | NORMAL);
    const struct mpumap_sim snapshot = sim;
    JUDGED("none", AREAS(A_RX), AREAS(A_DEVICE), AREAS(A_LIVE),
           STEPS(BASE(0, 0x1000 | RW_DEVICE), ORDER, LIMIT(0, 0x1fc0 | DEVICE), SYNC));
    sim = snapshot;
    JUDGED("exec-device", AREAS(A_RX), AREAS(A_DEVICE), AREAS(A_LIVE),
           STEPS(LIMIT(0, 0x1fc0 | DEVICE), ORDER, BASE(0, 0x1000 | RW_DEVICE), SYNC));
    sim = snapshot;
    JUDGED("exec-device", AREAS(A_RX), AREAS(A_DEVICE), AREAS(A_LIVE),
           STEPS(BASE(0, 0x1000 | RW_DEVICE), LIMIT(0, 0x1fc0 | DEVICE), SYNC));
}

static void a_device_seen_as_normal_memory(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    const struct mpumap_sim snapshot = sim;
    const struct mpumap_step steps[] = {
        BASE(0, 0x1000 | RW_DEVICE), ORDER, LIMIT(0, 0x1fc0 | NORMAL), ORDER,
        LIMIT(0, 0x1fc0 | DEVICE),   SYNC,
    };
    JUDGED("type", NOTHING, AREAS(A_DEVICE), NOTHING, steps, 6);
    sim = snapshot;
    mpumap_sim_judge_types(&sim, false);
    JUDGED("none", NOTHING, AREAS(A_DEVICE), NOTHING, steps, 6);
}

/* The frame of a change */

static void registers_that_do_not_hold_the_maps(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("none", AREAS(A_RW), AREAS(A_RW), NOTHING, NULL, 0);
    JUDGED("not-old", NOTHING, AREAS(A_RW), NOTHING, NULL, 0);
    JUDGED("not-old", AREAS(A_RX), AREAS(A_RW), NOTHING, NULL, 0);
    JUDGED("not-old", AREAS({0x1000, 0x2fff, MPUMAP_RW}), AREAS(A_RW), NOTHING, NULL, 0);
    JUDGED("not-old", AREAS({0x1000, 0x17ff, MPUMAP_RW}), AREAS(A_RW), NOTHING, NULL, 0);
    JUDGED("not-new", AREAS(A_RW), NOTHING, NOTHING, NULL, 0);
    JUDGED("not-new", AREAS(A_RW), AREAS({0x1000, 0x1fff, MPUMAP_RO}), NOTHING, NULL, 0);
    JUDGED("not-new", AREAS(A_RW), AREAS({0x1000, 0x1fff, MPUMAP_RW | MPUMAP_SHARE_NON}), NOTHING,
           NULL, 0);
    JUDGED("not-new", AREAS(A_RW), AREAS({0x1000, 0x1fff, MPUMAP_RW | MPUMAP_EL1}), NOTHING, NULL,
           0);
    JUDGED("not-new", AREAS(A_RW), AREAS({0x1000, 0x1fff, MPUMAP_RW | MPUMAP_NORMAL_WT}), NOTHING,
           NULL, 0);
}

/* Device and Non-cacheable memory is Outer Shareable, whatever SH holds. */
static void share_counts_for_cacheable_memory_only(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL1);
    put(0, 0x1000 | RW, 0x1fc0 | 0x3u);
    JUDGED("none", AREAS({0x1000, 0x1fff, MPUMAP_RW | MPUMAP_NORMAL_NC}),
           AREAS({0x1000, 0x1fff, MPUMAP_RW | MPUMAP_NORMAL_NC | MPUMAP_SHARE_NON}), NOTHING, NULL,
           0);
    put(0, 0x1000 | RW, 0x1fc0 | DEVICE);
    JUDGED("none", AREAS(A_DEVICE), AREAS(A_DEVICE), NOTHING, NULL, 0);
}

/* How a map is cut into areas, or held in slots, makes no difference. */
static void touching_areas_are_one_map(void)
{
    two_neighbours();
    put(1, 0x2000 | RW, 0x2fc0 | NORMAL);
    JUDGED("none", AREAS({0x1000, 0x2fff, MPUMAP_RW}),
           AREAS({0x1000, 0x10ff, MPUMAP_RW}, {0x1100, 0x2fff, MPUMAP_RW}), NEIGHBOURS_LIVE, NULL,
           0);
}

static void maps_out_of_order_are_refused(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("bad-input", AREAS({0x2000, 0x2fff, MPUMAP_RW}, A_RW), NOTHING, NOTHING, NULL, 0);
    JUDGED("bad-input", AREAS(A_RW), AREAS(A_RW, {0x1fff, 0x2fff, MPUMAP_RW}), NOTHING, NULL, 0);
    JUDGED("bad-input", AREAS(A_RW), AREAS(A_RW), AREAS({0x2000, 0x1fff, 0}), NULL, 0);
}

static void the_whole_address_space(void)
{
    start_wide_open(MPUMAP_SIM_ARMV8R32_EL1);
    JUDGED("none", NOTHING, AREAS({0, 0xffffffffu, MPUMAP_RW}), AREAS({0, 0xffffffffu, 0}),
           STEPS(BASE(3, 0 | RW), ORDER, LIMIT(3, 0xffffffc0u | NORMAL), SYNC));
    JUDGED("none", AREAS({0, 0xffffffffu, MPUMAP_RW}), NOTHING, AREAS({0, 0xffffffffu, 0}),
           STEPS(LIMIT(3, OFF(0xffffffc0u | NORMAL)), SYNC));
    JUDGED("none", NOTHING, AREAS({0xffffffc0u, 0xffffffffu, MPUMAP_RW}), NOTHING,
           STEPS(BASE(3, 0xffffffc0u | RW), ORDER, LIMIT(3, 0xffffffc0u | NORMAL), SYNC));
}

/* Accesses while writes are pending */

static void an_access_that_depends_on_pending_writes(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    const struct mpumap_step shrink = LIMIT(0, 0x17c0 | NORMAL);
    const struct mpumap_step order = ORDER;
    mpumap_sim_port.apply(&sim, &shrink);
    CHECK_EQ(mpumap_sim_access(&sim, 'r', 0x17ff, MPUMAP_SIM_OWNER).reason, MPUMAP_SIM_REGION);
    CHECK_EQ(mpumap_sim_access(&sim, 'r', 0x1800, MPUMAP_SIM_OWNER).reason, MPUMAP_SIM_UNDECIDED);
    CHECK_EQ(mpumap_sim_access(&sim, 'r', 0x2000, MPUMAP_SIM_OWNER).reason, MPUMAP_SIM_UNMAPPED);
    CHECK_EQ(mpumap_sim_access(&sim, 'x', 0x17ff, MPUMAP_SIM_OWNER).reason,
             MPUMAP_SIM_EXECUTE_NEVER);
    mpumap_sim_port.apply(&sim, &order);
    CHECK_EQ(mpumap_sim_access(&sim, 'r', 0x1800, MPUMAP_SIM_OWNER).reason, MPUMAP_SIM_UNMAPPED);
}

/* What is read back is what was written last, visible or not. */
static void a_read_back_sees_pending_writes(void)
{
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    struct mpumap_pair pair;
    const struct mpumap_step bitmap = BITMAP(0, 1);
    const struct mpumap_step base = BASE(0, 0x1400 | RW);
    mpumap_sim_port.apply(&sim, &bitmap);
    mpumap_sim_port.apply(&sim, &base);
    mpumap_sim_port.read(&sim, 0, &pair);
    CHECK_EQ(pair.base, 0x1400 | RW);
    CHECK_EQ(pair.limit, OFF(0x1fc0 | NORMAL));
    CHECK_EQ(mpumap_sim_bitmap(&sim), 0);
    CHECK_EQ(sim.slots[0].base, 0x1000 | RW);
}

static void too_many_pending_writes_are_reported(void)
{
    const struct mpumap_step base = BASE(0, 0x1400 | RW);
    const struct mpumap_step select = SELECT(0);
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    put(0, 0x1000 | RW, 0x1fc0 | NORMAL);
    for (unsigned i = 0; i < 8u; i++) {
        mpumap_sim_port.apply(&sim, &base);
    }
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_NO_ROOM);
    one_region(MPUMAP_SIM_ARMV8R32_EL2);
    for (unsigned i = 0; i < MPUMAP_SIM_PENDING; i++) {
        mpumap_sim_port.apply(&sim, &select);
    }
    CHECK_EQ(sim.counters.errors, 0);
    mpumap_sim_port.apply(&sim, &select);
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_NO_ROOM);
}

/* 255 slots exchanged at once where they have bits, and one by one beyond. */
static void every_slot_of_255(void)
{
    start(MPUMAP_SIM_ARMV8R32_EL2, 255);
    for (uint16_t slot = 0; slot < 255u; slot++) {
        const struct mpumap_step steps[] = {
            SELECT((uint8_t)slot),
            ISB,
            BASE((uint8_t)slot, ((mpumap_reg_t)slot << 12) | RW),
            ORDER,
            LIMIT((uint8_t)slot, ((mpumap_reg_t)slot << 12) | 0x7c0 | NORMAL),
            SYNC,
        };
        mpumap_sim_play(&sim, steps, 6);
    }
    CHECK_EQ(sim.counters.errors, 0);
    CHECK_EQ(mpumap_sim_access(&sim, 'r', 254u << 12, MPUMAP_SIM_OWNER).slot, 254);
}

static const struct tap_case cases[] = {
    TAP_CASE(a_new_region),
    TAP_CASE(no_order_between_base_and_enable),
    TAP_CASE(no_order_after_parking),
    TAP_CASE(enable_before_base),
    TAP_CASE(no_sync_at_the_end),
    TAP_CASE(wrong_permission_for_an_instant),
    TAP_CASE(shrink_then_grow),
    TAP_CASE(grow_before_shrink),
    TAP_CASE(shrink_and_grow_without_order),
    TAP_CASE(a_split_by_sequence_loses_the_upper_half),
    TAP_CASE(a_live_byte_is_lost),
    TAP_CASE(bytes_that_are_not_alike_are_not_lost),
    TAP_CASE(gaps_add_up_once),
    TAP_CASE(another_type_for_an_instant_is_a_loss),
    TAP_CASE(an_exchange_by_one_bitmap_write),
    TAP_CASE(an_exchange_without_order),
    TAP_CASE(an_exchange_without_sync),
    TAP_CASE(two_bitmap_writes_are_not_an_exchange),
    TAP_CASE(a_bitmap_that_forgets_the_old_region),
    TAP_CASE(limit_and_bitmap_disagree),
    TAP_CASE(bitmap_read_while_an_enable_is_pending),
    TAP_CASE(a_merge_of_two_live_regions),
    TAP_CASE(no_isb_after_the_selector),
    TAP_CASE(no_isb_where_it_does_not_matter),
    TAP_CASE(no_selector_at_all),
    TAP_CASE(no_isb_needed_on_m),
    TAP_CASE(an_isb_orders_region_writes_too),
    TAP_CASE(code_becomes_a_device),
    TAP_CASE(a_device_seen_as_normal_memory),
    TAP_CASE(registers_that_do_not_hold_the_maps),
    TAP_CASE(share_counts_for_cacheable_memory_only),
    TAP_CASE(touching_areas_are_one_map),
    TAP_CASE(maps_out_of_order_are_refused),
    TAP_CASE(the_whole_address_space),
    TAP_CASE(an_access_that_depends_on_pending_writes),
    TAP_CASE(a_read_back_sees_pending_writes),
    TAP_CASE(too_many_pending_writes_are_reported),
    TAP_CASE(every_slot_of_255),
};
TAP_MAIN(cases)
