/* SPDX-License-Identifier: MIT */
/*
 * What a change must lose, against a search that knows nothing but sets of enabled regions: changes
 * between maps of more granules than optimal.c can afford, with one attribute, in MPUs that are
 * nearly full, where several exchanges have to follow one another. Compared are the answer, the
 * number of regions and the bytes lost; not what it costs.
 *
 * From one set of regions to the next there is one visible write: of a base or limit register
 * (one region comes, goes, or moves one edge), or of the enable bitmap (any number goes, and what
 * comes has been written to slots that were free). A way loses what some set on it does not cover.
 * Rules: no two regions of a set overlap, none covers what neither map has (R1, R2).
 *
 * The bytes lost are those that the map reports; that these are the ones lost is strict.c's.
 *
 *   MPUMAP_OPS=N    changes drawn for each number of slots (default 15000)
 *   MPUMAP_SEED=N   the same seed draws the same changes (default: a fresh one)
 */
#include "mpumap.h"

#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRANULES 8u
#define GRANULE 64u
#define SLOTS_MAX 4u
#define SPANS 24u
#define LIVES 8u
#define ORIGIN 0x10000u
#define NODES_MAX 1600u

/* ---- sets of enabled regions ---- */

struct node {
    uint8_t count;
    uint8_t base[SLOTS_MAX];
    uint8_t limit[SLOTS_MAX];
    uint8_t cover; /* granules */
};

static unsigned slots;
static struct node nodes[NODES_MAX];
static unsigned node_count;
static uint8_t near[NODES_MAX][NODES_MAX]; /* one visible write leads from one to the other */

static unsigned popcount(unsigned x)
{
    unsigned n = 0;

    for (; x != 0; x &= x - 1u) {
        n++;
    }
    return n;
}

static unsigned range_mask(unsigned base, unsigned limit)
{
    return (2u << limit) - (1u << base);
}

static void add_nodes(struct node *n, unsigned from)
{
    if (node_count == NODES_MAX) {
        abort();
    }
    nodes[node_count++] = *n;
    for (unsigned b = from; n->count < slots && b < GRANULES; b++) {
        for (unsigned l = b; l < GRANULES; l++) {
            struct node next = *n;

            next.base[next.count] = (uint8_t)b;
            next.limit[next.count] = (uint8_t)l;
            next.cover = (uint8_t)(next.cover | range_mask(b, l));
            next.count++;
            add_nodes(&next, l + 1u);
        }
    }
}

static bool has(const struct node *n, unsigned base, unsigned limit)
{
    for (unsigned i = 0; i < n->count; i++) {
        if (n->base[i] == base && n->limit[i] == limit) {
            return true;
        }
    }
    return false;
}

/* Regions of a that b has not; the last of them in *odd. */
static unsigned missing(const struct node *a, const struct node *b, unsigned *odd)
{
    unsigned count = 0;

    for (unsigned i = 0; i < a->count; i++) {
        if (!has(b, a->base[i], a->limit[i])) {
            *odd = i;
            count++;
        }
    }
    return count;
}

static bool one_step(const struct node *a, const struct node *b)
{
    unsigned x = 0;
    unsigned y = 0;
    const unsigned gone = missing(a, b, &x);
    const unsigned come = missing(b, a, &y);

    return gone + come == 1u || a->count + come <= slots ||
           (gone == 1u && come == 1u && (a->base[x] == b->base[y] || a->limit[x] == b->limit[y]));
}

static void make_nodes(void)
{
    struct node start = {0};

    node_count = 0;
    add_nodes(&start, 0);
    for (unsigned i = 0; i < node_count; i++) {
        for (unsigned j = 0; j < node_count; j++) {
            near[i][j] = one_step(&nodes[i], &nodes[j]);
        }
    }
}

/* ---- search ---- */

struct problem {
    unsigned was;
    unsigned is;
    unsigned live;
    unsigned start; /* node */
};

static uint8_t reached[NODES_MAX];

static void reach(const struct problem *p, unsigned lost)
{
    static uint16_t queue[NODES_MAX];
    const unsigned keep = p->was & p->is & ~lost;
    unsigned head = 0;
    unsigned tail = 0;

    memset(reached, 0, sizeof reached);
    for (unsigned i = 0; i < node_count; i++) {
        const unsigned c = nodes[i].cover;

        reached[i] = (uint8_t)((c & ~(p->was | p->is)) != 0 || (keep & ~c) != 0 ? 2u : 0u);
    }
    reached[p->start] = 1;
    queue[tail++] = (uint16_t)p->start;
    while (head < tail) {
        const unsigned i = queue[head++];

        for (unsigned j = 0; j < node_count; j++) {
            if (near[i][j] != 0 && reached[j] == 0) {
                reached[j] = 1;
                queue[tail++] = (uint16_t)j;
            }
        }
    }
}

static unsigned runs_of(unsigned map)
{
    return popcount(map & ~(map << 1));
}

/* At most one region that is in both maps may be taken out for the duration. */
static bool few_victims(const struct problem *p, const struct node *target, unsigned lost)
{
    const struct node *from = &nodes[p->start];
    unsigned victims = 0;

    for (unsigned i = 0; i < from->count; i++) {
        if (has(target, from->base[i], from->limit[i]) &&
            (range_mask(from->base[i], from->limit[i]) & lost) != 0) {
            victims++;
        }
    }
    return victims <= 1u;
}

struct wanted {
    enum mpumap_result result;
    unsigned regions;
    unsigned gap;
};

/* Regions of the new map when every merge of live bytes of two regions is put off. */
static unsigned put_off(const struct problem *p)
{
    const struct node *from = &nodes[p->start];
    unsigned count = 0;

    for (unsigned b = 0; b < GRANULES; b++) {
        unsigned l = b;
        unsigned held = 0;

        if ((p->is >> b & 1u) == 0) {
            continue;
        }
        while (l + 1u < GRANULES && (p->is >> (l + 1u) & 1u) != 0) {
            l++;
        }
        for (unsigned i = 0; i < from->count; i++) {
            held += (range_mask(from->base[i], from->limit[i]) & range_mask(b, l) & p->live) != 0;
        }
        count += (held > 1u) ? held : 1u;
        b = l;
    }
    return count;
}

static struct wanted search(const struct problem *p)
{
    struct wanted best = {MPUMAP_LIVE, 0, 0};
    const unsigned alike = p->was & p->is;

    if (runs_of(p->is) > slots) {
        return (struct wanted){MPUMAP_NO_REGION, 0, 0};
    }
    for (unsigned gap = 0; gap <= popcount(alike & ~p->live); gap++) {
        for (unsigned lost = 0; lost < (1u << GRANULES); lost++) {
            if ((lost & ~(alike & ~p->live)) != 0 || popcount(lost) != gap) {
                continue;
            }
            reach(p, lost);
            for (unsigned i = 0; i < node_count; i++) {
                const struct node *n = &nodes[i];

                if (reached[i] == 1 && n->cover == p->is &&
                    (best.result != MPUMAP_OK || n->count < best.regions) &&
                    few_victims(p, n, lost)) {
                    best = (struct wanted){MPUMAP_OK, n->count, gap};
                }
            }
            if (best.result == MPUMAP_OK && best.regions == runs_of(p->is)) {
                return best;
            }
        }
    }
    if (best.result != MPUMAP_OK && put_off(p) > slots) {
        best.result = MPUMAP_NO_REGION;
    }
    return best;
}

/* ---- the map ---- */

struct world {
    struct mpumap map;
    struct mpumap_entry table[SLOTS_MAX];
    struct mpumap_pair scratch[SLOTS_MAX];
    struct mpumap_span spans[SPANS];
    struct mpumap_span pending[SPANS];
    struct mpumap_range ranges[4u * LIVES];
};

static struct world world;

static void port_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    memset(out, 0, sizeof *out);
    out->regions = (uint16_t)slots;
    out->address_bits = 32;
    out->granule_shift = 6;
    out->direct = 32;
    out->bank = 1;
    out->bitmap = 32;
    out->selector_isb = true;
    out->lower_el1 = true;
}

static void port_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                        struct mpumap_pair *out)
{
    (void)ctx;
    (void)attr;
    out->base = (mpumap_reg_t)base;
    out->limit = (mpumap_reg_t)(limit & ~(mpumap_addr_t)(GRANULE - 1u)) | 1u;
}

static bool port_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    (void)ctx;
    (void)pair;
    *attr = MPUMAP_RW;
    return true;
}

static void port_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    (void)step;
}

static const struct mpumap_port port = {
    .limits = port_limits, .encode = port_encode, .decode = port_decode, .apply = port_apply};

static mpumap_addr_t base_of(unsigned granule)
{
    return (mpumap_addr_t)ORIGIN + granule * GRANULE;
}

static void must(enum mpumap_result r)
{
    if (r != MPUMAP_OK) {
        abort();
    }
}

static void start_world(unsigned was, unsigned live)
{
    struct mpumap_config config;

    memset(&world, 0, sizeof world);
    memset(&config, 0, sizeof config);
    config.port = &port;
    config.table = world.table;
    config.scratch = world.scratch;
    config.regions = (uint16_t)slots;
    config.spans = world.spans;
    config.span_capacity = SPANS;
    config.pending = world.pending;
    config.pending_capacity = SPANS;
    config.ranges = world.ranges;
    config.lock_capacity = LIVES;
    config.live_capacity = LIVES;
    config.policy = MPUMAP_EXACT;
    must(mpumap_init(&world.map, &config));
    for (unsigned g = 0; g < GRANULES; g++) {
        unsigned l = g;

        while (l + 1u < GRANULES && (was >> (l + 1u) & 1u) != 0) {
            l++;
        }
        if ((was >> g & 1u) != 0) {
            must(mpumap_map(&world.map, base_of(g), base_of(l) + (GRANULE - 1u), MPUMAP_RW));
            g = l;
        }
    }
    for (unsigned g = 0; g < GRANULES; g++) {
        if ((live >> g & 1u) != 0) {
            must(mpumap_live(&world.map, base_of(g), base_of(g) + (GRANULE - 1u)));
        }
    }
}

static enum mpumap_result change(unsigned was, unsigned is)
{
    must(mpumap_begin(&world.map));
    for (unsigned g = 0; g < GRANULES; g++) {
        if ((is & ~was) >> g & 1u) {
            must(mpumap_map(&world.map, base_of(g), base_of(g) + (GRANULE - 1u), MPUMAP_RW));
        } else if ((was & ~is) >> g & 1u) {
            must(mpumap_unmap(&world.map, base_of(g), base_of(g) + (GRANULE - 1u)));
        }
    }
    return mpumap_commit(&world.map);
}

static unsigned enabled(void)
{
    unsigned count = 0;

    for (unsigned s = 0; s < slots; s++) {
        count += (world.table[s].limit & 1u) != 0;
    }
    return count;
}

/* ---- */

static unsigned start_node(unsigned was)
{
    for (unsigned i = 0; i < node_count; i++) {
        if (nodes[i].cover == was && nodes[i].count == runs_of(was)) {
            return i;
        }
    }
    abort();
}

static void print_map(unsigned map)
{
    for (unsigned g = 0; g < GRANULES; g++) {
        putchar((map >> g & 1u) != 0 ? 'A' : '.');
    }
}

static bool judge(struct problem *p)
{
    enum mpumap_result r;
    struct wanted w;

    start_world(p->was, p->live);
    p->start = start_node(p->was);
    r = change(p->was, p->is);
    w = search(p);
    if (r == w.result && (r != MPUMAP_OK || (enabled() == w.regions &&
                                             mpumap_cost(&world.map)->gap == w.gap * GRANULE))) {
        return true;
    }
    printf("# %u slots: ", slots);
    print_map(p->was);
    printf(" -> ");
    print_map(p->is);
    printf(", live ");
    print_map(p->live);
    printf("\n#   map:    %s, regions %u, lost %u\n", mpumap_result_name(r), enabled(),
           (unsigned)(mpumap_cost(&world.map)->gap / GRANULE));
    printf("#   search: %s, regions %u, lost %u\n", mpumap_result_name(w.result), w.regions, w.gap);
    return false;
}

static uint64_t random_state;

static unsigned draw(unsigned bits)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random_state >> 40) & ((1u << bits) - 1u);
}

/* Live is nothing, all that both maps have, or some of it. */
static void random_changes(unsigned n)
{
    static uint64_t seed;
    const uint64_t ops = tap_number("MPUMAP_OPS", 15000);
    uint64_t bad = 0;
    uint64_t refused = 0;

    if (seed == 0) {
        seed = tap_seed();
    }
    random_state = seed;
    slots = n;
    make_nodes();
    for (uint64_t i = 0; i < ops && bad < 5u; i++) {
        struct problem p = {draw(GRANULES), draw(GRANULES), draw(GRANULES), 0};

        p.live = p.was & p.is & ((draw(1) != 0) ? p.live : (draw(1) != 0) ? 0xffu : 0u);
        if (runs_of(p.was) <= slots) {
            bad += judge(&p) ? 0u : 1u;
            refused += (mpumap_why(&world.map)->result == MPUMAP_LIVE) ? 1u : 0u;
        }
    }
    tap_note_number("refused with live", refused);
    CHECK_EQ(bad, 0);
}

static void three_slots(void)
{
    random_changes(3);
}

static void four_slots(void)
{
    random_changes(4);
}

static const struct tap_case cases[] = {
    TAP_CASE(three_slots),
    TAP_CASE(four_slots),
};
TAP_MAIN(cases)
