/* SPDX-License-Identifier: MIT */
/*
 * Every single bit of a map is flipped, one at a time: of the structure, of each entry of the
 * table, each span, each pending span, each locked and live range. The table below says of each
 * field what has to become of it; docs/assurance.md says the same to people. All storage is
 * allocated exactly, so that a sanitizer sees a read outside.
 */
#include "fixture.h"

#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK(op) CHECK_STR(NAME(op), "ok")

enum fate {
    FOUND,    /* check says corrupt (of the magic number: state) */
    ONCE,     /* stands in one place only: check may find nothing; it must come back */
    HARMLESS, /* if check finds nothing, the map behaves as if nothing had happened */
    REGISTER  /* what the registers hold: check or verify, but for slots that others own */
};

struct field {
    const char *name;
    size_t at;
    size_t size;
    enum fate closed; /* no transaction is open */
    enum fate open;
};

#define F(type, member, closed, open)                                                              \
    {                                                                                              \
#type "." #member, offsetof(struct type, member), sizeof(((struct type *)0)->member),      \
            closed, open                                                                           \
    }

static const struct field map_fields[] = {
    F(mpumap, magic, FOUND, FOUND),
    F(mpumap, seal, FOUND, FOUND),
    F(mpumap, port, FOUND, FOUND),
    F(mpumap, port_ctx, FOUND, FOUND),
    F(mpumap, table, FOUND, FOUND),
    F(mpumap, scratch, FOUND, FOUND),
    F(mpumap, spans, FOUND, FOUND),
    F(mpumap, pending, FOUND, FOUND),
    F(mpumap, ranges, FOUND, FOUND),
    F(mpumap, why.base, HARMLESS, HARMLESS),
    F(mpumap, why.limit, HARMLESS, HARMLESS),
    F(mpumap, why.present, HARMLESS, HARMLESS),
    F(mpumap, why.wanted, HARMLESS, HARMLESS),
    F(mpumap, why.result, HARMLESS, HARMLESS),
    F(mpumap, why.slot, HARMLESS, HARMLESS),
    F(mpumap, why.attribute, HARMLESS, HARMLESS),
    F(mpumap, cost.gap, HARMLESS, HARMLESS),
    F(mpumap, cost.writes, HARMLESS, HARMLESS),
    F(mpumap, cost.barriers, HARMLESS, HARMLESS),
    F(mpumap, limits.regions, FOUND, FOUND),
    F(mpumap, limits.address_bits, FOUND, FOUND),
    F(mpumap, limits.granule_shift, FOUND, FOUND),
    F(mpumap, limits.direct, FOUND, FOUND),
    F(mpumap, limits.bank, FOUND, FOUND),
    F(mpumap, limits.bitmap, FOUND, FOUND),
    F(mpumap, limits.selector_isb, FOUND, FOUND),
    F(mpumap, limits.lower_el1, FOUND, FOUND),
    F(mpumap, regions, FOUND, FOUND),
    F(mpumap, span_count, FOUND, FOUND),
    F(mpumap, span_capacity, FOUND, FOUND),
    F(mpumap, pending_count, FOUND, ONCE),
    F(mpumap, pending_capacity, FOUND, FOUND),
    F(mpumap, refs_max, FOUND, FOUND),
    F(mpumap, lock_capacity, FOUND, FOUND),
    F(mpumap, live_capacity, FOUND, FOUND),
    F(mpumap, live_limit, FOUND, FOUND),
    F(mpumap, lock_count, ONCE, ONCE),
    F(mpumap, live_count, ONCE, ONCE),
    F(mpumap, saved_lock_count, HARMLESS, ONCE),
    F(mpumap, saved_live_count, HARMLESS, ONCE),
    F(mpumap, free_from, HARMLESS, HARMLESS),
    F(mpumap, policy, FOUND, FOUND),
    F(mpumap, allow_rwx, FOUND, FOUND),
    F(mpumap, in_tx, FOUND, FOUND),
    F(mpumap, waiting, FOUND, FOUND),
    F(mpumap, poison.base, HARMLESS, HARMLESS),
    F(mpumap, poison.limit, HARMLESS, HARMLESS),
    F(mpumap, poison.present, HARMLESS, HARMLESS),
    F(mpumap, poison.wanted, HARMLESS, HARMLESS),
    F(mpumap, poison.result, HARMLESS, ONCE),
    F(mpumap, poison.slot, HARMLESS, HARMLESS),
    F(mpumap, poison.attribute, HARMLESS, HARMLESS),
};

static const struct field entry_fields[] = {
    F(mpumap_entry, base, REGISTER, REGISTER),     F(mpumap_entry, limit, REGISTER, REGISTER),
    F(mpumap_entry, refs, FOUND, FOUND),           F(mpumap_entry, flags, FOUND, FOUND),
    F(mpumap_entry, link, HARMLESS, HARMLESS),     F(mpumap_entry, base_at, HARMLESS, HARMLESS),
    F(mpumap_entry, limit_at, HARMLESS, HARMLESS),
#if MPUMAP_ADDR_BITS == 64
    F(mpumap_entry, padding, HARMLESS, HARMLESS),
#endif
};

/* Counts under whole stand in the table too. */
static const struct field exact_fields[] = {
    F(mpumap_span, base, FOUND, FOUND), F(mpumap_span, limit, FOUND, FOUND),
    F(mpumap_span, refs, ONCE, ONCE),   F(mpumap_span, attr, FOUND, FOUND),
    F(mpumap_span, slot, FOUND, FOUND),
};
static const struct field whole_fields[] = {
    F(mpumap_span, base, FOUND, FOUND), F(mpumap_span, limit, FOUND, FOUND),
    F(mpumap_span, refs, FOUND, FOUND), F(mpumap_span, attr, FOUND, FOUND),
    F(mpumap_span, slot, FOUND, FOUND),
};
static const struct field pending_fields[] = {
    F(mpumap_span, base, FOUND, ONCE),  F(mpumap_span, limit, FOUND, ONCE),
    F(mpumap_span, refs, FOUND, ONCE),  F(mpumap_span, attr, FOUND, ONCE),
    F(mpumap_span, slot, FOUND, FOUND),
};
static const struct field range_fields[] = {
    F(mpumap_range, base, ONCE, ONCE),
    F(mpumap_range, limit, ONCE, ONCE),
};

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

/* ---- the maps ---- */

#define SLOTS 8u
#define SPANS 12u
#define LOCKS 4u
#define LIVES 4u

static struct fixture f;
static struct fixture whole_of; /* f, to come back to */

static struct {
    void *at;
    size_t size;
    unsigned char copy[4096];
} store[5];

static void *room(unsigned i, size_t size)
{
    free(store[i].at);
    store[i].at = malloc(size);
    store[i].size = size;
    if (store[i].at == NULL || size > sizeof store[i].copy) {
        abort();
    }
    memset(store[i].at, 0xa5, size);
    return store[i].at;
}

static void save(void)
{
    whole_of = f;
    for (unsigned i = 0; i < 5; i++) {
        memcpy(store[i].copy, store[i].at, store[i].size);
    }
}

static void restore(void)
{
    f = whole_of;
    for (unsigned i = 0; i < 5; i++) {
        memcpy(store[i].at, store[i].copy, store[i].size);
    }
}

static void start(enum mpumap_sim_target target, enum mpumap_policy policy)
{
    fixture_prepare(&f, target, SLOTS, policy);
    f.config.regions = SLOTS;
    f.config.table = room(0, SLOTS * sizeof *f.config.table);
    f.config.scratch = room(1, SLOTS * sizeof *f.config.scratch);
    f.config.span_capacity = SPANS;
    f.config.spans = room(2, SPANS * sizeof *f.config.spans);
    f.config.pending_capacity = SPANS;
    f.config.pending = room(3, SPANS * sizeof *f.config.pending);
    f.config.lock_capacity = LOCKS;
    f.config.live_capacity = LIVES;
    f.config.live_limit = LIVES - 1u;
    f.config.ranges = room(4, 2u * (LOCKS + LIVES) * sizeof *f.config.ranges);
    OK(mpumap_init(&f.map, &f.config));
}

/* Regions of several kinds, two counts in one, a free slot that was in use, one that never was, one
 * of others, a locked and two live ranges. */
static void fill(void)
{
    OK(do_map(&f, 0, 9, RW));
    if (f.config.policy == MPUMAP_EXACT) {
        OK(do_map(&f, 3, 4, RW));
    } else {
        OK(do_map(&f, 0, 9, RW));
    }
    OK(do_map(&f, 20, 29, RX));
    OK(do_map(&f, 40, 40, DEV));
    OK(do_map(&f, 50, 52, RO));
    OK(do_unmap(&f, 50, 52));
    OK(mpumap_reserve(&f.map, SLOTS - 1u));
    OK(do_lock(&f, 20, 29));
    OK(do_live(&f, 0, 9));
    OK(do_live(&f, 60, 61));
}

/* A merge that waits, where the hardware has no bitmap. */
static void wait_for_merge(void)
{
    OK(do_map(&f, 70, 71, RW));
    OK(do_map(&f, 73, 74, RW));
    OK(do_live(&f, 70, 74));
    OK(do_map(&f, 72, 72, RW));
}

static void open(void)
{
    OK(mpumap_begin(&f.map));
    OK(do_map(&f, 12, 13, RO));
    OK(do_unmap(&f, 40, 40));
    OK(do_unlive(&f, 60, 61));
    OK(mpumap_reserve(&f.map, SLOTS - 2u));
}

/* ---- what happens afterwards, to see whether a flip is harmless ---- */

static uint64_t sum;

static void mix(const void *data, size_t size)
{
    const unsigned char *p = data;

    for (size_t i = 0; i < size; i++) {
        sum = (sum ^ p[i]) * 0x100000001b3ULL;
    }
}

static void note(enum mpumap_result r)
{
    const unsigned char byte = (unsigned char)r;

    mix(&byte, 1);
}

static uint64_t afterwards(void)
{
    sum = 0xcbf29ce484222325ULL;
    if (f.map.in_tx) {
        note(mpumap_commit(&f.map));
    }
    note(do_map(&f, 80, 81, RW));
    note(do_map(&f, 82, 83, RO));
    note(do_unmap(&f, 3, 4));
    note(do_unmap(&f, 0, 9));
    note(do_unmap(&f, 20, 29));
    note(do_protect(&f, 80, 81, RX));
    note(mpumap_begin(&f.map));
    note(do_map(&f, 84, 84, RW));
    note(mpumap_commit(&f.map));
    note(mpumap_check(&f.map));
    mix(regions_of(&f), strlen(f.text));
    mix(spans_of(&f), strlen(f.text));
    for (uint8_t s = 0; s < SLOTS; s++) {
        struct mpumap_pair p;
        mpumap_sim_get(&f.sim, s, &p);
        mix(&p.base, sizeof p.base);
        mix(&p.limit, sizeof p.limit);
    }
    return sum;
}

/* ---- flipping ---- */

struct tally {
    unsigned flips;
    unsigned missed; /* by check */
    unsigned registers;
};
static struct tally tally;
static uint64_t expected;

static void bad(const struct field *field, size_t index, unsigned bit, const char *what)
{
    static char text[120];

    (void)snprintf(text, sizeof text, "%s of %u, bit %u: %s", field->name, (unsigned)index, bit,
                   what);
    tap_note(text);
    (void)CHECK(false);
}

/* A flip that check has not found. `owned`: by others. */
static void missed(const struct field *field, size_t index, unsigned bit, enum fate fate,
                   bool owned)
{
    tally.missed++;
    if (fate == FOUND) {
        bad(field, index, bit, "check found nothing");
    } else if (fate == REGISTER) {
        tally.registers++;
        if (!owned && mpumap_verify(&f.map) != MPUMAP_CORRUPT) {
            bad(field, index, bit, "verify found nothing");
        }
    } else if (fate == HARMLESS) {
        if (afterwards() != expected) {
            bad(field, index, bit, "it matters");
        }
    } else {
        /* stands once */
    }
}

static void flip(unsigned char *object, const struct field *field, size_t index, bool owned)
{
    const enum fate fate = whole_of.map.in_tx ? field->open : field->closed;

    for (unsigned bit = 0; bit < 8u * field->size && !tap_failed(); bit++) {
        object[field->at + bit / 8u] ^= (unsigned char)(1u << (bit % 8u));
        tally.flips++;
        const enum mpumap_result r = mpumap_check(&f.map);
        if (r == MPUMAP_OK) {
            missed(field, index, bit, fate, owned);
        } else if (r != MPUMAP_CORRUPT && !(r == MPUMAP_STATE && field == &map_fields[0])) {
            bad(field, index, bit, "check says something else");
        } else {
            /* found */
        }
        restore();
    }
}

static void flip_all(void *objects, size_t size, size_t count, const struct field *fields,
                     size_t field_count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < field_count; k++) {
            flip((unsigned char *)objects + i * size, &fields[k], i,
                 fields == entry_fields && i >= SLOTS - 2u);
        }
    }
}

#define FLIP(objects, count, fields)                                                               \
    flip_all((objects), sizeof *(objects), (count), (fields), COUNT(fields))

static void flip_map(void)
{
    struct mpumap *m = &f.map;

    OK(mpumap_check(m));
    OK(mpumap_verify(m));
    save();
    expected = afterwards();
    restore();
    FLIP(m, 1, map_fields);
    FLIP(f.config.table, SLOTS, entry_fields);
    if (f.config.policy == MPUMAP_EXACT) {
        FLIP(f.config.spans, m->span_count, exact_fields);
    } else {
        FLIP(f.config.spans, m->span_count, whole_fields);
    }
    FLIP(f.config.ranges, m->lock_count, range_fields);
    FLIP(f.config.ranges + LOCKS, m->live_count, range_fields);
    if (m->in_tx) {
        FLIP(f.config.pending, m->pending_count, pending_fields);
        FLIP(f.config.ranges + LOCKS + LIVES, m->saved_lock_count, range_fields);
        FLIP(f.config.ranges + 2u * LOCKS + LIVES, m->saved_live_count, range_fields);
    }
}

static void flip_target(enum mpumap_sim_target target)
{
    for (unsigned k = 0; k < 6 && !tap_failed(); k++) {
        const enum mpumap_policy policy = (k % 2u == 0) ? MPUMAP_EXACT : MPUMAP_WHOLE;

        if (k / 2u == 2u && policy == MPUMAP_WHOLE) {
            continue; /* nothing waits under whole */
        }
        start(target, policy);
        fill();
        if (k / 2u == 1u) {
            open();
        } else if (k / 2u == 2u) {
            wait_for_merge();
        } else {
            /* as it is */
        }
        memset(&tally, 0, sizeof tally);
        flip_map();
        (void)printf("# %s, %s: %u flips, check misses %u, %u of them in registers\n",
                     policy == MPUMAP_EXACT ? "exact" : "whole",
                     k / 2u == 0   ? "closed"
                     : k / 2u == 1 ? "open"
                                   : "a merge waits",
                     tally.flips, tally.missed, tally.registers);
        CHECK(tally.flips > 2000u);
    }
}

static void armv8r32_el1(void)
{
    flip_target(MPUMAP_SIM_ARMV8R32_EL1);
}

static void armv8r32_el2(void)
{
    flip_target(MPUMAP_SIM_ARMV8R32_EL2);
}

#if MPUMAP_ADDR_BITS == 64
static void armv8r64_el1(void)
{
    flip_target(MPUMAP_SIM_ARMV8R64_EL1);
}

static void armv8r64_el2(void)
{
    flip_target(MPUMAP_SIM_ARMV8R64_EL2);
}
#endif

static void armv8m(void)
{
    flip_target(MPUMAP_SIM_ARMV8M);
}

/* ---- the registers of regions in use: which bits check itself must find ---- */

/* Bits of an enabled region that mean something, by the manuals: DDI 0568A.c, E2.2; DDI 0600A.d,
 * G1.3; DDI 0553, D1.2. SH means nothing for Device memory (DDI 0487, B2), PXN nothing under XN. */
static void meaning(enum mpumap_sim_target target, bool device, uint64_t *base, uint64_t *limit)
{
    const bool r64 = target == MPUMAP_SIM_ARMV8R64_EL1 || target == MPUMAP_SIM_ARMV8R64_EL2;

    if (r64) {
        *base = device ? ~UINT64_C(0x30) : ~UINT64_C(0);
        *limit = ~UINT64_C(0x20);
    } else if (target == MPUMAP_SIM_ARMV8M) {
        *base = device ? ~UINT64_C(0x18) : ~UINT64_C(0);
        *limit = ~UINT64_C(0x10);
    } else {
        *base = device ? ~UINT64_C(0x38) : ~UINT64_C(0x20);
        *limit = ~UINT64_C(0x30);
    }
}

static void every_bit_with_a_meaning(void)
{
    for (unsigned t = 0; t < 5u; t++) {
        const enum mpumap_sim_target target = (enum mpumap_sim_target)t;

        if (MPUMAP_ADDR_BITS == 32 &&
            (target == MPUMAP_SIM_ARMV8R64_EL1 || target == MPUMAP_SIM_ARMV8R64_EL2)) {
            continue;
        }
        start(target, MPUMAP_EXACT);
        fill();
        for (unsigned granule = 0; granule <= 40; granule += 20) {
            struct mpumap_entry *e = &f.config.table[slot_of(&f, granule)];
            uint64_t base;
            uint64_t limit;
            meaning(target, granule == 40, &base, &limit);
            for (unsigned bit = 0; bit < MPUMAP_ADDR_BITS; bit++) {
                const mpumap_reg_t one = (mpumap_reg_t)1 << bit;
                e->base ^= one;
                CHECK((mpumap_check(&f.map) == MPUMAP_CORRUPT) || ((base >> bit) & 1u) == 0u);
                CHECK_STR(NAME(mpumap_verify(&f.map)), "corrupt");
                e->base ^= one;
                e->limit ^= one;
                CHECK((mpumap_check(&f.map) == MPUMAP_CORRUPT) || ((limit >> bit) & 1u) == 0u);
                CHECK_STR(NAME(mpumap_verify(&f.map)), "corrupt");
                e->limit ^= one;
            }
        }
        CHECK(sound(&f));
    }
}

static const struct tap_case cases[] = {
    TAP_CASE(armv8r32_el1), TAP_CASE(armv8r32_el2),
#if MPUMAP_ADDR_BITS == 64
    TAP_CASE(armv8r64_el1), TAP_CASE(armv8r64_el2),
#endif
    TAP_CASE(armv8m),       TAP_CASE(every_bit_with_a_meaning),
};
TAP_MAIN(cases)
