/* SPDX-License-Identifier: MIT */
/*
 * What changes cost: the same operations on the same maps, and the sums of what mpumap_cost says,
 * against the sums of before. A planner that decides otherwise shows here, be it for the worse or
 * for the better; whether it may is what strict, inject and optimal judge. After a change that is
 * meant, the lines that this prints take the place of the old ones: read them first, for what has
 * become dearer.
 */
#include "fixture.h"

#include "tap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OPERATIONS 2500u

static struct fixture f;

/* What is played, and the sums: register writes, barriers, bytes lost for a moment; regions in use
 * after each operation; operations refused. */
struct series {
    const char *name;
    enum mpumap_sim_target target;
    enum mpumap_policy policy;
    uint16_t slots;
    uint8_t reserved; /* the first so many */
    uint8_t granules; /* operations are on as many */
    uint8_t batch;    /* operations in a transaction; 1: none */
    bool live;        /* ranges are declared live, and no longer */
    uint64_t writes;
    uint64_t barriers;
    uint64_t gap;
    uint64_t regions;
    uint64_t refused;
};

#define R52 MPUMAP_SIM_ARMV8R32_EL2
#define R52_EL1 MPUMAP_SIM_ARMV8R32_EL1
#define R82 MPUMAP_SIM_ARMV8R64_EL2
#define M33 MPUMAP_SIM_ARMV8M
#define EXACT MPUMAP_EXACT
#define WHOLE MPUMAP_WHOLE

/* clang-format off */
static const struct series table[] = {
    {"R52, 16 slots", R52, EXACT, 16, 0, 40, 1, false, 3709, 2506, 448, 22272, 4},
    {"R52, 16 slots, live", R52, EXACT, 16, 0, 40, 1, true, 2204, 1526, 0, 24244, 0},
    {"R52, 16 slots, transactions", R52, EXACT, 16, 0, 40, 3, false, 9256, 4299, 192, 22166, 0},
    {"R52, 16 slots, live, transactions", R52, EXACT, 16, 0, 40, 3, true, 5878, 3179, 0, 22607, 0},
    {"R52, 5 slots", R52, EXACT, 5, 0, 14, 1, false, 3046, 2387, 10752, 8333, 101},
    {"R52, 5 slots, live", R52, EXACT, 5, 0, 14, 1, true, 1699, 1336, 3904, 8726, 73},
    {"R52, 5 slots, transactions", R52, EXACT, 5, 0, 14, 3, false, 6692, 4302, 12800, 8523, 175},
    {"R52, 5 slots, live, transactions", R52, EXACT, 5, 0, 14, 3, true, 4482, 3101, 8256, 8369, 116},
    {"R52, 3 slots", R52, EXACT, 3, 0, 8, 1, false, 2480, 2147, 13248, 5412, 181},
    {"R52, 3 slots, live", R52, EXACT, 3, 0, 8, 1, true, 1521, 1309, 5184, 5673, 132},
    {"R52, 3 slots, transactions", R52, EXACT, 3, 0, 8, 3, false, 4623, 3461, 19200, 5542, 343},
    {"R52, 3 slots, live, transactions", R52, EXACT, 3, 0, 8, 3, true, 3458, 2662, 11200, 5780, 315},
    {"R52, 12 slots from 28", R52, EXACT, 40, 28, 30, 1, false, 4908, 4002, 109440, 16799, 8},
    {"R52, 12 slots from 28, live", R52, EXACT, 40, 28, 30, 1, true, 2318, 1931, 48768, 16583, 145},
    {"R52, 12 slots from 28, transactions", R52, EXACT, 40, 28, 30, 3, false, 12497, 8345, 245568, 16644, 6},
    {"R52, 12 slots from 28, live, transactions", R52, EXACT, 40, 28, 30, 3, true, 6387, 4586, 108672, 17147, 257},
    {"R52 EL1, 16 slots", R52_EL1, EXACT, 16, 0, 40, 1, false, 3175, 2521, 175232, 22272, 4},
    {"R52 EL1, 16 slots, live", R52_EL1, EXACT, 16, 0, 40, 1, true, 1431, 1123, 51712, 20132, 176},
    {"R52 EL1, 16 slots, transactions", R52_EL1, EXACT, 16, 0, 40, 3, false, 8304, 4216, 435200, 22166, 0},
    {"R52 EL1, 16 slots, live, transactions", R52_EL1, EXACT, 16, 0, 40, 3, true, 3113, 2033, 122240, 20107, 446},
    {"R52 EL1, 5 slots", R52_EL1, EXACT, 5, 0, 14, 1, false, 2690, 2227, 79616, 8333, 101},
    {"R52 EL1, 5 slots, live", R52_EL1, EXACT, 5, 0, 14, 1, true, 1246, 1037, 21120, 8137, 182},
    {"R52 EL1, 5 slots, transactions", R52_EL1, EXACT, 5, 0, 14, 3, false, 5825, 3594, 154432, 8523, 175},
    {"R52 EL1, 5 slots, live, transactions", R52_EL1, EXACT, 5, 0, 14, 3, true, 3140, 2247, 75456, 8262, 294},
    {"R52 EL1, 3 slots", R52_EL1, EXACT, 3, 0, 8, 1, false, 2336, 2038, 44160, 5412, 181},
    {"R52 EL1, 3 slots, live", R52_EL1, EXACT, 3, 0, 8, 1, true, 1393, 1200, 19712, 5680, 173},
    {"R52 EL1, 3 slots, transactions", R52_EL1, EXACT, 3, 0, 8, 3, false, 4311, 3033, 61632, 5542, 343},
    {"R52 EL1, 3 slots, live, transactions", R52_EL1, EXACT, 3, 0, 8, 3, true, 2990, 2228, 31872, 5794, 402},
    {"R52 EL1, 12 slots from 28", R52_EL1, EXACT, 40, 28, 30, 1, false, 4736, 4087, 153920, 16799, 8},
    {"R52 EL1, 12 slots from 28, live", R52_EL1, EXACT, 40, 28, 30, 1, true, 2100, 1787, 58560, 16595, 155},
    {"R52 EL1, 12 slots from 28, transactions", R52_EL1, EXACT, 40, 28, 30, 3, false, 11847, 8054, 360064, 16644, 6},
    {"R52 EL1, 12 slots from 28, live, transactions", R52_EL1, EXACT, 40, 28, 30, 3, true, 4911, 3680, 114688, 15909, 395},
    {"M33, 8 slots, live", M33, EXACT, 8, 0, 24, 1, true, 2147, 1000, 33728, 14165, 209},
    {"R82, 16 slots from 12, live", R82, EXACT, 28, 12, 40, 1, true, 3180, 2502, 0, 24244, 0},
    {"M33, 8 slots, live, transactions", M33, EXACT, 8, 0, 24, 3, true, 5161, 2055, 101888, 13424, 426},
    {"R82, 16 slots from 12, live, transactions", R82, EXACT, 28, 12, 40, 3, true, 8012, 5313, 0, 22607, 0},
    {"R52 whole, 16 slots, transactions", R52, WHOLE, 16, 0, 30, 3, false, 8099, 3809, 64, 28506, 231},
    {"R52 whole, 5 slots, live, transactions", R52, WHOLE, 5, 0, 14, 3, true, 3427, 2623, 64, 10596, 509},
    {"R52 EL1 whole, 8 slots, live, transactions", R52_EL1, WHOLE, 8, 0, 24, 3, true, 3471, 2606, 0, 17992, 564},
    {"M33 whole, 8 slots, transactions", M33, WHOLE, 8, 0, 24, 3, false, 8339, 3104, 64, 18144, 948},
};
/* clang-format on */

/* ---- the operations ---- */

static uint32_t state;

static uint32_t pick(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

enum kind {
    MAP,
    UNMAP,
    PROTECT,
    LIVE,
    UNLIVE
};

/* Nothing is asked that follows from the map alone to be refused: what is left depends on slots and
 * live ranges. */
static bool is_good(enum kind kind, unsigned first, unsigned last, mpumap_attr_t attr)
{
    const enum mpumap_found found = do_find(&f, first, last);

    if (f.map.policy == MPUMAP_WHOLE && (kind == LIVE || kind == UNLIVE)) {
        return found != MPUMAP_FOUND_OVERLAP;
    }
    if (f.map.policy == MPUMAP_WHOLE) {
        return found == ((kind == MAP) ? MPUMAP_NOT_FOUND : MPUMAP_FOUND);
    }
    for (unsigned g = first; g <= last; g++) {
        struct mpumap_region r;
        const bool mapped = mpumap_query(&f.map, BASE(g), &r);

        if (kind == MAP && mapped && r.attr != mpumap_canonical(attr)) {
            return false;
        }
        if ((kind == UNMAP && !mapped) || (kind == PROTECT && (!mapped || r.refs != 1))) {
            return false;
        }
    }
    return true;
}

struct line {
    enum kind kind;
    unsigned first;
    unsigned last;
    mpumap_attr_t attr;
};

static void draw(const struct series *s, struct line *l)
{
    static const mpumap_attr_t attrs[] = {RW, RW, RW, RO, RX, DEV, RW | MPUMAP_NORMAL_WT};
    static const enum kind kinds[] = {MAP,   MAP,     MAP,     UNMAP, UNMAP, UNMAP,
                                      UNMAP, PROTECT, PROTECT, LIVE,  UNLIVE};

    l->first = pick(s->granules);
    l->last = l->first + pick((s->granules - l->first < 9u) ? s->granules - l->first : 9u);
    l->attr = attrs[pick(sizeof attrs / sizeof attrs[0])];
    l->kind = kinds[pick(s->live ? 11 : 9)];
}

static enum mpumap_result operation(const struct series *s)
{
    struct line l;

    draw(s, &l);
    for (unsigned tries = 0; tries < 50 && !is_good(l.kind, l.first, l.last, l.attr); tries++) {
        draw(s, &l);
    }
    switch (l.kind) {
    case MAP:
        return do_map(&f, l.first, l.last, l.attr);
    case UNMAP:
        return do_unmap(&f, l.first, l.last);
    case PROTECT:
        return do_protect(&f, l.first, l.last, l.attr);
    case LIVE:
        return do_live(&f, l.first, l.last);
    case UNLIVE:
        return do_unlive(&f, l.first, l.last);
    }
    return MPUMAP_CORRUPT;
}

static void add(struct series *sum, enum mpumap_result r)
{
    const struct mpumap_cost *cost = mpumap_cost(&f.map);

    sum->writes += cost->writes;
    sum->barriers += cost->barriers;
    sum->gap += cost->gap;
    sum->regions += mpumap_used(&f.map);
    sum->refused += (r != MPUMAP_OK) ? 1u : 0u;
}

static void play(const struct series *s, struct series *sum)
{
    fixture_start(&f, s->target, s->slots, s->policy);
    mpumap_sim_strict(&f.sim, false);
    for (uint16_t slot = 0; slot < s->reserved; slot++) {
        (void)!mpumap_reserve(&f.map, slot);
    }
    state = 1;
    for (unsigned i = 0; i < OPERATIONS; i++) {
        if (s->batch == 1) {
            add(sum, operation(s));
            continue;
        }
        (void)!mpumap_begin(&f.map);
        for (unsigned k = 0; k < s->batch; k++) {
            (void)!operation(s);
        }
        add(sum, mpumap_commit(&f.map));
    }
    CHECK(sound(&f));
}

static void costs_are_those_of_before(void)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct series *s = &table[i];
        struct series sum;

        memset(&sum, 0, sizeof sum);
        play(s, &sum);
        if (!CHECK(sum.writes == s->writes && sum.barriers == s->barriers && sum.gap == s->gap &&
                   sum.regions == s->regions && sum.refused == s->refused)) {
            printf("# %s: %" PRIu64 ", %" PRIu64 ", %" PRIu64 ", %" PRIu64 ", %" PRIu64 "\n",
                   s->name, sum.writes, sum.barriers, sum.gap, sum.regions, sum.refused);
        }
    }
}

static const struct tap_case cases[] = {
    TAP_CASE(costs_are_those_of_before),
};
TAP_MAIN(cases)
