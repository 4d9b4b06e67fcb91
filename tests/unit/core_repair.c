/* SPDX-License-Identifier: MIT */
/*
 * Registers that differ from the table: verify finds them, repair writes them again. Every single
 * bit of every register is flipped, then pairs of bits, then whole registers at random. The
 * simulator is strict and watches the change: from what the registers allow to what the map says,
 * no new overlap (R1), nothing that neither allows (R2), no loss of what a slot held as it should,
 * unless both of its registers are wrong (R3), and as many bytes lost as mpumap_cost says (R4).
 */
#include "fixture.h"

#include "tap.h"

#include <string.h>

#define OK(op) CHECK_STR(NAME(op), "ok")
#define SLOTS 8u

static struct fixture f;
static struct mpumap_sim_change change;

/* What the registers of the first `count` slots allow, in address order. False: two overlap, or one
 * cannot be said in attributes; then there is no old map to watch against. */
static bool areas_of(const struct mpumap_pair *pairs, unsigned count, struct mpumap_sim_area *out,
                     size_t *n)
{
    const mpumap_addr_t low = ((mpumap_addr_t)1u << f.map.limits.granule_shift) - 1u;

    *n = 0;
    for (unsigned s = 0; s < count; s++) {
        struct mpumap_sim_area a = {pairs[s].base & ~low, pairs[s].limit | low, 0};
        size_t at = *n;
        if ((pairs[s].limit & MPUMAP_LIMIT_ENABLE) == 0 || a.base > a.limit) {
            continue;
        }
        if (!f.config.port->decode(f.config.port_ctx, &pairs[s], &a.attr)) {
            return false;
        }
        while (at > 0 && out[at - 1].base > a.base) {
            out[at] = out[at - 1];
            at--;
        }
        out[at] = a;
        (*n)++;
    }
    for (size_t i = 1; i < *n; i++) {
        if (out[i].base <= out[i - 1].limit) {
            return false;
        }
    }
    return *n == 0 || out[*n - 1].limit <= ((f.map.limits.address_bits == 32)
                                                ? (mpumap_addr_t)0xffffffffu
                                                : (mpumap_addr_t)0xffffffffffffu);
}

static struct mpumap_pair right[SLOTS];

static void start(enum mpumap_sim_target target, enum mpumap_policy policy)
{
    fixture_start(&f, target, SLOTS, policy);
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 10, 19, RX));
    OK(do_map(&f, 32, 63, DEV));
    OK(do_map(&f, 64, 64, RO));
    OK(do_map(&f, 70, 71, RO));
    OK(do_unmap(&f, 70, 71));
    OK(mpumap_reserve(&f.map, SLOTS - 1u));
    OK(mpumap_verify(&f.map));
    for (uint8_t s = 0; s < SLOTS; s++) {
        mpumap_sim_get(&f.sim, s, &right[s]);
    }
}

/* The bytes of a slot one of whose registers, or none, is wrong: never lost. Else nothing. */
static struct mpumap_pair own_bytes(const struct mpumap_pair *now, const struct mpumap_pair *next)
{
    struct mpumap_pair p = *next;

    if ((now->base != next->base && now->limit != next->limit) ||
        (now->limit & MPUMAP_LIMIT_ENABLE) == 0) {
        p.limit = 0;
    } else {
        p.base = (now->base > p.base) ? now->base : p.base;
        p.limit = (now->limit < p.limit) ? now->limit : p.limit;
    }
    return p;
}

static unsigned watched;
static unsigned unwatched;

/* Registers are `now`; the map is what start() made. */
static void repair(struct mpumap_pair *now)
{
    struct mpumap_pair wanted[SLOTS];
    static struct mpumap_sim_area before[SLOTS];
    static struct mpumap_sim_area after[SLOTS];
    static struct mpumap_sim_area held[SLOTS];
    struct mpumap_sim_areas old = {before, 0};
    struct mpumap_sim_areas new = {after, 0};
    struct mpumap_sim_areas live = {held, 0};
    bool differ = false;
    struct mpumap_pair kept[SLOTS];

    for (uint8_t s = 0; s < SLOTS; s++) {
        const bool free_slot = (right[s].limit & MPUMAP_LIMIT_ENABLE) == 0;
        mpumap_sim_set(&f.sim, s, &now[s]);
        mpumap_sim_get(&f.sim, s, &now[s]); /* without the bits that do not exist */
        wanted[s] = (s < SLOTS - 1u) ? right[s] : now[s];
        kept[s] = own_bytes(&now[s], &wanted[s]);
        if (s < SLOTS - 1u) {
            differ = differ || (!free_slot &&
                                (now[s].base != right[s].base || now[s].limit != right[s].limit));
            differ = differ ||
                     (now[s].limit & MPUMAP_LIMIT_ENABLE) != (right[s].limit & MPUMAP_LIMIT_ENABLE);
        }
    }
    mpumap_sim_clear(&f.sim);
    OK(mpumap_check(&f.map));
    CHECK(!differ || mpumap_verify(&f.map) == MPUMAP_CORRUPT);
    (void)areas_of(kept, SLOTS, held, &live.count);
    const bool watch =
        areas_of(now, SLOTS, before, &old.count) && areas_of(wanted, SLOTS, after, &new.count);
    if (watch) {
        mpumap_sim_change_begin(&f.sim, &change, old, new, live);
        watched++;
    } else {
        unwatched++;
    }
    OK(mpumap_repair(&f.map));
    if (watch) {
        CHECK(mpumap_sim_change_end(&f.sim));
        CHECK(change.gap == mpumap_cost(&f.map)->gap);
        if (f.sim.error.fault != MPUMAP_SIM_NO_FAULT) {
            mpumap_sim_describe(&f.sim, f.text, sizeof f.text);
            tap_note(f.text);
        }
    }
    CHECK_EQ(f.sim.counters.selects + f.sim.counters.regions, mpumap_cost(&f.map)->writes);
    CHECK_EQ(mpumap_sim_barriers(&f.sim), mpumap_cost(&f.map)->barriers);
    CHECK(!f.sim.counters.bitmaps);
    CHECK(f.sim.pending_count == 0);
    mpumap_sim_clear(&f.sim);
    OK(mpumap_verify(&f.map));
    for (uint8_t s = 0; s < SLOTS; s++) {
        struct mpumap_pair p;
        mpumap_sim_get(&f.sim, s, &p);
        if (s == SLOTS - 1u) {
            CHECK(p.base == now[s].base && p.limit == now[s].limit);
        } else if ((right[s].limit & MPUMAP_LIMIT_ENABLE) != 0) {
            CHECK(p.base == right[s].base && p.limit == right[s].limit);
        } else {
            CHECK((p.limit & MPUMAP_LIMIT_ENABLE) == 0);
        }
    }
    OK(mpumap_repair(&f.map));
    CHECK_EQ(mpumap_cost(&f.map)->writes, 0);
    CHECK_EQ(mpumap_cost(&f.map)->barriers, 0);
    CHECK_EQ(f.sim.counters.steps, 0);
}

static const enum mpumap_sim_target targets[] = {
    MPUMAP_SIM_ARMV8R32_EL1, MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_SIM_ARMV8M,
#if MPUMAP_ADDR_BITS == 64
    MPUMAP_SIM_ARMV8R64_EL1, MPUMAP_SIM_ARMV8R64_EL2,
#endif
};
#define TARGETS (sizeof targets / sizeof targets[0])
#define BITS (2u * MPUMAP_ADDR_BITS)

static void flip(struct mpumap_pair *pairs, unsigned slot, unsigned bit)
{
    const mpumap_reg_t one = (mpumap_reg_t)1 << (bit % MPUMAP_ADDR_BITS);

    if (bit < MPUMAP_ADDR_BITS) {
        pairs[slot].base ^= one;
    } else {
        pairs[slot].limit ^= one;
    }
}

static void every_bit(void)
{
    for (unsigned t = 0; t < 2u * TARGETS; t++) {
        start(targets[t / 2u], (t % 2u == 0) ? MPUMAP_EXACT : MPUMAP_WHOLE);
        for (unsigned slot = 0; slot < SLOTS; slot++) {
            for (unsigned bit = 0; bit < BITS && !tap_failed(); bit++) {
                struct mpumap_pair now[SLOTS];
                memcpy(now, right, sizeof now);
                flip(now, slot, bit);
                repair(now);
            }
        }
        /* The map goes on as if nothing had happened. */
        OK(do_unmap(&f, 10, 19));
        OK(do_map(&f, 70, 71, RX));
        CHECK_STR(access_of(&f, 70), "rx");
        CHECK_STR(access_of(&f, 10), "");
        CHECK(sound(&f));
    }
    tap_note_number("watched", watched);
    tap_note_number("overlapping or not expressible before", unwatched);
    CHECK(watched > 1000u && unwatched > 100u);
}

/* Two bits in one slot or in two: among them all the ways in which ranges can grow and shrink
 * across each other. Address bits near the ranges, permissions, types and the enable bits. */
static void every_pair_of_bits(void)
{
    static const unsigned bits[] = {1,
                                    2,
                                    3,
                                    6,
                                    7,
                                    8,
                                    9,
                                    10,
                                    11,
                                    12,
                                    MPUMAP_ADDR_BITS,
                                    MPUMAP_ADDR_BITS + 1,
                                    MPUMAP_ADDR_BITS + 6,
                                    MPUMAP_ADDR_BITS + 7,
                                    MPUMAP_ADDR_BITS + 8,
                                    MPUMAP_ADDR_BITS + 9,
                                    MPUMAP_ADDR_BITS + 10,
                                    MPUMAP_ADDR_BITS + 11,
                                    MPUMAP_ADDR_BITS + 12};
    const unsigned n = sizeof bits / sizeof bits[0];

    for (unsigned t = 0; t < TARGETS; t++) {
        start(targets[t], MPUMAP_EXACT);
        for (unsigned a = 0; a < n * 6u; a++) {
            for (unsigned b = a + 1u; b < n * 6u && !tap_failed(); b++) {
                struct mpumap_pair now[SLOTS];
                memcpy(now, right, sizeof now);
                flip(now, a / n, bits[a % n]);
                flip(now, b / n, bits[b % n]);
                repair(now);
            }
        }
    }
}

static void registers_at_random(void)
{
    uint64_t seed = tap_seed();
    const uint64_t rounds = tap_number("MPUMAP_OPS", 20000) / 10u;

    for (unsigned t = 0; t < TARGETS; t++) {
        start(targets[t], MPUMAP_EXACT);
        for (uint64_t i = 0; i < rounds && !tap_failed(); i++) {
            struct mpumap_pair now[SLOTS];
            memcpy(now, right, sizeof now);
            for (unsigned s = 0; s < SLOTS - 1u; s++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                const unsigned r = (unsigned)(seed >> 33);
                if ((r & 3u) == 0) {
                    now[s].base = BASE((r >> 4) % 80u) | (right[s].base & 0x3fu);
                }
                if ((r & 12u) == 0) {
                    now[s].limit =
                        BASE((r >> 12) % 80u) | (right[s].limit & 0x3eu) | ((r >> 20) & 1u);
                }
            }
            repair(now);
        }
    }
}

static void a_slot_both_of_whose_registers_are_wrong(void)
{
    struct mpumap_pair now[SLOTS];

    start(MPUMAP_SIM_ARMV8R32_EL1, MPUMAP_EXACT);
    memcpy(now, right, sizeof now);
    const uint8_t slot = slot_of(&f, 32);
    now[slot].base = BASE(30) | (right[slot].base & 63u);
    now[slot].limit = BASE(61) | (right[slot].limit & 63u);
    mpumap_sim_set(&f.sim, slot, &now[slot]);
    mpumap_sim_clear(&f.sim);
    OK(mpumap_repair(&f.map));
    CHECK_EQ(mpumap_cost(&f.map)->writes, 3);
    CHECK_EQ(mpumap_cost(&f.map)->barriers, 3);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 30 * 64);
}

/* 0 to 9 has lost its upper half, 32 to 63 reaches down into it: what grows must wait for what
 * shrinks, though its own slot comes first. */
static void what_shrinks_comes_before_what_grows(void)
{
    struct mpumap_pair now[SLOTS];

    start(MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_EXACT);
    CHECK(slot_of(&f, 0) < slot_of(&f, 32));
    OK(do_unmap(&f, 10, 19));
    for (uint8_t s = 0; s < SLOTS; s++) {
        mpumap_sim_get(&f.sim, s, &right[s]);
    }
    memcpy(now, right, sizeof now);
    now[slot_of(&f, 0)].limit = BASE(3) | (right[slot_of(&f, 0)].limit & 63u);
    now[slot_of(&f, 32)].base = BASE(6) | (right[slot_of(&f, 32)].base & 63u);
    repair(now);
    CHECK(f.sim.error.fault == MPUMAP_SIM_NO_FAULT);
}

/* Granules 20 and 21 are as they should be, but by the slot of 10 to 19: there is no keeping them.
 */
static void bytes_that_another_slot_holds(void)
{
    struct mpumap_pair now[SLOTS];

    start(MPUMAP_SIM_ARMV8R32_EL1, MPUMAP_WHOLE);
    OK(do_map(&f, 20, 29, RX));
    for (uint8_t s = 0; s < SLOTS; s++) {
        mpumap_sim_get(&f.sim, s, &right[s]);
    }
    memcpy(now, right, sizeof now);
    now[slot_of(&f, 10)].limit = BASE(21) | (right[slot_of(&f, 10)].limit & 63u);
    now[slot_of(&f, 20)].base = BASE(22) | (right[slot_of(&f, 20)].base & 63u);
    for (uint8_t s = 0; s < SLOTS; s++) {
        mpumap_sim_set(&f.sim, s, &now[s]);
    }
    mpumap_sim_clear(&f.sim);
    OK(mpumap_repair(&f.map));
    CHECK_EQ(mpumap_cost(&f.map)->writes, 2);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 2 * 64);
    CHECK(sound(&f));
}

/* One register of a slot that grows is one write, with nothing to order; the wait at its end
 * remains. */
static void one_register_that_grows_needs_no_order(void)
{
    struct mpumap_pair now;

    start(MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_EXACT);
    now = right[slot_of(&f, 32)];
    now.base = BASE(40) | (now.base & 63u);
    mpumap_sim_set(&f.sim, slot_of(&f, 32), &now);
    mpumap_sim_clear(&f.sim);
    OK(mpumap_repair(&f.map));
    CHECK_EQ(mpumap_cost(&f.map)->writes, 1);
    CHECK_EQ(mpumap_cost(&f.map)->barriers, 1);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 0);
    CHECK(sound(&f));
}

/* Neither registers beyond the map nor what stands behind its storage is read or written. */
static void slots_beyond_the_map(void)
{
    struct mpumap_pair now;
    struct mpumap_pair beyond;
    struct mpumap_entry behind;

    fixture_prepare(&f, MPUMAP_SIM_ARMV8R32_EL2, 16, MPUMAP_EXACT);
    f.config.regions = 2;
    OK(mpumap_init(&f.map, &f.config));
    OK(do_map(&f, 0, 9, RW));
    OK(do_map(&f, 20, 29, RW));
    mpumap_sim_get(&f.sim, 0, &now);
    f.table[2] = f.table[0];
    f.table[2].limit = BASE(4) | (now.limit & 63u);
    behind = f.table[2];
    f.scratch[2] = now;
    beyond = now;
    beyond.limit &= ~(mpumap_reg_t)1u;
    mpumap_sim_set(&f.sim, 2, &beyond);
    now.base = BASE(2) | (now.base & 63u);
    now.limit = BASE(11) | (now.limit & 63u);
    mpumap_sim_set(&f.sim, 0, &now);
    now = f.scratch[2];
    mpumap_sim_clear(&f.sim);
    OK(mpumap_repair(&f.map));
    CHECK_EQ(mpumap_cost(&f.map)->writes, 3);
    CHECK_EQ(mpumap_cost(&f.map)->gap, 8 * 64);
    CHECK(memcmp(&f.table[2], &behind, sizeof behind) == 0);
    CHECK(memcmp(&f.scratch[2], &now, sizeof now) == 0);
    mpumap_sim_get(&f.sim, 2, &now);
    CHECK(now.base == beyond.base && now.limit == beyond.limit);
    CHECK(sound(&f));
}

static void registers_that_were_never_written(void)
{
    fixture_exact(&f);
    mpumap_sim_clear(&f.sim);
    OK(mpumap_verify(&f.map));
    OK(mpumap_repair(&f.map)); /* reset left junk, but nothing enabled */
    CHECK_EQ(f.sim.counters.steps, 0);
    OK(do_map(&f, 0, 3, RW));
    CHECK_STR(access_of(&f, 3), "rw");
    CHECK(sound(&f));
}

static void stale_registers_count(void)
{
    struct mpumap_pair p;

    start(MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_EXACT);
    OK(do_map(&f, 70, 71, RO));
    const uint8_t slot = slot_of(&f, 70);
    OK(do_unmap(&f, 70, 71));
    mpumap_sim_get(&f.sim, slot, &p);
    p.base ^= 64u;
    mpumap_sim_set(&f.sim, slot, &p);
    CHECK_STR(NAME(mpumap_verify(&f.map)), "corrupt");
    CHECK_EQ(mpumap_why(&f.map)->slot, slot);
    mpumap_sim_clear(&f.sim);
    OK(mpumap_repair(&f.map));
    CHECK_EQ(f.sim.counters.steps, 0); /* the map knows now */
    OK(do_map(&f, 70, 71, RO));
    CHECK_STR(access_of(&f, 70), "r");
    CHECK_STR(access_of(&f, 71), "r");
    CHECK(sound(&f));
}

static void refusals(void)
{
    struct mpumap_pair p = {0, 0};
    const struct mpumap_sim_counters none = {0};

    start(MPUMAP_SIM_ARMV8R32_EL2, MPUMAP_EXACT);
    mpumap_sim_set(&f.sim, slot_of(&f, 0), &p);
    mpumap_sim_clear(&f.sim);
    OK(mpumap_begin(&f.map));
    CHECK_STR(NAME(mpumap_repair(&f.map)), "state");
    CHECK_STR(NAME(mpumap_commit(&f.map)), "state");
    f.spans[0].refs = 0;
    CHECK_STR(NAME(mpumap_repair(&f.map)), "corrupt");
    CHECK_STR(NAME((enum mpumap_result)mpumap_why(&f.map)->result), "corrupt");
    f.spans[0].refs = 1;
    CHECK(memcmp(&f.sim.counters, &none, sizeof none) == 0);
    OK(mpumap_repair(&f.map));
    CHECK_STR(access_of(&f, 0), "rw");
    if (MPUMAP_CHECKED != 0) {
        CHECK_STR(NAME(mpumap_repair(NULL)), "state");
    }
}

static const struct tap_case cases[] = {
    TAP_CASE(every_bit),
    TAP_CASE(every_pair_of_bits),
    TAP_CASE(registers_at_random),
    TAP_CASE(a_slot_both_of_whose_registers_are_wrong),
    TAP_CASE(what_shrinks_comes_before_what_grows),
    TAP_CASE(bytes_that_another_slot_holds),
    TAP_CASE(one_register_that_grows_needs_no_order),
    TAP_CASE(slots_beyond_the_map),
    TAP_CASE(registers_that_were_never_written),
    TAP_CASE(stale_registers_count),
    TAP_CASE(refusals),
};
TAP_MAIN(cases)
