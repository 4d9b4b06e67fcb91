/* SPDX-License-Identifier: MIT */
/*
 * Random operations on the strict simulator, which judges every state that writes not yet separated
 * by a barrier may show. The maps before and after each change and the live ranges come from a flat
 * array of granules in this file, never from the map under test.
 *
 * For each operation: rules R1 to R3 in every state; the reported gap is the simulator's; where an
 * enable bitmap and a spare slot for each new region exist, nothing is lost, no merge is put off,
 * `live` is no answer and exactly one write is visible; an error has written nothing; an operation
 * that only counts writes nothing; mpumap_verify.
 *
 *   MPUMAP_SEED=N  replays; MPUMAP_OPS=N  operations in all (default 1000000)
 *
 * A failure prints the operations of its episode as a trace.
 */
#include "mpumap.h"
#include "port/sim/sim.h"

#include "tap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CELLS 20u
#define ORIGIN 0x20000000u
#define SPANS 64u
#define RANGES 16u
#define SLOTS_MAX 40u
#define EPISODE 250u
#define LOG 512u

/* ---- random numbers: splitmix64 ---- */

static uint64_t random_state;

static uint32_t pick(uint32_t below)
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32) % below;
}

/* ---- the model ---- */

struct model {
    uint16_t refs[CELLS];
    mpumap_attr_t attr[CELLS];
    uint16_t owner[CELLS]; /* whole: which map created it */
    bool live[CELLS];
    bool locked[CELLS];
    uint16_t owners;
};

enum kind {
    MAP,
    UNMAP,
    PROTECT,
    ADD_LIVE,
    END_LIVE,
    LOCK,
    BEGIN,
    COMMIT,
    ABORT,
    RESERVE,
    KINDS
};
static const char *const kind_names[KINDS] = {"map",  "unmap", "protect", "live",  "unlive",
                                              "lock", "begin", "commit",  "abort", "reserve"};

struct op {
    enum kind kind;
    unsigned first; /* cells */
    unsigned last;
    mpumap_attr_t attr;
    enum mpumap_result result;
};

static bool whole;

static bool all_free(const struct model *m, const struct op *op)
{
    for (unsigned c = op->first; c <= op->last; c++) {
        if (m->refs[c] != 0) {
            return false;
        }
    }
    return true;
}

/* whole: inside one region. */
static bool one_owner(const struct model *m, const struct op *op)
{
    for (unsigned c = op->first; c <= op->last; c++) {
        if (m->refs[c] == 0 || m->owner[c] != m->owner[op->first]) {
            return false;
        }
    }
    return true;
}

static bool is_owner(const struct model *m, unsigned c, const struct op *op)
{
    return c < CELLS && m->refs[c] != 0 && m->owner[c] == m->owner[op->first];
}

/* whole: equal to one region. */
static bool full_range(const struct model *m, const struct op *op)
{
    return one_owner(m, op) && !is_owner(m, op->first - 1u, op) && !is_owner(m, op->last + 1u, op);
}

static bool may_map(const struct model *m, const struct op *op)
{
    for (unsigned c = op->first; c <= op->last; c++) {
        if (m->refs[c] != 0 && m->attr[c] != op->attr) {
            return false;
        }
    }
    return !whole || all_free(m, op) || one_owner(m, op);
}

static bool may_unmap(const struct model *m, const struct op *op)
{
    for (unsigned c = op->first; c <= op->last; c++) {
        if (m->refs[c] == 0 || (m->refs[c] == 1 && m->locked[c])) {
            return false;
        }
    }
    return !whole || (m->refs[op->first] > 1 ? one_owner(m, op) : full_range(m, op));
}

static bool may_protect(const struct model *m, const struct op *op)
{
    for (unsigned c = op->first; c <= op->last; c++) {
        if (m->refs[c] != 1 || (m->locked[c] && m->attr[c] != op->attr)) {
            return false;
        }
    }
    return !whole || full_range(m, op);
}

static bool all_mapped(const struct model *m, const struct op *op)
{
    for (unsigned c = op->first; c <= op->last; c++) {
        if (m->refs[c] == 0) {
            return false;
        }
    }
    return true;
}

/* Is the operation right, as far as the model can tell? */
static bool may(const struct model *m, const struct op *op)
{
    switch (op->kind) {
    case MAP:
        return may_map(m, op);
    case UNMAP:
        return may_unmap(m, op);
    case PROTECT:
        return may_protect(m, op);
    case ADD_LIVE:
        return !whole || all_free(m, op) || one_owner(m, op);
    case LOCK:
        return whole ? one_owner(m, op) : all_mapped(m, op);
    case END_LIVE:
    case BEGIN:
    case COMMIT:
    case ABORT:
    case RESERVE:
    case KINDS:
    default:
        return true;
    }
}

/* whole: a reference is on the region, whatever the range. */
static void count_whole(struct model *m, const struct op *op, uint16_t by)
{
    const uint16_t owner = m->owner[op->first];

    for (unsigned c = 0; c < CELLS; c++) {
        if (m->refs[c] != 0 && m->owner[c] == owner) {
            m->refs[c] = (uint16_t)(m->refs[c] + by);
        }
    }
}

static void change_refs(struct model *m, const struct op *op)
{
    const bool up = op->kind == MAP;

    if (whole && !(up && all_free(m, op))) {
        count_whole(m, op, up ? 1u : 0xffffu);
        return;
    }
    m->owners = (uint16_t)(m->owners + 1u);
    for (unsigned c = op->first; c <= op->last; c++) {
        m->refs[c] = (uint16_t)(m->refs[c] + (up ? 1u : 0xffffu));
        m->owner[c] = m->owners;
        m->attr[c] = up ? op->attr : m->attr[c];
    }
}

static void apply(struct model *m, const struct op *op)
{
    if (op->kind == MAP || op->kind == UNMAP) {
        change_refs(m, op);
        return;
    }
    for (unsigned c = op->first; c <= op->last; c++) {
        if (op->kind == PROTECT) {
            m->attr[c] = op->attr;
        } else if (op->kind == LOCK) {
            m->locked[c] = true;
        } else {
            m->live[c] = op->kind == ADD_LIVE;
        }
    }
}

/* ---- the world ---- */

struct config {
    const char *name;
    enum mpumap_sim_target target;
    enum mpumap_policy policy;
    uint16_t slots;
    uint16_t bitmap;
    bool live;
};

static const struct config *config;
static mpumap_addr_t granule;
static struct model now;     /* committed */
static struct model pending; /* in a transaction; else what the operation at hand makes */
static bool in_tx;
static bool poisoned;

static struct mpumap map;
static struct mpumap_sim sim;
static struct mpumap_sim_change change;
static struct mpumap_port port;
static struct mpumap_entry table[SLOTS_MAX];
static struct mpumap_pair scratch[SLOTS_MAX];
static struct mpumap_span spans[SPANS];
static struct mpumap_span pending_spans[SPANS];
static struct mpumap_range ranges[4u * RANGES];

static struct mpumap_step steps[256];
static unsigned step_count;
static unsigned visible;
static uint64_t seen_gap;
static bool reserved[SLOTS_MAX];
static struct op history[LOG];
static unsigned history_count;
static uint64_t total_ops;
static uint64_t total_changes;
static uint64_t total_spare;
static uint64_t total_lost;
static uint64_t total_live;
static uint64_t total_waits;

static mpumap_addr_t base_of(unsigned cell)
{
    return (mpumap_addr_t)ORIGIN + cell * granule;
}

static mpumap_addr_t limit_of(unsigned cell)
{
    return base_of(cell) + (granule - 1u);
}

static bool joins(const struct model *m, unsigned c)
{
    return c > 0 && m->refs[c] != 0 && m->refs[c - 1u] != 0 &&
           (whole ? m->owner[c] == m->owner[c - 1u] : m->attr[c] == m->attr[c - 1u]);
}

static size_t areas_of(const struct model *m, struct mpumap_sim_area *out)
{
    size_t n = 0;

    for (unsigned c = 0; c < CELLS; c++) {
        if (joins(m, c)) {
            out[n - 1u].limit = limit_of(c);
        } else if (m->refs[c] != 0) {
            out[n++] = (struct mpumap_sim_area){base_of(c), limit_of(c), m->attr[c]};
        } else {
            /* a hole */
        }
    }
    return n;
}

static size_t held_areas(const struct model *m, struct mpumap_sim_area *out)
{
    size_t n = 0;

    for (unsigned c = 0; c < CELLS; c++) {
        if (m->live[c] || m->locked[c]) {
            out[n++] = (struct mpumap_sim_area){base_of(c), limit_of(c), 0};
        }
    }
    return n;
}

/* Around the steps of a change. The lives that count are those when it happens. */
static void tap_enter(void *ctx)
{
    struct mpumap_sim_area before[CELLS];
    struct mpumap_sim_area after[CELLS];
    struct mpumap_sim_area held[CELLS];

    mpumap_sim_change_begin(ctx, &change, (struct mpumap_sim_areas){before, areas_of(&now, before)},
                            (struct mpumap_sim_areas){after, areas_of(&pending, after)},
                            (struct mpumap_sim_areas){held, held_areas(&pending, held)});
}

static void tap_leave(void *ctx)
{
    mpumap_sim_port.leave(ctx);
    (void)mpumap_sim_change_end(ctx);
    seen_gap = change.gap;
}

static bool is_visible(const struct mpumap_step *step)
{
    struct mpumap_pair pair;

    if (step->kind == MPUMAP_STEP_BITMAP) {
        return ((mpumap_sim_bitmap(&sim) ^ (uint32_t)step->value) & step->mask) != 0;
    }
    if (step->kind != MPUMAP_STEP_BASE && step->kind != MPUMAP_STEP_LIMIT) {
        return false;
    }
    mpumap_sim_get(&sim, step->slot, &pair);
    return (pair.limit & 1u) != 0 || (step->kind == MPUMAP_STEP_LIMIT && (step->value & 1u) != 0);
}

static void tap_apply(void *ctx, const struct mpumap_step *step)
{
    if (step_count < sizeof steps / sizeof steps[0]) {
        steps[step_count] = *step;
    }
    step_count++;
    visible += is_visible(step) ? 1u : 0u;
    mpumap_sim_port.apply(ctx, step);
}

static bool start(uint64_t junk)
{
    struct mpumap_config c;

    memset(&now, 0, sizeof now);
    memset(reserved, 0, sizeof reserved);
    memset(&c, 0, sizeof c);
    in_tx = false;
    history_count = 0;
    whole = config->policy == MPUMAP_WHOLE;
    granule = (config->target == MPUMAP_SIM_ARMV8M) ? 32u : 64u;
    (void)mpumap_sim_init(&sim, config->target, config->slots, junk);
    mpumap_sim_control(&sim, true, false);
    mpumap_sim_strict(&sim, true);
    port = mpumap_sim_port;
    port.enter = tap_enter;
    port.leave = tap_leave;
    port.apply = tap_apply;
    c.port = &port;
    c.port_ctx = &sim;
    c.table = table;
    c.scratch = scratch;
    c.regions = config->slots;
    c.spans = spans;
    c.span_capacity = SPANS;
    c.pending = pending_spans;
    c.pending_capacity = SPANS;
    c.ranges = ranges;
    c.lock_capacity = RANGES;
    c.live_capacity = RANGES;
    c.policy = config->policy;
    return mpumap_init(&map, &c) == MPUMAP_OK;
}

/* ---- what must hold ---- */

/* What the hardware could do for a change from `now` to `pending`. */
struct means {
    unsigned runs; /* regions of the new map */
    unsigned news; /* of them not in the registers yet */
    unsigned free; /* slots, and of them in the bitmap */
    unsigned free_low;
    bool low; /* every region in use is in the bitmap */
};

static bool in_registers(const struct mpumap_sim_area *area)
{
    const unsigned cell = (unsigned)((area->base - ORIGIN) / granule);
    const mpumap_addr_t low = granule - 1u;

    for (uint8_t s = 0; s < config->slots; s++) {
        struct mpumap_pair pair;

        mpumap_sim_get(&sim, s, &pair);
        if ((pair.limit & 1u) != 0 && (pair.base & ~low) == area->base &&
            (pair.limit | low) == area->limit) {
            return now.attr[cell] == area->attr;
        }
    }
    return false;
}

static void look(struct means *out)
{
    struct mpumap_sim_area after[CELLS];

    memset(out, 0, sizeof *out);
    out->low = true;
    out->runs = (unsigned)areas_of(&pending, after);
    for (unsigned i = 0; i < out->runs; i++) {
        out->news += in_registers(&after[i]) ? 0u : 1u;
    }
    for (uint8_t s = 0; s < config->slots; s++) {
        struct mpumap_pair pair;

        mpumap_sim_get(&sim, s, &pair);
        if ((pair.limit & 1u) != 0) {
            out->low = out->low && s < config->bitmap;
        } else if (!reserved[s]) {
            out->free++;
            out->free_low += (s < config->bitmap) ? 1u : 0u;
        } else {
            /* others' */
        }
    }
}

static void print_history(void)
{
    printf("# %s\n", config->name);
    for (unsigned i = 0; i < history_count; i++) {
        const struct op *op = &history[i];

        printf("# %s", kind_names[op->kind]);
        if (op->kind == RESERVE) {
            printf(" %u", op->first);
        } else if (op->kind < BEGIN) {
            printf(" 0x%08" PRIx64 " 0x%08" PRIx64, (uint64_t)base_of(op->first),
                   (uint64_t)limit_of(op->last));
        }
        if (op->kind == MAP || op->kind == PROTECT) {
            printf(" %s %s %s", mpumap_perm_name(op->attr), mpumap_type_name(op->attr),
                   mpumap_share_name(op->attr));
        }
        printf("   # %s\n", mpumap_result_name(op->result));
    }
}

static void print_steps(void)
{
    static const char *const names[] = {"select", "base",  "limit", "bitmap",
                                        "isb",    "order", "sync"};

    for (unsigned i = 0; i < step_count && i < sizeof steps / sizeof steps[0]; i++) {
        printf("# step %u: %s slot %u value 0x%08" PRIx64 " mask 0x%x\n", i + 1u,
               names[steps[i].kind], steps[i].slot, (uint64_t)steps[i].value,
               (unsigned)steps[i].mask);
    }
}

static bool wrong(const char *what)
{
    char text[200];

    tap_check(false, __FILE__, __LINE__, what);
    mpumap_sim_describe(&sim, text, sizeof text);
    printf("# %s; simulator: %s\n", what, text);
    print_steps();
    print_history();
    return false;
}

/* Regions as the map lists them: the new map, in as many pieces as it has runs, unless live ranges
 * may have put merges off. */
static bool regions_agree(bool may_wait)
{
    struct mpumap_sim_area want[CELLS];
    struct mpumap_region r;
    uint16_t cursor = 0;
    size_t i = 0;
    const size_t n = areas_of(&now, want);
    mpumap_addr_t next = (n == 0) ? 0 : want[0].base;

    while (mpumap_next_region(&map, &cursor, &r)) {
        if (i == n || r.base != next || r.limit > want[i].limit ||
            r.attr != mpumap_canonical(want[i].attr)) {
            return false;
        }
        if (r.limit < want[i].limit) {
            total_waits++;
            next = r.limit + 1u;
            if (!may_wait) {
                return false;
            }
        } else {
            i++;
            next = (i == n) ? 0 : want[i].base;
        }
    }
    return i == n;
}

static bool same_map(const struct model *a, const struct model *b)
{
    for (unsigned c = 0; c < CELLS; c++) {
        if ((a->refs[c] != 0) != (b->refs[c] != 0) ||
            (a->refs[c] != 0 && (a->attr[c] != b->attr[c] || joins(a, c) != joins(b, c)))) {
            return false;
        }
    }
    return true;
}

static bool any_held(const struct model *m)
{
    struct mpumap_sim_area held[CELLS];

    return held_areas(m, held) != 0;
}

static bool judge_refusal(const struct op *op, const struct means *m, bool right)
{
    if (step_count != 0) {
        return wrong("refused, but registers were written");
    }
    if (!right) {
        return true;
    }
    if (op->result == MPUMAP_NO_REGION) {
        const unsigned used = (unsigned)(config->slots - m->free);

        (void)used;
        return (mpumap_capacity(&map) < m->runs || any_held(&pending)) ||
               wrong("no-region although there are slots");
    }
    if (op->result == MPUMAP_LIVE) {
        total_live++;
        return (any_held(&pending) &&
                !(config->bitmap != 0 && !whole && m->low && m->news <= m->free_low)) ||
               wrong("live although there are spare slots");
    }
    return wrong("refused what is right");
}

static bool judge_change(const struct means *m, bool had_waits)
{
    const struct mpumap_cost *cost = mpumap_cost(&map);

    if (step_count != 0) {
        total_changes++;
    }
    if (sim.counters.errors != 0) {
        return wrong("a rule is broken");
    }
    if (cost->gap != seen_gap) {
        return wrong("the gap is not what was reported");
    }
    if (cost->writes != mpumap_sim_writes(&sim) || cost->barriers != mpumap_sim_barriers(&sim)) {
        return wrong("the counts are not what was reported");
    }
    total_lost += (seen_gap != 0) ? 1u : 0u;
    if (step_count != 0 && !had_waits && same_map(&now, &pending)) {
        return wrong("registers were written for a change of counts");
    }
    if (config->bitmap != 0 && !whole && m->low && m->news <= m->free_low && step_count != 0) {
        total_spare++;
        return ((seen_gap == 0 && visible == 1) ||
                wrong("with spare slots: not one visible write"));
    }
    return true;
}

/* ---- operations ---- */

static enum mpumap_result perform(const struct op *op)
{
    const mpumap_addr_t base = base_of(op->first);
    const mpumap_addr_t limit = limit_of(op->last);

    switch (op->kind) {
    case MAP:
        return mpumap_map(&map, base, limit, op->attr);
    case UNMAP:
        return mpumap_unmap(&map, base, limit);
    case PROTECT:
        return mpumap_protect(&map, base, limit, op->attr);
    case ADD_LIVE:
        return mpumap_live(&map, base, limit);
    case END_LIVE:
        return mpumap_unlive(&map, base, limit);
    case LOCK:
        return mpumap_lock(&map, base, limit);
    case BEGIN:
        return mpumap_begin(&map);
    case COMMIT:
        return mpumap_commit(&map);
    case ABORT:
        return mpumap_abort(&map);
    case RESERVE:
        return mpumap_reserve(&map, (uint16_t)op->first);
    case KINDS:
    default:
        return MPUMAP_STATE;
    }
}

static bool settle(const struct op *op, bool right)
{
    if (op->kind == BEGIN) {
        in_tx = true;
        poisoned = false;
        pending = now;
    } else if (op->kind == COMMIT || op->kind == ABORT) {
        if (op->kind == COMMIT && op->result == MPUMAP_OK) {
            now = pending;
        }
        in_tx = false;
    } else if (!in_tx) {
        now = (op->result == MPUMAP_OK) ? pending : now;
    } else {
        poisoned = poisoned || op->result != MPUMAP_OK;
        if (op->result != MPUMAP_OK && right) {
            return wrong("refused in a transaction what is right");
        }
    }
    return true;
}

static unsigned enabled_slots(void)
{
    unsigned n = 0;

    for (uint8_t s = 0; s < config->slots; s++) {
        struct mpumap_pair pair;

        mpumap_sim_get(&sim, s, &pair);
        n += (unsigned)(pair.limit & 1u);
    }
    return n;
}

static bool step(struct op *op)
{
    struct mpumap_sim_area areas[CELLS];
    struct means means;
    const bool had_waits = enabled_slots() != areas_of(&now, areas);
    bool right;
    bool good;

    if (!in_tx) {
        pending = now;
    }
    right = (op->kind == COMMIT) ? !poisoned : may(&pending, op);
    if (right && op->kind < BEGIN) {
        apply(&pending, op);
    }
    look(&means);
    step_count = 0;
    visible = 0;
    seen_gap = 0;
    mpumap_sim_clear(&sim);
    op->result = perform(op);
    if (history_count < LOG) {
        history[history_count++] = *op;
    }
    total_ops++;
    if (op->result == MPUMAP_OK && !right) {
        return wrong("accepted what is wrong");
    }
    if (op->result != MPUMAP_OK) {
        good = judge_refusal(op, &means, right);
    } else if (in_tx && op->kind != COMMIT) {
        good = step_count == 0 || wrong("registers were written inside a transaction");
    } else {
        good = judge_change(&means, had_waits);
    }
    return good && settle(op, right);
}

static bool consistent(void)
{
    if (mpumap_verify(&map) != MPUMAP_OK) {
        return wrong("mpumap_verify");
    }
    if (!in_tx && !regions_agree(any_held(&now) || config->live)) {
        return wrong("the regions are not those of the map");
    }
    return true;
}

static mpumap_attr_t attrs[3];

static void pick_attrs(void)
{
    static const mpumap_attr_t all[8] = {MPUMAP_RW,
                                         MPUMAP_RO,
                                         MPUMAP_RX,
                                         MPUMAP_RW | MPUMAP_DEVICE,
                                         MPUMAP_RW | MPUMAP_NORMAL_NC,
                                         MPUMAP_RW | MPUMAP_NORMAL_WT,
                                         MPUMAP_RW | MPUMAP_SHARE_OUTER,
                                         MPUMAP_RO | MPUMAP_DEVICE};

    for (unsigned i = 0; i < 3; i++) {
        attrs[i] = mpumap_canonical(all[pick(8)]);
    }
}

static enum kind pick_kind(void)
{
    const uint32_t k = pick(100);

    if (in_tx && k >= 75) {
        return (k < 78) ? ABORT : COMMIT;
    }
    if (k < 38) {
        return MAP;
    }
    if (k < 64) {
        return UNMAP;
    }
    if (k < 75) {
        return PROTECT;
    }
    if (k < 88) {
        return BEGIN;
    }
    if (!config->live) {
        return MAP;
    }
    return (k < 95) ? ADD_LIVE : END_LIVE;
}

/* Mostly what is right: a range is tried a few times. */
static void pick_op(struct op *op)
{
    op->kind = pick_kind();
    for (unsigned tries = 0; tries < 6; tries++) {
        uint32_t length = 1u + pick(4);

        op->first = pick(CELLS);
        length = (pick(8) == 0) ? 1u + pick(CELLS) : length;
        op->last = (op->first + length > CELLS) ? CELLS - 1u : op->first + length - 1u;
        op->attr = attrs[(pick(10) < 6) ? 0 : 1 + pick(2)];
        if (may(in_tx ? &pending : &now, op)) {
            break;
        }
    }
}

static bool reserve_some(void)
{
    while (pick(4) == 0) {
        struct op op = {RESERVE, pick(config->slots), 0, 0, MPUMAP_OK};

        reserved[op.first] = true;
        if (!step(&op)) {
            return false;
        }
    }
    return true;
}

static bool episode(uint64_t junk)
{
    struct op op;

    if (!CHECK(start(junk))) {
        return false;
    }
    pick_attrs();
    if (!reserve_some()) {
        return false;
    }
    for (unsigned i = 0; i < EPISODE; i++) {
        memset(&op, 0, sizeof op);
        pick_op(&op);
        if (config->live && !in_tx && pick(EPISODE) == 0) {
            op.kind = LOCK;
        }
        if (!step(&op) || !consistent()) {
            return false;
        }
    }
    return true;
}

static void run(const struct config *c, uint32_t share)
{
    static uint64_t seed;
    const uint64_t ops = tap_number("MPUMAP_OPS", 1000000) * share / 100u;

    if (seed == 0) {
        seed = tap_seed();
    }
    config = c;
    random_state = seed;
    total_ops = 0;
    total_changes = 0;
    total_spare = 0;
    total_lost = 0;
    total_live = 0;
    total_waits = 0;
    while (total_ops < ops) {
        if (!episode(random_state)) {
            return;
        }
    }
    tap_note_number("operations", total_ops);
    tap_note_number("changes of registers", total_changes);
    tap_note_number("of them with spare slots in the bitmap", total_spare);
    tap_note_number("changes that lost bytes", total_lost);
    tap_note_number("refusals for live ranges", total_live);
    tap_note_number("merges seen waiting", total_waits);
    CHECK(total_changes > ops / 10u);
}

/* clang-format off */
#define CONFIGS(X) \
    X(bitmap_and_spare_slots, R32_EL2, EXACT, 32, 32, false, 20) \
    X(bitmap_and_spare_slots_live, R32_EL2, EXACT, 24, 32, true, 12) \
    X(bitmap_and_few_slots, R32_EL2, EXACT, 6, 32, true, 17) \
    X(bitmap_in_part, R32_EL2, EXACT, 40, 32, true, 5) \
    X(no_bitmap, R32_EL1, EXACT, 10, 0, false, 10) \
    X(no_bitmap_live, R32_EL1, EXACT, 10, 0, true, 12) \
    X(m_profile, M, EXACT, 8, 0, true, 8) \
    X(whole_regions, R32_EL2, WHOLE, 12, 32, true, 6)
#if MPUMAP_ADDR_BITS == 64
#define CONFIGS_64(X) X(windows_and_bitmap, R64_EL2, EXACT, 24, 32, true, 10)
#else
#define CONFIGS_64(X)
#endif
#define DEFINE(n, t, p, s, b, l, share)                                                            \
    static void n(void)                                                                            \
    {                                                                                              \
        static const struct config c = {#n, MPUMAP_SIM_ARMV8##t, MPUMAP_##p, s, b, l};             \
        run(&c, share);                                                                            \
    }
/* clang-format on */
CONFIGS(DEFINE)
CONFIGS_64(DEFINE)

#define CASE(n, t, p, s, b, l, share) TAP_CASE(n),
static const struct tap_case cases[] = {CONFIGS(CASE) CONFIGS_64(CASE)};
TAP_MAIN(cases)
