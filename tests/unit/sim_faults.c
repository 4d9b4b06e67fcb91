/* SPDX-License-Identifier: MIT */
/*
 * Sequences hurt on purpose: stopped after any step, interrupted between any two, the selector
 * clobbered. What a right sequence stands, and that a wrong one shows.
 */
#include "port/sim/sim.h"
#include "tap.h"

#define RW 0x19u
#define NORMAL 0xfu
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct mpumap_sim sim;
static struct mpumap_sim snapshot;
static struct mpumap_sim_change change;

/* [0x1000,0x1fff] in slot 0 loses [0x1800,0x1bff]. By exchange: nothing is lost. */
static const struct mpumap_step exchange[] = {
    {0x1000 | RW, 0, MPUMAP_STEP_BASE, 1}, {0x17c0 | (NORMAL & ~1u), 0, MPUMAP_STEP_LIMIT, 1},
    {0x1c00 | RW, 0, MPUMAP_STEP_BASE, 2}, {0x1fc0 | (NORMAL & ~1u), 0, MPUMAP_STEP_LIMIT, 2},
    {0, 0, MPUMAP_STEP_ORDER, 0},          {6, 7, MPUMAP_STEP_BITMAP, 0},
    {0, 0, MPUMAP_STEP_SYNC, 0},
};

/* By sequence: the upper half is lost from the second step to the last. */
static const struct mpumap_step sequence[] = {
    {0x1c00 | RW, 0, MPUMAP_STEP_BASE, 1}, {0x17c0 | NORMAL, 0, MPUMAP_STEP_LIMIT, 0},
    {0, 0, MPUMAP_STEP_ORDER, 0},          {0x1fc0 | NORMAL, 0, MPUMAP_STEP_LIMIT, 1},
    {0, 0, MPUMAP_STEP_SYNC, 0},
};

static const struct mpumap_sim_area before[] = {{0x1000, 0x1fff, MPUMAP_RW}};
static const struct mpumap_sim_area after[] = {{0x1000, 0x17ff, MPUMAP_RW},
                                               {0x1c00, 0x1fff, MPUMAP_RW}};

static void put(uint8_t slot, mpumap_reg_t base, mpumap_reg_t limit)
{
    const struct mpumap_pair pair = {base, limit};
    mpumap_sim_set(&sim, slot, &pair);
}

static void start(void)
{
    CHECK(mpumap_sim_init(&sim, MPUMAP_SIM_ARMV8R32_EL2, 16, 5));
    mpumap_sim_control(&sim, true, false);
    mpumap_sim_strict(&sim, true);
    put(0, 0x1000 | RW, 0x1fc0 | NORMAL);
    for (uint8_t slot = 1; slot < 16u; slot++) {
        put(slot, RW, 0xffffffceu);
    }
    snapshot = sim;
}

static void begin(void)
{
    const struct mpumap_sim_areas old = {before, COUNT(before)};
    const struct mpumap_sim_areas new = {after, COUNT(after)};
    mpumap_sim_change_begin(&sim, &change, old, new, new);
}

/* Every granule that both maps have can be read and written now. */
static bool live_bytes_are_there(const struct mpumap_sim *now)
{
    for (mpumap_addr_t at = 0x1000; at < 0x2000u; at += 64u) {
        const bool both = at < 0x1800u || at >= 0x1c00u;
        if (both && !(mpumap_sim_access(now, 'r', at, MPUMAP_SIM_OWNER).allow &&
                      mpumap_sim_access(now, 'w', at + 63u, MPUMAP_SIM_OWNER).allow)) {
            return false;
        }
    }
    return true;
}

static void stopped_after_any_step(void)
{
    start();
    for (uint32_t stop = 1; stop <= COUNT(exchange); stop++) {
        sim = snapshot;
        sim.faults.stop_after = stop;
        begin();
        mpumap_sim_play(&sim, exchange, COUNT(exchange));
        CHECK_EQ(sim.counters.steps, stop);
        CHECK(live_bytes_are_there(&sim));
        CHECK(!mpumap_sim_access(&sim, 'r', 0x2000, MPUMAP_SIM_OWNER).allow);
        CHECK(!mpumap_sim_access(&sim, 'x', 0x1000, MPUMAP_SIM_OWNER).allow);
        CHECK(mpumap_sim_change_end(&sim));
    }
}

static void a_stop_in_a_gap_shows_it(void)
{
    static const bool there[] = {true, false, false, false, true};
    start();
    for (uint32_t stop = 1; stop <= COUNT(sequence); stop++) {
        sim = snapshot;
        sim.faults.stop_after = stop;
        mpumap_sim_play(&sim, sequence, COUNT(sequence));
        CHECK_EQ(live_bytes_are_there(&sim), there[stop - 1u]);
    }
}

static void a_stop_lasts_until_cleared(void)
{
    start();
    sim.faults.stop_after = 2;
    mpumap_sim_play(&sim, exchange, COUNT(exchange));
    mpumap_sim_play(&sim, exchange, COUNT(exchange));
    CHECK_EQ(sim.counters.steps, 2);
    mpumap_sim_clear(&sim);
    mpumap_sim_play(&sim, exchange, COUNT(exchange));
    CHECK_EQ(sim.counters.steps, COUNT(exchange));
    CHECK_EQ(mpumap_sim_bitmap(&sim), 6);
}

struct handler {
    uint32_t calls;
    uint32_t losses;
};

static void touch_live_memory(void *ctx, struct mpumap_sim *now)
{
    struct handler *handler = ctx;
    handler->calls++;
    handler->losses += live_bytes_are_there(now) ? 0u : 1u;
}

static void an_interrupt_between_any_two_steps(void)
{
    struct handler handler = {0, 0};
    start();
    sim.faults.between = touch_live_memory;
    sim.faults.between_ctx = &handler;
    mpumap_sim_play(&sim, exchange, COUNT(exchange));
    CHECK_EQ(handler.calls, COUNT(exchange));
    CHECK_EQ(handler.losses, 0);
    CHECK_EQ(sim.counters.errors, 0);
}

static void an_interrupt_in_a_gap_sees_it(void)
{
    struct handler handler = {0, 0};
    start();
    sim.faults.between = touch_live_memory;
    sim.faults.between_ctx = &handler;
    mpumap_sim_play(&sim, sequence, COUNT(sequence));
    CHECK_EQ(handler.losses, 3);
}

/* The selector */

static const struct mpumap_step slot_32[] = {
    {32, 0, MPUMAP_STEP_SELECT, 32},
    {0, 0, MPUMAP_STEP_ISB, 0},
    {0x2000 | RW, 0, MPUMAP_STEP_BASE, 32},
    {0, 0, MPUMAP_STEP_ORDER, 0},
    {0x2fc0 | NORMAL, 0, MPUMAP_STEP_LIMIT, 32},
    {0, 0, MPUMAP_STEP_SYNC, 0},
};

static void start_40(void)
{
    CHECK(mpumap_sim_init(&sim, MPUMAP_SIM_ARMV8R32_EL2, 40, 5));
    mpumap_sim_control(&sim, true, false);
    mpumap_sim_strict(&sim, true);
}

static void a_clobbered_selector_misdirects_the_window(void)
{
    start_40();
    sim.faults.clobber = 39u + 1u;
    mpumap_sim_play(&sim, slot_32, COUNT(slot_32));
    CHECK_EQ(sim.error.fault, MPUMAP_SIM_MISDIRECTED);
    CHECK_EQ(sim.error.slot, 32);
    CHECK_EQ(sim.error.other, 39);
    CHECK_EQ(sim.slots[39].base, 0x2000 | RW);
}

static void direct_registers_stand_a_clobbered_selector(void)
{
    start();
    sim.faults.clobber = 3u + 1u;
    begin();
    mpumap_sim_play(&sim, exchange, COUNT(exchange));
    CHECK(mpumap_sim_change_end(&sim));
}

static void save_and_restore(void *ctx, struct mpumap_sim *now)
{
    const uint8_t saved = mpumap_sim_selector(now);
    (void)ctx;
    mpumap_sim_set_selector(now, 7);
    mpumap_sim_set_selector(now, saved);
}

static void a_handler_that_restores_the_selector(void)
{
    start_40();
    sim.faults.between = save_and_restore;
    mpumap_sim_play(&sim, slot_32, COUNT(slot_32));
    CHECK_EQ(sim.counters.errors, 0);
    CHECK_EQ(mpumap_sim_selector(&sim), 32);
    CHECK(mpumap_sim_access(&sim, 'r', 0x2fff, MPUMAP_SIM_OWNER).allow);
}

/* Snapshots */

static void a_copy_is_a_snapshot(void)
{
    start();
    mpumap_sim_play(&sim, exchange, 3);
    snapshot = sim;
    mpumap_sim_play(&sim, sequence, COUNT(sequence));
    sim = snapshot;
    mpumap_sim_play(&sim, exchange + 3, COUNT(exchange) - 3u);
    CHECK_EQ(sim.slots[0].limit, 0x1fc0 | (NORMAL & ~1u));
    CHECK_EQ(mpumap_sim_bitmap(&sim), 6);
    CHECK_EQ(sim.counters.steps, COUNT(exchange));
}

static const struct tap_case cases[] = {
    TAP_CASE(stopped_after_any_step),
    TAP_CASE(a_stop_in_a_gap_shows_it),
    TAP_CASE(a_stop_lasts_until_cleared),
    TAP_CASE(an_interrupt_between_any_two_steps),
    TAP_CASE(an_interrupt_in_a_gap_sees_it),
    TAP_CASE(a_clobbered_selector_misdirects_the_window),
    TAP_CASE(direct_registers_stand_a_clobbered_selector),
    TAP_CASE(a_handler_that_restores_the_selector),
    TAP_CASE(a_copy_is_a_snapshot),
};
TAP_MAIN(cases)
