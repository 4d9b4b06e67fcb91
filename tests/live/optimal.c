/* SPDX-License-Identifier: MIT */
/*
 * Every change between two maps of a few granules, with every set of live granules, by the planner
 * and by search (search.h). The planner must lose as few bytes, change in as few visible writes as
 * the ways of a live change allow, put off as few merges, and refuse with `live` exactly when the
 * search finds no way. In barriers and register writes it may be dearer than the search in a known
 * number of changes (struct ceiling): an ordered sequence can be had for less by moving a region
 * along through bytes that others give up, and by an exchange of some regions beside changes in
 * place that nothing forces (docs/live-change.md, Limits). These numbers may only go down.
 *
 * What the planner does is judged step by step here, apart from the simulator: rules R1 to R3 in
 * every state that the pending writes allow, the loss against the one that the map reports, and
 * the registers at the end.
 *
 *   MPUMAP_GRANULES=N   granules of the three-attribute scope (default 4; 5 takes minutes)
 *   MPUMAP_OPS=N        below a million (slow builds): all scopes have 4 granules
 */
#include "mpumap.h"

#include "tap.h"

#include "search.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SPANS 16u
#define LIVES 8u
#define STEPS 64u
#define MAPS_MAX 1024u
#define ORIGIN 0x10000u
#define GRANULE 64u

/* ---- attributes of a scope ---- */

static mpumap_attr_t attr_of[SYMBOLS_MAX];

/* ---- a port that only records; registers as plain as search.h has them ---- */

struct world {
    struct mpumap map;
    struct mpumap_entry table[SLOTS];
    struct mpumap_pair scratch[SLOTS];
    struct mpumap_span spans[SPANS];
    struct mpumap_span pending[SPANS];
    struct mpumap_range ranges[4u * LIVES];
    struct mpumap_pair regs[SLOTS];
    bool written[SLOTS][2];
};

static struct world world;
static bool has_bitmap;
static struct mpumap_step steps[STEPS];
static unsigned step_count;

static void port_limits(void *ctx, struct mpumap_limits *out)
{
    (void)ctx;
    memset(out, 0, sizeof *out);
    out->regions = SLOTS;
    out->address_bits = 32;
    out->granule_shift = 6;
    out->direct = 32;
    out->bank = 1;
    out->bitmap = has_bitmap ? 32 : 0;
    out->selector_isb = true;
    out->lower_el1 = true;
}

static unsigned symbol_of(mpumap_attr_t attr)
{
    unsigned s = 1;

    while (s < scope.symbols && mpumap_canonical(attr_of[s]) != attr) {
        s++;
    }
    return s;
}

static void port_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                        struct mpumap_pair *out)
{
    const unsigned s = symbol_of(attr);

    (void)ctx;
    out->base = (mpumap_reg_t)base | scope.perm[s];
    out->limit =
        (mpumap_reg_t)(limit & ~(mpumap_addr_t)63u) | (mpumap_reg_t)(scope.type[s] * 2u) | 1u;
}

static bool port_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    (void)ctx;
    for (unsigned s = 1; s < scope.symbols; s++) {
        if (scope.perm[s] == (pair->base & 63u) && scope.type[s] == ((pair->limit >> 1) & 31u)) {
            *attr = mpumap_canonical(attr_of[s]);
            return true;
        }
    }
    return false;
}

static void port_apply(void *ctx, const struct mpumap_step *step)
{
    (void)ctx;
    if (step_count < STEPS) {
        steps[step_count] = *step;
    }
    step_count++;
}

static void port_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    (void)ctx;
    *out = world.regs[slot];
}

static const struct mpumap_port port = {.limits = port_limits,
                                        .encode = port_encode,
                                        .decode = port_decode,
                                        .apply = port_apply,
                                        .read = port_read};

/* ---- what the planner did ---- */

struct outcome {
    enum mpumap_result result;
    bool broken; /* a rule */
    const char *why;
    unsigned lost;
    unsigned visible; /* writes that change what is enabled */
    bool exchange;    /* one of them was the bitmap's */
    unsigned barriers;
    unsigned writes;
    unsigned regions;
    struct mpumap_cost reported;
};

/* Contents of registers while a phase runs: what was, then each value pending. */
struct contents {
    uint8_t b[SLOTS][4];
    uint8_t l[SLOTS][4];
    bool on[SLOTS][4]; /* beside l */
    unsigned bs[SLOTS];
    unsigned ls[SLOTS];
    unsigned bitmaps;
    uint32_t value;
    uint32_t mask;
};

static uint8_t base_code(mpumap_reg_t value, bool written)
{
    const uint64_t g = ((uint64_t)value - ORIGIN) / GRANULE;

    return (written && g < scope.granules) ? (uint8_t)(g * 2u + (value & 1u)) : (uint8_t)UNKNOWN;
}

static uint8_t limit_code(mpumap_reg_t value, bool written)
{
    const uint64_t g = ((uint64_t)value - ORIGIN) / GRANULE;

    return (written && g < scope.granules) ? (uint8_t)(g * 2u + ((value >> 1) & 1u))
                                           : (uint8_t)UNKNOWN;
}

static void start_phase(struct contents *c)
{
    memset(c, 0, sizeof *c);
    for (unsigned s = 0; s < SLOTS; s++) {
        c->b[s][0] = base_code(world.regs[s].base, world.written[s][0]);
        c->l[s][0] = limit_code(world.regs[s].limit, world.written[s][1]);
        c->on[s][0] = (world.regs[s].limit & 1u) != 0;
        c->bs[s] = 1;
        c->ls[s] = 1;
    }
}

static bool enabled_now(const struct contents *c, unsigned slot)
{
    return c->on[slot][c->ls[slot] - 1u];
}

static void write_bitmap(struct contents *c, const struct mpumap_step *step, struct outcome *out)
{
    bool visible = false;

    for (unsigned s = 0; s < SLOTS; s++) {
        if ((step->mask >> s & 1u) != 0) {
            const mpumap_reg_t on = (step->value >> s) & 1u;

            visible = visible || (world.regs[s].limit & 1u) != on;
            world.regs[s].limit = (world.regs[s].limit & ~(mpumap_reg_t)1u) | on;
        }
    }
    c->bitmaps++;
    c->value = (uint32_t)step->value;
    c->mask = step->mask;
    out->visible += visible ? 1u : 0u;
    out->exchange = true;
}

static void take_write(struct contents *c, const struct mpumap_step *step, struct outcome *out)
{
    const unsigned s = step->slot;

    out->writes++;
    if (step->kind == MPUMAP_STEP_BITMAP) {
        write_bitmap(c, step, out);
    } else if (step->kind == MPUMAP_STEP_BASE && s < SLOTS && c->bs[s] < 4u) {
        out->visible += enabled_now(c, s) ? 1u : 0u;
        world.regs[s].base = step->value;
        world.written[s][0] = true;
        c->b[s][c->bs[s]++] = base_code(step->value, true);
    } else if (step->kind == MPUMAP_STEP_LIMIT && s < SLOTS && c->ls[s] < 4u) {
        out->visible += (enabled_now(c, s) || (step->value & 1u) != 0) ? 1u : 0u;
        world.regs[s].limit = step->value;
        world.written[s][1] = true;
        c->on[s][c->ls[s]] = (step->value & 1u) != 0;
        c->l[s][c->ls[s]++] = limit_code(step->value, true);
    } else {
        out->broken = true;
        out->why = "a step that this MPU does not have";
    }
}

/* What a slot may show with the bitmap's write visible or not. */
static struct shown slot_shows(const struct problem *p, const struct contents *c, unsigned s,
                               bool bitmap)
{
    struct shown out = everything;

    for (unsigned l = 0; l < c->ls[s]; l++) {
        const bool by_map = bitmap && (c->mask >> s & 1u) != 0;
        const bool map_on = (c->value >> s & 1u) != 0;
        const bool ons[2] = {by_map ? map_on : c->on[s][l], c->on[s][l]};

        /* A limit that is pending as well may come after the bitmap. */
        for (unsigned k = 0; k < ((by_map && l > 0) ? 2u : 1u); k++) {
            for (unsigned b = 0; b < c->bs[s]; b++) {
                if (ons[k]) {
                    show(&out, p, c->b[s][b], c->l[s][l]);
                } else {
                    out.sure = 0;
                }
            }
        }
    }
    return out;
}

static void judge(const struct problem *p, const struct contents *c, struct outcome *out)
{
    if (c->bitmaps > 1u) {
        out->broken = true;
        out->why = "two writes of the bitmap without a barrier";
    }
    for (unsigned version = 0; version <= c->bitmaps; version++) {
        unsigned touch = 0;
        unsigned sure = 0;

        for (unsigned s = 0; s < SLOTS; s++) {
            const struct shown x = slot_shows(p, c, s, version > 0);

            if (x.bad) {
                out->broken = true;
                out->why = "unknown or forbidden contents enabled";
            }
            if ((touch & x.touch) != 0) {
                out->broken = true;
                out->why = "overlap";
            }
            touch |= x.touch;
            sure |= x.sure & x.touch;
        }
        out->lost |= p->alike & ~sure;
    }
}

static void judge_steps(const struct problem *p, struct outcome *out)
{
    struct contents c;

    start_phase(&c);
    judge(p, &c, out);
    for (unsigned i = 0; i < step_count && i < STEPS; i++) {
        const uint8_t kind = steps[i].kind;

        if (kind == MPUMAP_STEP_ORDER || kind == MPUMAP_STEP_SYNC || kind == MPUMAP_STEP_ISB) {
            out->barriers++;
            judge(p, &c, out);
            start_phase(&c);
        } else {
            take_write(&c, &steps[i], out);
        }
    }
    for (unsigned s = 0; s < SLOTS; s++) {
        if (c.bs[s] + c.ls[s] > 2u || c.bitmaps != 0) {
            out->broken = true;
            out->why = "no barrier at the end";
        }
        out->regions += (world.regs[s].limit & 1u) != 0 ? 1u : 0u;
    }
}

/* Do the registers hold exactly the new map? */
static void judge_end(const struct problem *p, struct outcome *out)
{
    uint8_t value[GRANULES_MAX];

    memset(value, (int)VALUES, sizeof value);
    for (unsigned s = 0; s < SLOTS; s++) {
        const uint8_t b = base_code(world.regs[s].base, world.written[s][0]);
        const uint8_t l = limit_code(world.regs[s].limit, world.written[s][1]);

        if ((world.regs[s].limit & 1u) == 0) {
            continue;
        }
        for (unsigned g = b / 2u; b < 10u && l < 10u && g <= l / 2u; g++) {
            value[g] = (uint8_t)((b & 1u) * 2u + (l & 1u));
        }
    }
    for (unsigned g = 0; g < scope.granules; g++) {
        const unsigned wanted = (p->is[g] == 0) ? VALUES : symbol_value(p->is[g]);

        if (value[g] != wanted) {
            out->broken = true;
            out->why = "the registers do not hold the new map";
        }
    }
}

/* ---- driving the map ---- */

static mpumap_addr_t base_of(unsigned granule)
{
    return (mpumap_addr_t)ORIGIN + granule * GRANULE;
}

static mpumap_addr_t limit_of(unsigned granule)
{
    return base_of(granule) + (GRANULE - 1u);
}

static enum mpumap_result first_error(enum mpumap_result a, enum mpumap_result b)
{
    return (a == MPUMAP_OK) ? b : a;
}

/* Applies fn to each run of granules of equal key in [0, granules). */
static enum mpumap_result change_map(const uint8_t *was, const uint8_t *is)
{
    enum mpumap_result r = MPUMAP_OK;

    for (unsigned g = 0; g < scope.granules; g++) {
        if (was[g] != is[g] && was[g] != 0) {
            r = first_error(r, mpumap_unmap(&world.map, base_of(g), limit_of(g)));
        }
        if (was[g] != is[g] && is[g] != 0) {
            r = first_error(r, mpumap_map(&world.map, base_of(g), limit_of(g), attr_of[is[g]]));
        }
    }
    return r;
}

static enum mpumap_result by_transaction(const uint8_t *was, const uint8_t *is)
{
    enum mpumap_result r = mpumap_begin(&world.map);

    r = first_error(r, change_map(was, is));
    if (r != MPUMAP_OK) {
        abort(); /* a defect of this test */
    }
    return mpumap_commit(&world.map);
}

/* The one operation that makes the change, if there is one. */
static bool single_operation(const uint8_t *was, const uint8_t *is, enum mpumap_result *result)
{
    unsigned first = 0;
    unsigned last = scope.granules;

    while (first < scope.granules && was[first] == is[first]) {
        first++;
    }
    if (first == scope.granules) {
        return false;
    }
    do {
        last--;
    } while (was[last] == is[last]);
    for (unsigned g = first; g <= last; g++) {
        if ((was[g] == 0) != (was[first] == 0) || is[g] != is[first]) {
            return false;
        }
    }
    if (is[first] == 0) {
        *result = mpumap_unmap(&world.map, base_of(first), limit_of(last));
    } else if (was[first] == 0) {
        *result = mpumap_map(&world.map, base_of(first), limit_of(last), attr_of[is[first]]);
    } else {
        *result = mpumap_protect(&world.map, base_of(first), limit_of(last), attr_of[is[first]]);
    }
    return true;
}

static void start_world(void)
{
    struct mpumap_config config;

    memset(&world, 0, sizeof world);
    memset(&config, 0, sizeof config);
    for (unsigned s = 0; s < SLOTS; s++) {
        world.regs[s].base = 0x5a5a5a5au;
        world.regs[s].limit = 0xa5a5a5a4u;
    }
    config.port = &port;
    config.table = world.table;
    config.scratch = world.scratch;
    config.regions = SLOTS;
    config.spans = world.spans;
    config.span_capacity = SPANS;
    config.pending = world.pending;
    config.pending_capacity = SPANS;
    config.ranges = world.ranges;
    config.lock_capacity = LIVES;
    config.live_capacity = LIVES;
    config.policy = MPUMAP_EXACT;
    if (mpumap_init(&world.map, &config) != MPUMAP_OK) {
        abort();
    }
}

/* Settles the registers after steps that nobody judges. */
static void settle_registers(void)
{
    struct outcome ignored;
    struct contents c;

    memset(&ignored, 0, sizeof ignored);
    start_phase(&c);
    for (unsigned i = 0; i < step_count; i++) {
        if (steps[i].kind == MPUMAP_STEP_ORDER || steps[i].kind == MPUMAP_STEP_SYNC) {
            start_phase(&c);
        } else {
            take_write(&c, &steps[i], &ignored);
        }
    }
}

static void declare_live(unsigned live)
{
    for (unsigned g = 0; g < scope.granules; g++) {
        if ((live >> g & 1u) != 0 &&
            mpumap_live(&world.map, base_of(g), limit_of(g)) != MPUMAP_OK) {
            abort();
        }
    }
}

/* ---- what was expected ---- */

struct wanted {
    enum mpumap_result result;
    unsigned regions;
    unsigned gap;
    unsigned class;
    unsigned barriers;
    unsigned writes;
    unsigned target; /* node */
    unsigned lost;
};

static uint16_t targets[MAPS_MAX][64]; /* nodes that make up a map, fewest regions first */
static unsigned target_count[MAPS_MAX];
static unsigned map_count;

static unsigned map_code(const uint8_t *map)
{
    unsigned code = 0;

    for (unsigned g = 0; g < scope.granules; g++) {
        code = code * scope.symbols + map[g];
    }
    return code;
}

static void decode_map(unsigned code, uint8_t *map)
{
    for (unsigned g = scope.granules; g > 0; g--) {
        map[g - 1u] = (uint8_t)(code % scope.symbols);
        code /= scope.symbols;
    }
}

static unsigned runs_of(const uint8_t *map)
{
    unsigned runs = 0;

    for (unsigned g = 0; g < scope.granules; g++) {
        runs += (map[g] != 0 && (g == 0 || map[g - 1u] != map[g])) ? 1u : 0u;
    }
    return runs;
}

static bool node_map(const struct node *n, uint8_t *map)
{
    for (unsigned g = 0; g < scope.granules; g++) {
        map[g] = 0;
        if (n->value[g] < VALUES) {
            unsigned s = 1;

            while (s < scope.symbols && symbol_value(s) != n->value[g]) {
                s++;
            }
            if (s == scope.symbols) {
                return false;
            }
            map[g] = (uint8_t)s;
        }
    }
    return true;
}

static void index_targets(void)
{
    map_count = 1;
    for (unsigned g = 0; g < scope.granules; g++) {
        map_count *= scope.symbols;
    }
    memset(target_count, 0, sizeof target_count);
    for (unsigned regions = 0; regions <= SLOTS; regions++) {
        for (unsigned i = 0; i < node_count; i++) {
            uint8_t map[GRANULES_MAX];

            if (nodes[i].count == regions && node_map(&nodes[i], map)) {
                const unsigned code = map_code(map);

                targets[code][target_count[code]++] = (uint16_t)i;
            }
        }
    }
}

/* Costs already known for the pair of maps at hand. */
struct known_cost {
    unsigned target;
    struct choice any[PHASES_MAX + 1u]; /* is there a way? */
    struct choice best[PHASES_MAX + 1u];
    bool any_known[PHASES_MAX + 1u];
    unsigned cap[PHASES_MAX + 1u]; /* of best; 0: not known */
};
static struct known_cost costs[64];
static unsigned cost_count;
static struct problem problem;

/* At most one region that is in both maps may be taken out for the duration. */
static bool few_victims(const struct problem *p, const struct node *target, unsigned lost)
{
    const struct node *start = &nodes[p->start];
    unsigned victims = 0;

    for (unsigned i = 0; i < start->count; i++) {
        const struct reg_pair r = start->region[i];

        if ((region_number(r) & target->set) != 0) {
            victims += (p->cover[r.b][r.l] & lost) != 0 ? 1u : 0u;
        }
    }
    return victims <= 1u;
}

/* The fewest granules lost on the way to a target; NO_WAY. */
static unsigned least_loss(struct problem *p, unsigned target, unsigned live)
{
    unsigned best = NO_WAY;

    for (unsigned lost = 0; lost < LOST_SETS; lost++) {
        if ((lost & ~p->alike) == 0 && (lost & live) == 0 && popcount(lost) < best &&
            few_victims(p, &nodes[target], lost) && get_bit(reach(p, lost), target)) {
            best = popcount(lost);
        }
    }
    return best;
}

static struct known_cost *cost_of(unsigned target)
{
    for (unsigned i = 0; i < cost_count; i++) {
        if (costs[i].target == target) {
            return &costs[i];
        }
    }
    memset(&costs[cost_count], 0, sizeof costs[0]);
    costs[cost_count].target = target;
    return &costs[cost_count++];
}

/* The cheapest of the lost sets that are permitted; NO_WAY. */
static unsigned cheapest_set(const struct problem *p, unsigned live, const struct wanted *w,
                             const struct choice *choice, unsigned *set)
{
    unsigned best = NO_WAY;

    for (unsigned lost = 0; lost < LOST_SETS; lost++) {
        if ((lost & live) == 0 && popcount(lost) <= w->gap && choice->writes[lost] < best &&
            few_victims(p, &nodes[w->target], lost)) {
            best = choice->writes[lost];
            *set = lost;
        }
    }
    return best;
}

/* What the planner took: the search need not look beyond. */
struct bound {
    unsigned phases;
    unsigned writes;
};

/* Is there a way in fewer phases? Then the fewest; else the fewest writes in as many. */
static void cheapest_sequence(struct problem *p, unsigned live, struct bound most, struct wanted *w)
{
    struct known_cost *known = cost_of(w->target);
    unsigned cap = most.writes;
    unsigned k = 1;

    for (; k < most.phases; k++) {
        if (!known->any_known[k]) {
            solve(p, &nodes[w->target], k, FREE, &known->any[k]);
            known->any_known[k] = true;
        }
        if (cheapest_set(p, live, w, &known->any[k], &w->lost) != NO_WAY) {
            cap = 4u * 2u * k;
            break;
        }
    }
    if (known->cap[k] < cap) {
        solve(p, &nodes[w->target], k, cap, &known->best[k]);
        known->cap[k] = cap;
    }
    w->writes = cheapest_set(p, live, w, &known->best[k], &w->lost);
    w->barriers = k;
}

static void cheapest(struct problem *p, unsigned live, struct bound most, struct wanted *w)
{
    const struct node *from = &nodes[p->start];
    const struct node *to = &nodes[w->target];
    const unsigned come = popcount(to->set & ~from->set);
    const unsigned gone = popcount(from->set & ~to->set);

    w->lost = 0;
    if (p->start == w->target) {
        w->class = 0;
        w->barriers = 0;
        w->writes = 0;
    } else if (one_write(from, to)) {
        w->class = 1;
        w->barriers = (gone == 0) ? 2 : 1;
        w->writes = w->barriers;
    } else if (p->bitmap && one_exchange(from, to)) {
        w->class = 2;
        w->barriers = (come == 0) ? 1 : 2;
        w->writes = 2u * come + 1u;
    } else {
        w->class = 3;
        cheapest_sequence(p, live, most, w);
    }
}

static int compare(const struct wanted *a, const struct wanted *b)
{
    const unsigned x[4] = {a->gap, a->class, a->barriers, a->writes};
    const unsigned y[4] = {b->gap, b->class, b->barriers, b->writes};

    for (unsigned i = 0; i < 4; i++) {
        if (x[i] != y[i]) {
            return (x[i] < y[i]) ? -1 : 1;
        }
    }
    return 0;
}

/* The regions of the new map if each of its runs is cut between the live bytes of two old regions:
 * what put-off merges need. */
static unsigned regions_put_off(const struct problem *p, unsigned live)
{
    const struct node *from = &nodes[p->start];
    unsigned count = runs_of(p->is);

    for (unsigned g = 0; g < scope.granules; g++) {
        unsigned run = 1u << g;
        unsigned held = 0;

        if (p->is[g] == 0 || (g > 0 && p->is[g - 1u] == p->is[g])) {
            continue;
        }
        for (unsigned l = g + 1u; l < scope.granules && p->is[l] == p->is[g]; l++) {
            run |= 1u << l;
        }
        for (unsigned i = 0; i < from->count; i++) {
            const struct reg_pair r = from->region[i];

            held += (p->cover[r.b][r.l] & run & live & p->alike) != 0 ? 1u : 0u;
        }
        count += (held > 1u) ? held - 1u : 0u;
    }
    return count;
}

/* The best of all. If only put-off merges would keep what is live, and there are too few slots for
 * them, that is no-region. */
static struct wanted best_way(struct problem *p, unsigned live, struct bound most)
{
    const unsigned code = map_code(p->is);
    struct wanted best = {MPUMAP_LIVE, 0, 0, 0, 0, 0, 0, 0};

    if (runs_of(p->is) > SLOTS) {
        best.result = MPUMAP_NO_REGION;
        return best;
    }
    for (unsigned i = 0; i < target_count[code]; i++) {
        struct wanted w = {MPUMAP_OK, 0, 0, 0, 0, 0, 0, 0};

        w.target = targets[code][i];
        w.regions = nodes[w.target].count;
        if (best.result == MPUMAP_OK && w.regions > best.regions) {
            break;
        }
        w.gap = least_loss(p, w.target, live);
        if (w.gap == NO_WAY) {
            continue;
        }
        cheapest(p, live, most, &w);
        if (best.result != MPUMAP_OK || compare(&w, &best) < 0) {
            best = w;
        }
    }
    if (best.result != MPUMAP_OK && regions_put_off(p, live) > SLOTS) {
        best.result = MPUMAP_NO_REGION;
    }
    return best;
}

/* ---- differences, by kind ---- */

enum kind {
    BROKEN,    /* a rule */
    MISREPORT, /* cost as reported by the map */
    RESULT,    /* ok, no-region or live */
    REGIONS,   /* merges put off */
    GAP,       /* bytes lost */
    CLASS,     /* way */
    BARRIERS,
    WRITES,
    BETTER,   /* than the search: a defect of the search */
    UNSOLVED, /* no sequence found within the phases that the planner took */
    KINDS
};

static const char *const kind_names[KINDS] = {
    "broken rule",  "misreported cost", "result", "regions",         "gap",
    "class of way", "barriers",         "writes", "search is worse", "search gave up"};
/* The smallest example of a kind. */
struct example {
    uint8_t was[GRANULES_MAX];
    uint8_t is[GRANULES_MAX];
    bool bitmap;
    bool single;
    unsigned live;
    unsigned size;
};

static uint64_t kind_count[KINDS];
static uint64_t kind_single[KINDS]; /* of them: one operation */
static struct example examples[KINDS];
static unsigned most_excess[2]; /* barriers; writes where the barriers are equal */
static bool explaining;
static uint64_t changes;

static void print_map(const char *name, const uint8_t *map)
{
    printf("%s ", name);
    for (unsigned g = 0; g < scope.granules; g++) {
        putchar(".ABC"[map[g]]);
    }
}

static void print_steps(void)
{
    static const char *const names[] = {"select", "base",  "limit", "bitmap",
                                        "isb",    "order", "sync"};

    printf("#   planner:");
    for (unsigned i = 0; i < step_count && i < STEPS; i++) {
        const struct mpumap_step *s = &steps[i];

        printf(" %s", names[s->kind]);
        if (s->kind == MPUMAP_STEP_BITMAP) {
            printf("=%#x", (unsigned)s->value & 15u);
        } else if (s->kind <= MPUMAP_STEP_LIMIT) {
            printf("%u=%u%s", s->slot, (unsigned)((s->value - ORIGIN) / GRANULE),
                   (s->kind == MPUMAP_STEP_LIMIT && (s->value & 1u) == 0) ? "(off)" : "");
        }
    }
    printf("\n");
}

static unsigned size_of(const struct problem *p, unsigned live)
{
    const struct node *from = &nodes[p->start];
    unsigned size = popcount(live) + 4u * (from->count + runs_of(p->is));

    for (unsigned g = 0; g < scope.granules; g++) {
        size += (p->was[g] != p->is[g]) ? 2u : 0u;
    }
    return size;
}

static void note_example(enum kind kind, const struct problem *p, unsigned live, bool single)
{
    struct example *e = &examples[kind];
    const unsigned size = size_of(p, live);

    kind_count[kind]++;
    kind_single[kind] += single ? 1u : 0u;
    if (kind_count[kind] == 1u || size < e->size) {
        memcpy(e->was, p->was, sizeof e->was);
        memcpy(e->is, p->is, sizeof e->is);
        e->bitmap = p->bitmap;
        e->single = single;
        e->live = live;
        e->size = size;
    }
}

/* For the report a search without bounds. */
static void explain(enum kind kind, struct problem *p, unsigned live, bool single,
                    const struct outcome *o)
{
    struct wanted w = {MPUMAP_OK, 0, 0, 0, 0, 0, 0, 0};

    for (unsigned k = 1; k <= 4u && w.writes - 1u >= NO_WAY - 1u; k++) {
        w = best_way(p, live, (struct bound){k, 16});
    }
    printf("# %s:", kind_names[kind]);
    print_map("", p->was);
    print_map(" ->", p->is);
    printf(", %s, live %#x, %s\n", p->bitmap ? "bitmap" : "no bitmap", live,
           single ? "one operation" : "transaction");
    printf("#   planner: %s, %s, regions %u, lost %#x, reported %u, visible %u%s, barriers %u, "
           "writes %u\n",
           mpumap_result_name(o->result), o->broken ? o->why : "no rule broken", o->regions,
           o->lost, (unsigned)(o->reported.gap / GRANULE), o->visible,
           o->exchange ? " (bitmap)" : "", o->barriers, o->writes);
    print_steps();
    printf("#   search: %s, regions %u, gap %u, class %u, barriers %u, writes %u\n",
           mpumap_result_name(w.result), w.regions, w.gap, w.class, w.barriers, w.writes);
    if (w.result == MPUMAP_OK && w.class == 3 && w.writes != NO_WAY) {
        print_way(p, &nodes[w.target], w.barriers, w.lost, w.writes);
    }
}

static unsigned class_of(const struct outcome *o)
{
    if (o->visible <= 1u) {
        return (o->visible == 0) ? 0u : (o->exchange ? 2u : 1u);
    }
    return 3u;
}

static enum kind judge_cost(const struct outcome *o, const struct wanted *w)
{
    const unsigned x[4] = {popcount(o->lost), class_of(o), o->barriers, o->writes};
    const unsigned y[4] = {w->gap, w->class, w->barriers, w->writes};
    static const enum kind kinds[4] = {GAP, CLASS, BARRIERS, WRITES};

    if (w->writes == NO_WAY) {
        return (x[0] == y[0] && x[1] == y[1]) ? UNSOLVED : (x[0] != y[0]) ? GAP : CLASS;
    }
    for (unsigned i = 0; i < 4; i++) {
        /* Switching one region off: by its limit register or by the bitmap, all the same. */
        if (i == 1 && x[1] == 2u && y[1] == 1u) {
            continue;
        }
        if (x[i] > y[i] && i >= 2 && x[i] - y[i] > most_excess[i - 2]) {
            most_excess[i - 2] = x[i] - y[i];
        }
        if (x[i] != y[i]) {
            return (x[i] > y[i]) ? kinds[i] : BETTER;
        }
    }
    return KINDS;
}

static enum kind judge_outcome(const struct outcome *o, const struct wanted *w)
{
    if (o->broken) {
        return BROKEN;
    }
    if (o->result != w->result) {
        return RESULT;
    }
    if (o->result != MPUMAP_OK) {
        return (o->writes + o->barriers != 0) ? BROKEN : KINDS;
    }
    if (o->reported.gap != (uint64_t)popcount(o->lost) * GRANULE ||
        o->reported.writes != o->writes || o->reported.barriers != o->barriers) {
        return MISREPORT;
    }
    if (o->regions != w->regions) {
        return (o->regions > w->regions) ? REGIONS : BETTER;
    }
    return judge_cost(o, w);
}

/* ---- the whole scope ---- */

static void judge_change(struct problem *p, unsigned live, bool single, enum mpumap_result result)
{
    struct outcome o;
    struct wanted w;
    enum kind kind;

    memset(&o, 0, sizeof o);
    o.result = result;
    o.reported = *mpumap_cost(&world.map);
    judge_steps(p, &o);
    o.lost &= p->alike;
    if (result == MPUMAP_OK) {
        judge_end(p, &o);
    }
    if ((o.lost & live) != 0 || step_count > STEPS) {
        o.broken = true;
        o.why = "a live granule was lost";
    }
    if (mpumap_check(&world.map) != MPUMAP_OK) {
        o.broken = true;
        o.why = "mpumap_check";
    }
    w = best_way(p, live,
                 (struct bound){(o.barriers < PHASES_MAX) ? o.barriers : PHASES_MAX, o.writes});
    kind = judge_outcome(&o, &w);
    changes++;
    if (kind < KINDS && explaining) {
        explain(kind, p, live, single, &o);
    } else if (kind < KINDS) {
        note_example(kind, p, live, single);
    } else {
        /* as good as it gets */
    }
}

static void run_change(struct problem *p, const struct world *before, unsigned live, bool single)
{
    enum mpumap_result r = MPUMAP_OK;

    world = *before;
    declare_live(live);
    step_count = 0;
    if (!single) {
        r = by_transaction(p->was, p->is);
    } else if (!single_operation(p->was, p->is, &r)) {
        return;
    }
    judge_change(p, live, single, r);
}

static void every_new_map(const uint8_t *was, const struct world *before, bool bitmap)
{
    const unsigned start = targets[map_code(was)][0];

    for (unsigned code = 0; code < map_count; code++) {
        uint8_t is[GRANULES_MAX];

        decode_map(code, is);
        set_problem(&problem, was, is, bitmap, start);
        cost_count = 0;
        for (unsigned live = 0; live < (1u << scope.granules); live++) {
            if ((live & ~problem.alike) == 0) {
                run_change(&problem, before, live, false);
                run_change(&problem, before, live, true);
            }
        }
    }
}

static bool lead_to(const uint8_t *was, struct world *before)
{
    static const uint8_t empty[GRANULES_MAX];

    start_world();
    step_count = 0;
    if (by_transaction(empty, was) != MPUMAP_OK) {
        return false;
    }
    settle_registers();
    *before = world;
    return true;
}

static void explain_example(const struct example *e)
{
    static struct world before;

    has_bitmap = e->bitmap;
    if (lead_to(e->was, &before)) {
        set_problem(&problem, e->was, e->is, e->bitmap, targets[map_code(e->was)][0]);
        cost_count = 0;
        explaining = true;
        run_change(&problem, &before, e->live, e->single);
        explaining = false;
    }
}

static void every_pair(bool bitmap)
{
    static struct world before;

    has_bitmap = bitmap;
    for (unsigned code = 0; code < map_count; code++) {
        uint8_t was[GRANULES_MAX];

        decode_map(code, was);
        if (runs_of(was) > SLOTS) {
            continue;
        }
        if (!CHECK(lead_to(was, &before))) {
            return;
        }
        every_new_map(was, &before, bitmap);
    }
}

/* The most writes by which it may be dearer. */
#define MOST_WRITES 3u

/* Changes in which the planner is known to be dearer than the search, for the full scope; and those
 * in which it takes more phases than the search can look at: several exchanges, one after another.
 */
struct ceiling {
    uint64_t barriers;
    uint64_t writes;
    uint64_t unsolved;
};

static void judge_counts(const struct ceiling *ceiling)
{
    uint64_t most[KINDS] = {0};

    most[BARRIERS] = ceiling->barriers;
    most[WRITES] = ceiling->writes;
    most[UNSOLVED] = ceiling->unsolved;
    for (unsigned k = 0; k < KINDS; k++) {
        if (kind_count[k] != 0) {
            printf("# %s: %" PRIu64 ", of them %" PRIu64 " by one operation; the smallest:\n",
                   kind_names[k], kind_count[k], kind_single[k]);
            explain_example(&examples[k]);
        }
        CHECK(kind_count[k] <= most[k]);
    }
    tap_note_number("most barriers too many", most_excess[0]);
    tap_note_number("most writes too many", most_excess[1]);
    CHECK(most_excess[0] <= 2u);
    CHECK(most_excess[1] <= MOST_WRITES);
}

static void run_scope(struct scope s, const mpumap_attr_t *attrs, const struct ceiling *ceiling)
{
    static const struct ceiling none = {UINT64_MAX, UINT64_MAX, 0};
    const bool small = tap_number("MPUMAP_OPS", 1000000) < 1000000u && s.granules > 4u;

    s.granules = small ? 4u : s.granules;
    make_nodes(&s);
    memcpy(attr_of, attrs, sizeof attr_of);
    index_targets();
    memset(kind_count, 0, sizeof kind_count);
    memset(kind_single, 0, sizeof kind_single);
    memset(most_excess, 0, sizeof most_excess);
    changes = 0;
    every_pair(false);
    every_pair(true);
    tap_note_number("changes judged", changes);
    judge_counts((small || ceiling == NULL) ? &none : ceiling);
}

#define R RIGHT_R
#define RW (RIGHT_R | RIGHT_W)
#define RX (RIGHT_R | RIGHT_X)

/* In the base register only, one permission inside the other. */
static void permissions_that_nest(void)
{
    static const struct scope s = {5, 3, {0, 0, 1}, {0, 0, 0}, {RW, R}, {false, false}};
    static const mpumap_attr_t attrs[SYMBOLS_MAX] = {0, MPUMAP_RW, MPUMAP_RO};
#if SLOTS == 4u
    static const struct ceiling known = {564, 463, 0};
#else
    static const struct ceiling known = {1463, 832, 32};
#endif

    run_scope(s, attrs, &known);
}

#if SLOTS == 4u
/* In the base register only, neither permission inside the other. */
static void permissions_that_differ(void)
{
    static const struct scope s = {5, 3, {0, 0, 1}, {0, 0, 0}, {RW, RX}, {false, false}};
    static const mpumap_attr_t attrs[SYMBOLS_MAX] = {0, MPUMAP_RW, MPUMAP_RX};
    static const struct ceiling known = {224, 284, 0};

    run_scope(s, attrs, &known);
}

/* In the limit register only. */
static void types_that_differ(void)
{
    static const struct scope s = {5, 3, {0, 0, 0}, {0, 0, 1}, {RW, RW}, {false, false}};
    static const mpumap_attr_t attrs[SYMBOLS_MAX] = {0, MPUMAP_RW, MPUMAP_RW | MPUMAP_NORMAL_WT};
    static const struct ceiling known = {240, 1092, 0};

    run_scope(s, attrs, &known);
}

/* In both registers; executable device memory may not appear between. */
static void code_and_device(void)
{
    static const struct scope s = {5, 3, {0, 0, 1}, {0, 0, 1}, {RX, RW}, {false, true}};
    static const mpumap_attr_t attrs[SYMBOLS_MAX] = {0, MPUMAP_RX, MPUMAP_RW | MPUMAP_DEVICE};
    static const struct ceiling known = {496, 301, 0};

    run_scope(s, attrs, &known);
}

/* Three: the second differs in permission only, the third in type only. */
static void three_attributes(void)
{
    static const mpumap_attr_t attrs[SYMBOLS_MAX] = {0, MPUMAP_RW, MPUMAP_RO,
                                                     MPUMAP_RW | MPUMAP_NORMAL_WT};
    static const struct ceiling known = {48, 195, 0};
    struct scope s = {4, 4, {0, 0, 1, 0}, {0, 0, 0, 1}, {RW, R}, {false, false}};

    s.granules = (unsigned)tap_number("MPUMAP_GRANULES", 4);
    run_scope(s, attrs, (s.granules == 4u) ? &known : NULL);
}

#endif

static const struct tap_case cases[] = {
    TAP_CASE(permissions_that_nest),
#if SLOTS == 4u
    TAP_CASE(permissions_that_differ), TAP_CASE(types_that_differ),
    TAP_CASE(code_and_device),         TAP_CASE(three_attributes),
#endif
};
TAP_MAIN(cases)
