/* SPDX-License-Identifier: MIT */
/* The steps by which one slot changes, one by one, as mpumap_port.h describes them. */
#include "fixture.h"

#include "tap.h"

#include <string.h>

static struct fixture f;
static struct mpumap_port port;
static struct mpumap_step steps[64];
static unsigned count;

#define OK(op) CHECK_STR(NAME(op), "ok")

static void apply(void *ctx, const struct mpumap_step *step)
{
    if (count < sizeof steps / sizeof steps[0]) {
        steps[count] = *step;
    }
    count++;
    mpumap_sim_port.apply(ctx, step);
}

/* The map has the slots from `first` on. */
static void start_policy(enum mpumap_sim_target target, uint8_t first, enum mpumap_policy policy)
{
    port = mpumap_sim_port;
    port.apply = apply;
    fixture_prepare(&f, target, (target == MPUMAP_SIM_ARMV8M) ? 16 : 40, policy);
    f.config.port = &port;
    OK(mpumap_init(&f.map, &f.config));
    for (uint8_t s = 0; s < first; s++) {
        OK(mpumap_reserve(&f.map, s));
    }
    count = 0;
}

static void start(enum mpumap_sim_target target, uint8_t first)
{
    start_policy(target, first, MPUMAP_EXACT);
}

static void is_step(unsigned i, enum mpumap_step_kind kind, uint8_t slot)
{
    CHECK_EQ(steps[i].kind, kind);
    CHECK_EQ(steps[i].slot, slot);
}

/* Slot 6 of M is in the bank that begins at 4; slot 37 of R52 is a bank of its own. */
static void a_region_beyond_the_direct_registers(void)
{
    start(MPUMAP_SIM_ARMV8M, 6);
    OK(do_map(&f, 0, 3, RW));
    CHECK_EQ(count, 5);
    is_step(0, MPUMAP_STEP_SELECT, 4);
    CHECK_EQ(steps[0].value, 4);
    is_step(1, MPUMAP_STEP_BASE, 6);
    CHECK_EQ(steps[2].kind, MPUMAP_STEP_ORDER);
    is_step(3, MPUMAP_STEP_LIMIT, 6);
    CHECK_EQ(steps[4].kind, MPUMAP_STEP_SYNC);
    CHECK_EQ(mpumap_cost(&f.map)->writes, 3);
    CHECK_EQ(mpumap_cost(&f.map)->barriers, 2);
    start(MPUMAP_SIM_ARMV8R32_EL2, 37);
    OK(do_map(&f, 0, 3, RW));
    CHECK_EQ(count, 6);
    is_step(0, MPUMAP_STEP_SELECT, 37);
    CHECK_EQ(steps[0].value, 37);
    CHECK_EQ(steps[1].kind, MPUMAP_STEP_ISB);
    is_step(2, MPUMAP_STEP_BASE, 37);
    is_step(4, MPUMAP_STEP_LIMIT, 37);
    CHECK_EQ(mpumap_cost(&f.map)->writes, 3);
    CHECK_EQ(mpumap_cost(&f.map)->barriers, 3);
    CHECK(sound(&f));
}

/* The last direct slot needs no selector. */
static void a_region_in_the_last_direct_register(void)
{
    start(MPUMAP_SIM_ARMV8R32_EL2, 31);
    OK(do_map(&f, 0, 3, RW));
    CHECK_EQ(count, 4);
    is_step(0, MPUMAP_STEP_BASE, 31);
    CHECK_EQ(steps[1].kind, MPUMAP_STEP_ORDER);
    is_step(2, MPUMAP_STEP_LIMIT, 31);
    CHECK_EQ(steps[3].kind, MPUMAP_STEP_SYNC);
}

/* The same range again finds its base in place: one write, and nothing to order. */
static void one_register_needs_no_order(void)
{
    start(MPUMAP_SIM_ARMV8R32_EL2, 0);
    OK(do_map(&f, 0, 3, RW));
    OK(do_unmap(&f, 0, 3));
    count = 0;
    OK(do_map(&f, 0, 3, RW));
    CHECK_EQ(count, 2);
    is_step(0, MPUMAP_STEP_LIMIT, 0);
    CHECK_EQ(steps[1].kind, MPUMAP_STEP_SYNC);
    count = 0;
    OK(do_protect(&f, 0, 3, RO));
    CHECK_EQ(count, 2);
    is_step(0, MPUMAP_STEP_BASE, 0);
    CHECK_EQ(steps[1].kind, MPUMAP_STEP_SYNC);
    CHECK(sound(&f));
}

/* Both registers of a region change; under whole one after the other. */
static void regrade(mpumap_attr_t from, mpumap_attr_t to, const char *expected)
{
    static const char *const kinds[] = {"select", "base",  "limit", "bitmap",
                                        "isb",    "order", "sync"};
    char text[64] = "";

    start_policy(MPUMAP_SIM_ARMV8R32_EL2, 0, MPUMAP_WHOLE);
    OK(do_map(&f, 0, 3, from));
    count = 0;
    OK(do_protect(&f, 0, 3, to));
    for (unsigned i = 0; i < count && i < 8; i++) {
        (void)strcat(strcat(text, i == 0 ? "" : " "), kinds[steps[i].kind]);
    }
    CHECK_STR(text, expected);
    CHECK(sound(&f));
}

/* Executable device memory is not made, not for an instant; nothing else needs an order. */
static void two_registers_of_one_range(void)
{
    const mpumap_attr_t device_ro = MPUMAP_RO | MPUMAP_DEVICE_NGNRNE;

    regrade(RX, DEV, "base order limit sync");
    regrade(DEV, RX, "limit order base sync");
    regrade(RX, device_ro, "base order limit sync");
    regrade(device_ro, RX, "limit order base sync");
    regrade(RW, DEV, "base limit sync");
    regrade(DEV, RW, "base limit sync");
    regrade(DEV, device_ro, "base limit sync");
    regrade(RX, RW | MPUMAP_NORMAL_WT, "base limit sync");
    regrade(RW | MPUMAP_NORMAL_NC, RX, "base limit sync");
    regrade(RX, RO | MPUMAP_NORMAL_NC, "base limit sync");
}

static uint32_t state;

static unsigned pick(unsigned below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

static void any_operation(void)
{
    static const mpumap_attr_t attrs[] = {RW, RO, RX, DEV};
    const unsigned first = pick(14);
    const unsigned last = first + pick(6);
    const mpumap_attr_t attr = attrs[pick(4)];

    switch (pick(5)) {
    case 0:
    case 1:
        (void)!do_map(&f, first, last, attr);
        break;
    case 2:
        (void)!do_protect(&f, first, last, attr);
        break;
    default:
        (void)!do_unmap(&f, first, last);
        break;
    }
}

/* All writes are visible at the end of a change, whatever it took: a SYNC is its last step, and
 * only that. */
static void every_change_ends_with_a_sync(void)
{
    for (unsigned k = 0; k < 4; k++) {
        start((k & 1u) != 0 ? MPUMAP_SIM_ARMV8R32_EL1 : MPUMAP_SIM_ARMV8R32_EL2, 34);
        state = 1;
        for (unsigned i = 0; i < 2000 && !tap_failed(); i++) {
            const bool batch = k >= 2;

            count = 0;
            if (batch) {
                OK(mpumap_begin(&f.map));
                any_operation();
            }
            any_operation();
            if (batch) {
                (void)!mpumap_commit(&f.map);
            }
            CHECK(count <= sizeof steps / sizeof steps[0]);
            for (unsigned n = 0; n < count; n++) {
                CHECK((steps[n].kind == MPUMAP_STEP_SYNC) == (n + 1u == count));
            }
        }
        CHECK(sound(&f));
    }
}

static const struct tap_case cases[] = {
    TAP_CASE(a_region_beyond_the_direct_registers), TAP_CASE(a_region_in_the_last_direct_register),
    TAP_CASE(one_register_needs_no_order),          TAP_CASE(two_registers_of_one_range),
    TAP_CASE(every_change_ends_with_a_sync),
};
TAP_MAIN(cases)
