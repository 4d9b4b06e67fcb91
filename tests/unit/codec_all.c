/* SPDX-License-Identifier: MIT */
/*
 * Attributes, all of them, on every target: each of the 2^16 words that a caller can give, and each
 * value of the bits of the region registers that are no address. What is right comes from the
 * oracle's reading of the agreement and from `meaning` below, which reads registers by the layouts
 * of DDI 0568A.c, E2.2; DDI 0600A.d, G1.3; DDI 0553, D1.2.
 */
#include "port/armv8m/codec.h"
#include "port/armv8r32/codec.h"
#include "port/armv8r64/codec.h"

#include "fixture.h"
#include "oracle.h"

#include "tap.h"

#include <string.h>

#define NONE 0xffffu /* no attributes: not expressible */
#define WORDS 0x10000u

struct target {
    const char *name;
    enum mpumap_sim_target sim;
    void (*encode)(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                   struct mpumap_pair *out);
    bool (*decode)(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr);
    mpumap_attr_t lower;
    uint8_t width;      /* bits of an address */
    uint8_t granule;    /* log2 */
    uint8_t sh;         /* the lowest bit of each field of the base register */
    uint8_t ap;         /* AP[1]; AP[2] follows */
    uint8_t xn;         /* execute never */
    uint8_t base_odd;   /* bits of the base register that must be 0 */
    uint8_t limit_odd;  /* and of the limit register */
    uint8_t owner_xn;   /* limit register: no execution for the owning level alone */
    bool res0_up_to_63; /* the registers have bits above the address */
};

static const struct target targets[] = {
    {"armv8r32-el1", MPUMAP_SIM_ARMV8R32_EL1, mpumap_armv8r32_encode, mpumap_armv8r32_decode,
     MPUMAP_EL0, 32, 6, 3, 1, 0, 0, 0, 0, false},
    {"armv8r32-el2", MPUMAP_SIM_ARMV8R32_EL2, mpumap_armv8r32_encode, mpumap_armv8r32_decode,
     MPUMAP_EL1, 32, 6, 3, 1, 0, 0, 0, 0, false},
#if MPUMAP_ADDR_BITS == 64
    {"armv8r64-el1", MPUMAP_SIM_ARMV8R64_EL1, mpumap_armv8r64_encode, mpumap_armv8r64_decode,
     MPUMAP_EL0, 48, 6, 4, 2, 1, 1u, 0x10u, 0, true},
    {"armv8r64-el2", MPUMAP_SIM_ARMV8R64_EL2, mpumap_armv8r64_encode, mpumap_armv8r64_decode,
     MPUMAP_EL1, 48, 6, 4, 2, 1, 1u, 0x10u, 0, true},
#endif
    {"armv8m", MPUMAP_SIM_ARMV8M, mpumap_armv8m_encode, mpumap_armv8m_decode, MPUMAP_EL0, 32, 5, 3,
     1, 0, 0, 0, 0x10u, false},
};
#define TARGETS (sizeof targets / sizeof targets[0])

static struct fixture f;

static mpumap_addr_t top_of(const struct target *t)
{
    return (mpumap_addr_t)(((uint64_t)1 << t->width) - 1u);
}

static mpumap_addr_t inside_granule(const struct target *t)
{
    return ((mpumap_addr_t)1 << t->granule) - 1u;
}

/* The rule of the agreement; the lower level as `lower`. */
static bool legal(mpumap_attr_t attr, mpumap_attr_t lower, bool allow_rwx)
{
    const struct oracle_rules rules = {.lower = lower, .allow_rwx = allow_rwx};

    return oracle_attr_ok(&rules, attr);
}

/* The attributes of a pair of registers, with MPUMAP_EL1 for the lower level, or NONE. */
static unsigned meaning(const struct target *t, const struct mpumap_pair *p)
{
    static const uint16_t types[8] = {
        MPUMAP_DEVICE_NGNRNE, MPUMAP_NORMAL_NC, MPUMAP_NORMAL_WT, NONE, MPUMAP_DEVICE, NONE, NONE,
        MPUMAP_NORMAL};
    static const uint16_t shares[4] = {MPUMAP_SHARE_NON, NONE, MPUMAP_SHARE_OUTER,
                                       MPUMAP_SHARE_INNER};
    const unsigned type = types[(p->limit >> 1) & 7u];
    unsigned share = shares[(p->base >> t->sh) & 3u];
    const unsigned ap = (unsigned)(p->base >> t->ap) & 3u;
    const bool execute = ((p->base >> t->xn) & 1u) == 0;
    const bool cacheable = type == MPUMAP_NORMAL || type == MPUMAP_NORMAL_WT;

    if (type == NONE || share == NONE || (p->base & t->base_odd) != 0 ||
        (p->limit & t->limit_odd) != 0 || ((p->limit & t->owner_xn) != 0 && execute)) {
        return NONE;
    }
    if (execute && (type == MPUMAP_DEVICE || type == MPUMAP_DEVICE_NGNRNE)) {
        return NONE;
    }
    share = cacheable ? share : MPUMAP_SHARE_OUTER;
    return type | share | (((ap & 2u) == 0) ? MPUMAP_WRITE : 0) |
           (((ap & 1u) != 0) ? MPUMAP_EL1 : 0) | (execute ? MPUMAP_EXEC : 0);
}

/* A map with one slot for regions, which nothing is in. */
static void start(const struct target *t, bool allow_rwx)
{
    fixture_prepare(&f, t->sim, 1, MPUMAP_WHOLE);
    f.config.allow_rwx = allow_rwx;
    CHECK_EQ(mpumap_init(&f.map, &f.config), MPUMAP_OK);
    mpumap_sim_clear(&f.sim);
}

/* --- every word that a caller can give --- */

/* The only region is [base, limit] with the attributes of a word, in the map and in the MPU. */
static void holds(const struct target *t, mpumap_addr_t base, mpumap_addr_t limit, unsigned word)
{
    const mpumap_attr_t wanted = oracle_canonical((mpumap_attr_t)word);
    const unsigned stored =
        ((word & MPUMAP_LOWER_MASK) != 0) ? (wanted & ~MPUMAP_LOWER_MASK) | MPUMAP_EL1 : wanted;
    struct mpumap_region region = {0, 0, 0, 0, 0};
    struct mpumap_pair pair;

    CHECK(mpumap_query(&f.map, base, &region));
    CHECK_EQ(region.attr, wanted);
    CHECK_EQ(region.base, base);
    CHECK_EQ(region.limit, limit);
    mpumap_sim_get(&f.sim, 0, &pair);
    CHECK_EQ(meaning(t, &pair), stored);
    CHECK_EQ(pair.base & ~inside_granule(t), base);
    CHECK_EQ(pair.limit | inside_granule(t), limit);
    CHECK_EQ(pair.limit & 1u, 1);
    CHECK_EQ(f.sim.counters.errors, 0);
}

static void one_word(const struct target *t, bool allow_rwx, unsigned word)
{
    const mpumap_addr_t base = (mpumap_addr_t)1 << (t->width - 1u);
    const mpumap_addr_t limit = base + inside_granule(t);
    const bool good = legal((mpumap_attr_t)word, t->lower, allow_rwx);
    const enum mpumap_result wanted = good ? MPUMAP_OK : MPUMAP_ATTR;

    mpumap_sim_clear(&f.sim);
    CHECK_EQ(mpumap_map(&f.map, base, limit, (mpumap_attr_t)word), wanted);
    if (good) {
        holds(t, base, limit, word);
        CHECK_EQ(mpumap_unmap(&f.map, base, limit), MPUMAP_OK);
    }
    CHECK_EQ(mpumap_used(&f.map), 0);
    if (!good) {
        CHECK_EQ(mpumap_sim_writes(&f.sim), 0);
    }
    CHECK_EQ(mpumap_map(&f.map, base, limit, MPUMAP_RO), MPUMAP_OK);
    CHECK_EQ(mpumap_protect(&f.map, base, limit, (mpumap_attr_t)word), wanted);
    holds(t, base, limit, good ? word : MPUMAP_RO);
    CHECK_EQ(mpumap_unmap(&f.map, base, limit), MPUMAP_OK);
}

static void every_word_is_taken_or_refused(void)
{
    for (unsigned i = 0; i < 2u * TARGETS; i++) {
        const struct target *t = &targets[i / 2u];
        unsigned taken = 0;

        start(t, i % 2u != 0);
        for (unsigned word = 0; word < WORDS && !tap_failed(); word++) {
            one_word(t, i % 2u != 0, word);
            taken += legal((mpumap_attr_t)word, t->lower, i % 2u != 0) ? 1u : 0u;
            if (tap_failed()) {
                tap_note(t->name);
                tap_note_number("word", word);
            }
        }
        if (tap_failed()) {
            return;
        }
        /* Types that may be executed: 3, with 4 permissions or 3. Device: 2, with 2. Four words for
         * the share, two for the lower level. */
        CHECK_EQ(taken, (3u * ((i % 2u != 0) ? 4u : 3u) + 2u * 2u) * 4u * 2u);
    }
}

/* --- there and back --- */

static void there_and_back(const struct target *t, mpumap_addr_t base, mpumap_addr_t limit,
                           mpumap_attr_t attr)
{
    struct mpumap_pair pair;
    mpumap_attr_t back = 0;

    t->encode(NULL, base, limit, attr, &pair);
    CHECK_EQ(meaning(t, &pair), attr);
    CHECK_EQ(pair.base & ~inside_granule(t), base);
    CHECK_EQ(pair.limit | inside_granule(t), limit);
    CHECK_EQ(pair.limit & 1u, 1);
    CHECK(t->decode(NULL, &pair, &back));
    CHECK_EQ(back, attr);
}

/* Ranges at every bit of an address, from there on, up to there, and around. */
static void at_every_bit(const struct target *t, mpumap_attr_t attr)
{
    const mpumap_addr_t size = inside_granule(t) + 1u;

    for (unsigned bit = t->granule; bit < t->width; bit++) {
        const mpumap_addr_t at = (mpumap_addr_t)1 << bit;

        there_and_back(t, at, at + (size - 1u), attr);
        there_and_back(t, 0, at - 1u, attr);
        there_and_back(t, at - size, at + (size - 1u), attr);
        there_and_back(t, top_of(t) & ~(at - 1u), top_of(t), attr);
    }
    there_and_back(t, 0, top_of(t), attr);
}

static void every_attribute_comes_back(void)
{
    for (unsigned i = 0; i < TARGETS && !tap_failed(); i++) {
        for (unsigned word = 0; word < WORDS && !tap_failed(); word++) {
            if (legal((mpumap_attr_t)word, MPUMAP_EL1, true)) {
                at_every_bit(&targets[i], oracle_canonical((mpumap_attr_t)word));
            }
            if (tap_failed()) {
                tap_note(targets[i].name);
                tap_note_number("word", word);
            }
        }
    }
}

/* --- every value of the registers' other bits --- */

/* What a pair is decoded to is canonical and means what the pair means; encoded again with the same
 * range it covers that range, no more, and means the same. */
static void one_pair(const struct target *t, const struct mpumap_pair *pair)
{
    const unsigned wanted = meaning(t, pair);
    mpumap_attr_t attr = 0;

    CHECK(t->decode(NULL, pair, &attr) == (wanted != NONE));
    if (wanted == NONE) {
        return;
    }
    CHECK_EQ(attr, wanted);
    CHECK_EQ(attr, oracle_canonical(attr));
    CHECK(legal(attr, MPUMAP_EL1, true));
    there_and_back(t, pair->base & ~inside_granule(t) & top_of(t),
                   (pair->limit | inside_granule(t)) & top_of(t), attr);
}

static void every_low_bit(const struct target *t, mpumap_reg_t base, mpumap_reg_t limit)
{
    const mpumap_reg_t count = inside_granule(t) + 1u;

    for (mpumap_reg_t low = 0; low < count * count && !tap_failed(); low++) {
        const struct mpumap_pair pair = {base | (low % count), limit | (low / count)};

        one_pair(t, &pair);
        if (tap_failed()) {
            tap_note(t->name);
            tap_note_number("base", pair.base);
            tap_note_number("limit", pair.limit);
        }
    }
}

/* The bits in a granule, all values; with each bit of the address, and each above it, which change
 * nothing of what they mean. */
static void every_register_is_decoded_or_refused(void)
{
    for (unsigned i = 0; i < TARGETS; i++) {
        const struct target *t = &targets[i];
        const unsigned bits = t->res0_up_to_63 ? 64 : t->width;
        const mpumap_reg_t address = ~inside_granule(t);

        every_low_bit(t, 0, 0);
        every_low_bit(t, 0, top_of(t) & address);
        every_low_bit(t, address, address);
        for (unsigned bit = t->granule; bit < bits; bit++) {
            const mpumap_reg_t one = (mpumap_reg_t)1 << bit;

            every_low_bit(t, one, one);
            every_low_bit(t, 0, one);
        }
    }
}

/* --- what boot code enabled --- */

static void adopt_pair(const struct target *t, const struct mpumap_pair *pair, bool allow_rwx)
{
    static const uint32_t first_slot = 1;
    const unsigned said = meaning(t, pair);
    const bool enabled = (pair->limit & 1u) != 0;
    const bool refused = said == NONE || ((said & MPUMAP_PERM_MASK) == MPUMAP_RWX && !allow_rwx);
    struct mpumap_region region = {0, 0, 0, 0, 0};

    fixture_prepare(&f, t->sim, 1, MPUMAP_WHOLE);
    f.config.allow_rwx = allow_rwx;
    f.config.boot_mask = &first_slot;
    memset(&f.table[0], 0, sizeof f.table[0]);
    f.table[0].base = pair->base;
    f.table[0].limit = pair->limit;
    f.table[0].refs = 1;
    CHECK_EQ(mpumap_init(&f.map, &f.config), MPUMAP_OK);
    CHECK_EQ(mpumap_adopt(&f.map), (enabled && refused) ? MPUMAP_ATTR : MPUMAP_OK);
    CHECK_EQ(mpumap_query(&f.map, pair->base & ~inside_granule(t), &region), enabled && !refused);
    if (enabled && !refused) {
        const unsigned lower = ((said & MPUMAP_EL1) != 0) ? t->lower : 0u;

        CHECK_EQ(region.attr, (said & ~MPUMAP_LOWER_MASK) | lower);
        CHECK_EQ(region.base, pair->base & ~inside_granule(t));
        CHECK_EQ(region.limit, pair->limit | inside_granule(t));
    }
}

static void every_register_is_adopted_or_refused(void)
{
    for (unsigned i = 0; i < 2u * TARGETS; i++) {
        const struct target *t = &targets[i / 2u];
        const mpumap_reg_t count = inside_granule(t) + 1u;

        for (mpumap_reg_t low = 0; low < count * count && !tap_failed(); low++) {
            const struct mpumap_pair pair = {0x1000u | (low % count), 0x2000u | (low / count)};

            adopt_pair(t, &pair, i % 2u != 0);
            if (tap_failed()) {
                tap_note(t->name);
                tap_note_number("base", pair.base);
                tap_note_number("limit", pair.limit);
            }
        }
    }
}

static const struct tap_case cases[] = {
    TAP_CASE(every_word_is_taken_or_refused),
    TAP_CASE(every_attribute_comes_back),
    TAP_CASE(every_register_is_decoded_or_refused),
    TAP_CASE(every_register_is_adopted_or_refused),
};
TAP_MAIN(cases)
