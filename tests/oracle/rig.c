/* SPDX-License-Identifier: MIT */
#include "rig.h"

#include "guard.h"

#include <stdarg.h>
#include <string.h>

#define BIT(result) (1u << (unsigned)(result))

static bool fail(struct rig *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct rig *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(r->message, sizeof r->message, format, args);
    va_end(args);
    return false;
}

static void sim_pair(const struct rig *r, uint16_t slot, struct mpumap_pair *out)
{
    mpumap_sim_get(&r->sim, (uint8_t)slot, out);
}

static unsigned long long ull(mpumap_addr_t a)
{
    return (unsigned long long)a;
}

/* ---- the tap: a port that watches what the core asks of the real one ---- */

static void tap_limits(void *ctx, struct mpumap_limits *out)
{
    struct rig *r = ctx;

    mpumap_sim_port.limits(&r->sim, out);
}

static void tap_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                       struct mpumap_pair *out)
{
    struct rig *r = ctx;
    const mpumap_addr_t mask = r->oracle.rules.granule - 1;

    mpumap_attr_t plain = attr; /* either word for the lower level is good to a port */

    if ((attr & MPUMAP_LOWER_MASK) != 0) {
        plain = (mpumap_attr_t)((attr & ~MPUMAP_LOWER_MASK) | r->oracle.rules.lower);
    }
    if (base > limit || limit > r->oracle.rules.top || (base & mask) != 0 ||
        (limit & mask) != mask || attr != oracle_canonical(attr) ||
        !oracle_attr_ok(&r->oracle.rules, plain)) {
        r->tap_error = "encode was asked for a region that cannot be encoded";
    }
    mpumap_sim_port.encode(&r->sim, base, limit, attr, out);
}

static bool tap_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr)
{
    struct rig *r = ctx;

    return mpumap_sim_port.decode(&r->sim, pair, attr);
}

static void tap_apply(void *ctx, const struct mpumap_step *step)
{
    struct rig *r = ctx;

    switch ((enum mpumap_step_kind)step->kind) {
    case MPUMAP_STEP_BASE:
    case MPUMAP_STEP_LIMIT:
        if (step->slot >= r->shape.slots ||
            ((r->oracle.now.reserved[step->slot / 32u] >> (step->slot % 32u)) & 1u) != 0) {
            r->tap_error = "a slot that the map does not own was written";
        }
        r->writes++;
        break;
    case MPUMAP_STEP_SELECT:
        r->writes++;
        break;
    case MPUMAP_STEP_BITMAP:
        if ((step->mask & r->oracle.now.reserved[0]) != 0) {
            r->tap_error = "the enable bit of a reserved slot was written";
        }
        r->writes++;
        break;
    case MPUMAP_STEP_ISB:
    case MPUMAP_STEP_ORDER:
    case MPUMAP_STEP_SYNC:
        r->barriers++;
        break;
    }
    if (r->depth != 1) {
        r->tap_error = "a step outside enter and leave";
    }
    mpumap_sim_port.apply(&r->sim, step);
}

static void tap_read(void *ctx, uint8_t slot, struct mpumap_pair *out)
{
    struct rig *r = ctx;

    mpumap_sim_port.read(&r->sim, slot, out);
}

static size_t areas_of(const struct rig *r, const struct oracle_state *s,
                       struct mpumap_sim_area out[ORACLE_CELLS])
{
    struct oracle_run runs[ORACLE_CELLS];
    const uint16_t n = oracle_regions(&r->oracle, s, runs);

    for (uint16_t i = 0; i < n; i++) {
        out[i] = (struct mpumap_sim_area){runs[i].base, runs[i].limit, runs[i].attr};
    }
    return n;
}

/* Ranges that rule R3 protects: live or locked when the change is made. */
static size_t live_areas(const struct rig *r, const struct oracle_state *s,
                         struct mpumap_sim_area out[ORACLE_CELLS])
{
    const struct oracle_cell *c = r->oracle.rules.cell;
    size_t n = 0;
    bool open = false;

    for (uint16_t i = 0; i < r->oracle.rules.cells; i++) {
        const bool live = s->live[i] || s->locked[i];
        if (live && !open) {
            out[n] = (struct mpumap_sim_area){c[i].base, 0, 0};
            n++;
        }
        if (live) {
            out[n - 1].limit = c[i].limit;
        }
        open = live;
    }
    return n;
}

/* The core is about to write registers: from here on the simulator judges each state that they can
 * show against the old and the new map, which it has from the model. */
static void tap_enter(void *ctx)
{
    struct rig *r = ctx;
    struct mpumap_sim_area before[ORACLE_CELLS];
    struct mpumap_sim_area after[ORACLE_CELLS];
    struct mpumap_sim_area live[ORACLE_CELLS];
    const struct oracle_state *next = r->oracle.in_tx ? &r->oracle.pending : &r->oracle.next;
    const struct mpumap_sim_areas old_map = {before, areas_of(r, &r->oracle.now, before)};
    const struct mpumap_sim_areas new_map = {after, areas_of(r, next, after)};
    const struct mpumap_sim_areas live_map = {live, live_areas(r, next, live)};

    r->depth++;
    if (!r->watched) {
        r->tap_error = "enter outside an operation that may write";
        return;
    }
    mpumap_sim_change_begin(&r->sim, &r->change, old_map, new_map, live_map);
}

static void tap_leave(void *ctx)
{
    struct rig *r = ctx;

    r->depth--;
    if (r->watched) {
        (void)mpumap_sim_change_end(&r->sim);
        r->gap += r->change.gap;
    }
}

/* ---- making one ---- */

static bool is_64(const struct rig_shape *shape)
{
    return shape->target == MPUMAP_SIM_ARMV8R64_EL1 || shape->target == MPUMAP_SIM_ARMV8R64_EL2;
}

static mpumap_addr_t top_of(const struct rig_shape *shape)
{
    return is_64(shape) ? (mpumap_addr_t)0xffffffffffffULL : (mpumap_addr_t)0xffffffffULL;
}

mpumap_addr_t rig_middle(const struct rig_shape *shape)
{
    return is_64(shape) ? (mpumap_addr_t)0x800010000000ULL : (mpumap_addr_t)0x10000000ULL;
}

static void add_cells(struct oracle_rules *rules, mpumap_addr_t *at, mpumap_addr_t until,
                      uint16_t count)
{
    if (*at < until) {
        rules->cell[rules->cells] = (struct oracle_cell){*at, until - 1};
        rules->cells++;
    }
    for (uint16_t i = 0; i < count; i++) {
        rules->cell[rules->cells].base = until + (mpumap_addr_t)i * rules->granule;
        rules->cell[rules->cells].limit = rules->cell[rules->cells].base + (rules->granule - 1);
        rules->cells++;
    }
    *at = until + (mpumap_addr_t)count * rules->granule;
}

void rig_rules(const struct rig_shape *shape, uint16_t low, uint16_t middle, uint16_t high,
               struct oracle_rules *out)
{
    mpumap_addr_t at = 0;
    const mpumap_addr_t top = top_of(shape);

    memset(out, 0, sizeof *out);
    out->policy = shape->policy;
    out->granule = (shape->target == MPUMAP_SIM_ARMV8M) ? 32 : 64;
    out->top = top;
    out->lower =
        (shape->target == MPUMAP_SIM_ARMV8R32_EL2 || shape->target == MPUMAP_SIM_ARMV8R64_EL2)
            ? MPUMAP_EL1
            : MPUMAP_EL0;
    out->allow_rwx = shape->allow_rwx;
    out->refs_max = (shape->refs_max != 0) ? shape->refs_max : (mpumap_refs_t) ~(mpumap_refs_t)0;
    out->slots = shape->slots;
    if (shape->target == MPUMAP_SIM_ARMV8R32_EL2 || is_64(shape)) {
        out->bitmap = (shape->slots < 32) ? shape->slots : 32;
    }
    out->span_capacity = shape->span_capacity;
    out->pending_capacity = shape->pending_capacity;
    out->lock_capacity = shape->lock_capacity;
    out->live_capacity = shape->live_capacity;
    add_cells(out, &at, 0, low);
    add_cells(out, &at, rig_middle(shape), middle);
    add_cells(out, &at, top - (mpumap_addr_t)high * out->granule + 1, high);
    if (high == 0) {
        out->cell[out->cells - 1].limit = top; /* until == top + 1, which wraps on 32 bits */
    }
}

bool rig_start(struct rig *r, const struct rig_shape *shape, const struct oracle_rules *rules,
               uint64_t seed)
{
    struct mpumap_config config;

    r->shape = *shape;
    oracle_init(&r->oracle, rules);
    if (!mpumap_sim_init(&r->sim, shape->target, shape->slots, seed)) {
        return fail(r, "the simulator has no such MPU");
    }
    mpumap_sim_control(&r->sim, true, false);
    mpumap_sim_strict(&r->sim, true);
    r->salt = (uint32_t)seed;
    r->watched = false;
    r->was_count = 0;
    r->tap = (struct mpumap_port){tap_limits, tap_encode, tap_decode, tap_apply,
                                  tap_read,   tap_enter,  tap_leave};
    r->log_count = 0;
    r->message[0] = '\0';
    r->depth = 0;
    r->tap_error = NULL;
    memset(&config, 0, sizeof config);
    UNGUARD_LISTS(r);
    memset(r->table, 0xa5, sizeof r->table);
    memset(r->spans, 0xa5, sizeof r->spans);
    memset(r->pending, 0xa5, sizeof r->pending);
    memset(r->ranges, 0xa5, sizeof r->ranges);
    memset(&r->map, 0xa5, sizeof r->map);
    config.port = &r->tap;
    config.port_ctx = r;
    config.table = r->table;
    config.scratch = r->scratch;
    config.regions = shape->slots;
    config.spans = r->spans;
    config.span_capacity = shape->span_capacity;
    config.pending = (shape->pending_capacity != 0) ? r->pending : NULL;
    config.pending_capacity = shape->pending_capacity;
    config.ranges = r->ranges;
    config.lock_capacity = shape->lock_capacity;
    config.live_capacity = shape->live_capacity;
    config.policy = shape->policy;
    config.allow_rwx = shape->allow_rwx;
    config.refs_max = shape->refs_max;
    const enum mpumap_result result = mpumap_init(&r->map, &config);
    if (result != MPUMAP_OK) {
        return fail(r, "init answered %s", mpumap_result_name(result));
    }
    GUARD_LISTS(r);
    return true;
}

/* ---- boot ---- */

bool rig_boot(struct rig *r, uint8_t slot, uint16_t first, uint16_t last, mpumap_attr_t attr)
{
    struct oracle *o = &r->oracle;
    struct mpumap_pair pair;

    mpumap_sim_get(&r->sim, slot, &pair);
    if ((pair.limit & MPUMAP_LIMIT_ENABLE) != 0) {
        return false;
    }
    for (uint16_t i = first; i <= last; i++) {
        if (o->now.refs[i] != 0) {
            return false;
        }
    }
    for (uint16_t i = first; i <= last; i++) {
        o->now.refs[i] = 1;
        o->now.attr[i] = oracle_canonical(attr);
    }
    if (o->rules.policy == MPUMAP_WHOLE) {
        o->now.record[o->now.records] =
            (struct oracle_record){first, last, oracle_canonical(attr), true, 1};
        o->now.records++;
    }
    mpumap_sim_port.encode(&r->sim, o->rules.cell[first].base, o->rules.cell[last].limit,
                           oracle_canonical(attr), &pair);
    mpumap_sim_set(&r->sim, slot, &pair);
    return true;
}

bool rig_adopt(struct rig *r)
{
    mpumap_sim_clear(&r->sim);
    r->oracle.view.adopted = true;
    const enum mpumap_result result = mpumap_adopt_registers(&r->map);
    if (result != MPUMAP_OK) {
        return fail(r, "adopt answered %s", mpumap_result_name(result));
    }
    if (r->sim.counters.regions != 0 || r->sim.counters.bitmaps != 0) {
        return fail(r, "adopt wrote registers");
    }
    return true;
}

/* ---- the registers, decoded here ---- */

/* DDI 0568A.c E2.2 (PRBAR, PRLAR); DDI 0600A.d G1.3 (SH, AP one bit higher, XN two bits wide);
 * DDI 0553 D1.2 (MPU_RBAR, MPU_RLAR). The attribute bytes are the library's choice: 0 nGnRnE,
 * 1 Normal NC, 2 Normal WT, 4 nGnRE, 7 Normal WB. */
static bool decode(const struct rig *r, const struct mpumap_pair *p, struct oracle_run *out)
{
    static const uint16_t types[8] = {
        MPUMAP_DEVICE_NGNRNE, MPUMAP_NORMAL_NC, MPUMAP_NORMAL_WT, 0xffff,
        MPUMAP_DEVICE,        0xffff,           0xffff,           MPUMAP_NORMAL};
    static const uint16_t shares[4] = {MPUMAP_SHARE_NON, 0xffff, MPUMAP_SHARE_OUTER,
                                       MPUMAP_SHARE_INNER};
    const unsigned up = is_64(&r->shape) ? 1 : 0;
    const mpumap_addr_t mask = r->oracle.rules.granule - 1;
    const unsigned ap = (unsigned)(p->base >> (1 + up)) & 3u;
    const unsigned xn = (unsigned)p->base & (is_64(&r->shape) ? 3u : 1u);
    const uint16_t share = shares[(p->base >> (3 + up)) & 3u];
    const uint16_t type = types[(p->limit >> 1) & 7u];

    if (type == 0xffff || share == 0xffff || xn == 3 || (is_64(&r->shape) && xn == 1)) {
        return false;
    }
    if ((p->limit & mask & ~(mpumap_addr_t)0xf) != 0) { /* NS, PXN and the RES0 bits */
        return false;
    }
    out->base = p->base & ~mask;
    out->limit = p->limit | mask;
    out->attr = (mpumap_attr_t)(type | share | (((ap & 2u) != 0) ? 0 : MPUMAP_WRITE) |
                                (((ap & 1u) != 0) ? r->oracle.rules.lower : 0) |
                                ((xn == 0) ? MPUMAP_EXEC : 0));
    return true;
}

static bool enabled(const struct mpumap_pair *p)
{
    return (p->limit & 1u) != 0;
}

static bool reserved(const struct rig *r, uint16_t slot)
{
    return ((r->oracle.now.reserved[slot / 32u] >> (slot % 32u)) & 1u) != 0;
}

static void list_regions(const struct rig *r, struct mpumap_region out[MPUMAP_MAX_REGIONS],
                         uint16_t *count)
{
    uint16_t cursor = 0;

    *count = 0;
    while (*count < MPUMAP_MAX_REGIONS && mpumap_next_region(&r->map, &cursor, &out[*count])) {
        (*count)++;
    }
}

/* What the model may know: the slots that are taken. */
static void view(struct rig *r)
{
    struct oracle_view *v = &r->oracle.view;
    struct oracle_run runs[ORACLE_CELLS];

    memset(v->occupied, 0, sizeof v->occupied);
    v->used = 0;
    for (uint16_t i = 0; i < r->shape.slots; i++) {
        sim_pair(r, i, &r->before[i]);
        if (enabled(&r->before[i]) && !reserved(r, i)) {
            v->occupied[i / 32u] |= 1u << (i % 32u);
            v->used++;
        }
    }
    list_regions(r, r->was, &r->was_count);
    r->apart = v->used > oracle_regions(&r->oracle, &r->oracle.now, runs);
}

/* ---- comparing ---- */

/* The registers show exactly the model's committed map: every enabled region is a run of cells with
 * the right attributes, none overlaps another, none is missing. */
static bool compare_registers(struct rig *r)
{
    const struct oracle *o = &r->oracle;
    bool seen[ORACLE_CELLS] = {false};
    struct mpumap_pair p;
    struct oracle_run run;

    for (uint16_t slot = 0; slot < r->shape.slots; slot++) {
        sim_pair(r, slot, &p);
        if (reserved(r, slot)) {
            if (p.base != r->before[slot].base || p.limit != r->before[slot].limit) {
                return fail(r, "reserved slot %u changed", slot);
            }
            continue;
        }
        if (!enabled(&p)) {
            continue;
        }
        if (!decode(r, &p, &run)) {
            return fail(r, "slot %u holds 0x%llx 0x%llx, which no region encodes to", slot,
                        ull(p.base), ull(p.limit));
        }
        const uint16_t first = oracle_cell_at(o, run.base);
        const uint16_t last = oracle_cell_at(o, run.limit);
        if (first == ORACLE_NONE || last == ORACLE_NONE || first > last ||
            o->rules.cell[first].base != run.base || o->rules.cell[last].limit != run.limit) {
            return fail(r, "slot %u holds [0x%llx, 0x%llx], edges nobody asked for", slot,
                        ull(run.base), ull(run.limit));
        }
        for (uint16_t i = first; i <= last; i++) {
            if (seen[i]) {
                return fail(r, "two enabled regions overlap at 0x%llx", ull(o->rules.cell[i].base));
            }
            if (o->now.refs[i] == 0) {
                return fail(r, "slot %u makes 0x%llx accessible, nobody holds it", slot,
                            ull(o->rules.cell[i].base));
            }
            if (o->now.attr[i] != run.attr) {
                return fail(r, "slot %u gives 0x%llx %s", slot, ull(o->rules.cell[i].base),
                            oracle_attr_words(run.attr));
            }
            seen[i] = true;
        }
    }
    for (uint16_t i = 0; i < o->rules.cells; i++) {
        if (o->now.refs[i] != 0 && !seen[i]) {
            return fail(r, "0x%llx is held and not accessible", ull(o->rules.cell[i].base));
        }
    }
    return true;
}

static bool equal_region(const struct mpumap_region *a, const struct oracle_run *b)
{
    return a->base == b->base && a->limit == b->limit && a->attr == b->attr && a->refs == b->refs;
}

/* May touching regions with equal attributes stand apart? */
static bool may_stand_apart(const struct rig *r, const struct oracle_answer *a)
{
    if (r->oracle.rules.policy == MPUMAP_WHOLE || a->sure) {
        return false;
    }
    if (r->writes == 0 && r->apart) {
        return true; /* every later change tries again, but this was none */
    }
    return r->oracle.view.adopted || oracle_has_live(&r->oracle, &r->oracle.now) ||
           (r->oracle.in_tx && oracle_has_live(&r->oracle, &r->oracle.pending));
}

/* A region of the map against the model's run that it should be, or be a part of. *run advances. */
static bool compare_parts(struct rig *r, const char *what, bool apart,
                          const struct mpumap_region *v, uint16_t count,
                          const struct oracle_run *runs, uint16_t n)
{
    uint16_t run = 0;
    mpumap_addr_t at = (n != 0) ? runs[0].base : 0;

    for (uint16_t i = 0; i < count; i++) {
        if (run == n) {
            return fail(r, "%s [0x%llx, 0x%llx] is one too many", what, ull(v[i].base),
                        ull(v[i].limit));
        }
        if (!apart && !equal_region(&v[i], &runs[run])) {
            return fail(r,
                        "%s is [0x%llx, 0x%llx] %s refs %lu, should be [0x%llx, 0x%llx] refs %lu",
                        what, ull(v[i].base), ull(v[i].limit), oracle_attr_words(v[i].attr),
                        (unsigned long)v[i].refs, ull(runs[run].base), ull(runs[run].limit),
                        (unsigned long)runs[run].refs);
        }
        if (v[i].base != at || v[i].limit > runs[run].limit || v[i].attr != runs[run].attr ||
            v[i].refs < runs[run].refs) {
            return fail(r, "%s [0x%llx, 0x%llx] refs %lu is no part of what it should be", what,
                        ull(v[i].base), ull(v[i].limit), (unsigned long)v[i].refs);
        }
        at = v[i].limit + 1;
        if (v[i].limit == runs[run].limit) {
            run++;
            at = (run < n) ? runs[run].base : 0;
        }
    }
    return run == n || fail(r, "%s [0x%llx, 0x%llx] is missing", what, ull(runs[run].base),
                            ull(runs[run].limit));
}

static bool compare_slots(struct rig *r, const struct mpumap_region *v, uint16_t count)
{
    struct mpumap_pair p;
    struct oracle_run run;

    for (uint16_t i = 0; i < count; i++) {
        if (v[i].slot == MPUMAP_NO_SLOT && r->oracle.in_tx) {
            continue;
        }
        if (v[i].slot >= r->shape.slots || reserved(r, v[i].slot)) {
            return fail(r, "region [0x%llx, 0x%llx] claims slot %u", ull(v[i].base),
                        ull(v[i].limit), v[i].slot);
        }
        if (r->oracle.in_tx) {
            continue;
        }
        sim_pair(r, v[i].slot, &p);
        if (!enabled(&p) || !decode(r, &p, &run) || run.base != v[i].base ||
            run.limit != v[i].limit) {
            return fail(r, "region [0x%llx, 0x%llx] is not what slot %u holds", ull(v[i].base),
                        ull(v[i].limit), v[i].slot);
        }
    }
    return true;
}

/* whole: a region that is still there is still in its slot. */
static bool compare_stable(struct rig *r, const struct mpumap_region *v, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        for (uint16_t j = 0; j < r->was_count; j++) {
            if (v[i].base == r->was[j].base && v[i].limit == r->was[j].limit &&
                r->was[j].slot != MPUMAP_NO_SLOT && v[i].slot != r->was[j].slot) {
                return fail(r, "region [0x%llx, 0x%llx] moved from slot %u to %u", ull(v[i].base),
                            ull(v[i].limit), r->was[j].slot, v[i].slot);
            }
        }
    }
    return true;
}

static bool same_list(const struct rig *r, const struct mpumap_region *v, uint16_t count)
{
    bool same = count == r->was_count;

    for (uint16_t i = 0; same && i < count; i++) {
        const struct mpumap_region *w = &r->was[i];
        same = v[i].base == w->base && v[i].limit == w->limit && v[i].refs == w->refs &&
               v[i].attr == w->attr && v[i].slot == w->slot;
    }
    return same;
}

static bool compare_lists(struct rig *r, const struct oracle_answer *a, enum mpumap_result actual,
                          bool commit)
{
    struct mpumap_region v[RIG_SPANS];
    struct oracle_run runs[ORACLE_CELLS];
    const struct oracle_state *s = oracle_seen(&r->oracle);
    const bool apart = may_stand_apart(r, a);
    uint16_t count;
    uint16_t n = oracle_regions(&r->oracle, s, runs);

    list_regions(r, v, &count);
    if (!compare_parts(r, "region", apart, v, count, runs, n) || !compare_slots(r, v, count)) {
        return false;
    }
    if (r->oracle.rules.policy == MPUMAP_WHOLE && !r->oracle.in_tx &&
        !compare_stable(r, v, count)) {
        return false;
    }
    if (actual != MPUMAP_OK && !commit && !same_list(r, v, count)) {
        return fail(r, "a refused operation changed the regions");
    }
    if (!r->oracle.in_tx && mpumap_used(&r->map) != count) {
        return fail(r, "used says %u of %u regions", mpumap_used(&r->map), count);
    }
    uint16_t cursor = 0;
    for (count = 0; count < RIG_SPANS && mpumap_next_span(&r->map, &cursor, &v[count]); count++) {
    }
    n = oracle_spans(&r->oracle, s, runs);
    return compare_parts(r, "span", apart, v, count, runs, n);
}

static uint32_t next_salt(struct rig *r)
{
    r->salt = r->salt * 1664525u + 1013904223u;
    return r->salt >> 8;
}

static bool compare_query(struct rig *r, const struct oracle_answer *a)
{
    const struct oracle_state *s = oracle_seen(&r->oracle);
    const uint16_t i = (uint16_t)(next_salt(r) % r->oracle.rules.cells);
    const struct oracle_cell *c = &r->oracle.rules.cell[i];
    const mpumap_addr_t addr = ((next_salt(r) & 1u) != 0) ? c->base : c->limit;
    struct oracle_run runs[ORACLE_CELLS];
    struct mpumap_region q;
    const bool mapped = mpumap_query(&r->map, addr, &q);

    if (mapped != (s->refs[i] != 0)) {
        return fail(r, "query of 0x%llx says %smapped", ull(addr), mapped ? "" : "not ");
    }
    if (!mapped) {
        return true;
    }
    if (q.refs != s->refs[i] || q.attr != s->attr[i]) {
        return fail(r, "query of 0x%llx says %s refs %lu, should be %lu", ull(addr),
                    oracle_attr_words(q.attr), (unsigned long)q.refs, (unsigned long)s->refs[i]);
    }
    const uint16_t n = oracle_spans(&r->oracle, s, runs);
    for (uint16_t k = 0; k < n; k++) {
        if (runs[k].first <= i && i <= runs[k].last && !may_stand_apart(r, a) &&
            (runs[k].base != q.base || runs[k].limit != q.limit)) {
            return fail(r, "query of 0x%llx says span [0x%llx, 0x%llx]", ull(addr), ull(q.base),
                        ull(q.limit));
        }
    }
    return true;
}

static bool compare_find(struct rig *r, mpumap_addr_t base, mpumap_addr_t limit, bool apart)
{
    enum mpumap_result wanted_error = MPUMAP_OK;
    enum mpumap_result error = MPUMAP_OK;
    struct mpumap_region out;
    struct oracle_run hit;
    const enum mpumap_found wanted = oracle_find(&r->oracle, base, limit, &hit, &wanted_error);
    const enum mpumap_found found = mpumap_find(&r->map, base, limit, &out, &error);

    if (found == MPUMAP_FIND_REFUSED || wanted == MPUMAP_FIND_REFUSED) {
        return (found == wanted && error == wanted_error) ||
               fail(r, "find answered %s (%s)", mpumap_found_name(found),
                    mpumap_result_name(error));
    }
    if ((found == MPUMAP_NOT_FOUND) != (wanted == MPUMAP_NOT_FOUND) ||
        (!apart && found != wanted)) {
        return fail(r, "find [0x%llx, 0x%llx] answered %s, should be %s", ull(base), ull(limit),
                    mpumap_found_name(found), mpumap_found_name(wanted));
    }
    if (found == MPUMAP_NOT_FOUND || apart) {
        return true;
    }
    return (out.base == hit.base && out.limit == hit.limit && out.attr == hit.attr &&
            out.refs == hit.refs) ||
           fail(r, "find [0x%llx, 0x%llx] hit [0x%llx, 0x%llx] refs %lu", ull(base), ull(limit),
                ull(out.base), ull(out.limit), (unsigned long)out.refs);
}

static bool compare_access(struct rig *r, mpumap_addr_t addr)
{
    static const char kinds[3] = {'r', 'w', 'x'};

    /* The System regions of Armv8-M have rules of their own: no region makes them executable. */
    if (r->shape.target == MPUMAP_SIM_ARMV8M && addr >= 0xe0000000u) {
        return true;
    }
    for (unsigned k = 0; k < 6; k++) {
        const char kind = kinds[k % 3];
        const bool lower = k >= 3;
        const mpumap_addr_t at = (kind == 'x') ? (addr & ~(mpumap_addr_t)3) : addr;
        const bool wanted = oracle_access(&r->oracle, kind, lower, at);
        if (mpumap_sim_access(&r->sim, kind, at, lower ? MPUMAP_SIM_LOWER : MPUMAP_SIM_OWNER)
                .allow != wanted) {
            return fail(r, "access %c of 0x%llx %sis %s", kind, ull(at),
                        lower ? "from the lower level " : "", wanted ? "denied" : "allowed");
        }
    }
    return true;
}

/* Accesses on both sides of the operation's edges, and of some cell. */
static bool compare_accesses(struct rig *r, const struct oracle_op *op)
{
    const struct oracle_rules *rules = &r->oracle.rules;
    const struct oracle_cell *c = &rules->cell[next_salt(r) % rules->cells];

    if (!compare_access(r, c->base) || !compare_access(r, c->limit)) {
        return false;
    }
    if (op->base <= rules->top && !compare_access(r, op->base)) {
        return false;
    }
    if (op->limit <= rules->top && !compare_access(r, op->limit)) {
        return false;
    }
    if (op->base != 0 && op->base - 1 <= rules->top && !compare_access(r, op->base - 1)) {
        return false;
    }
    return op->limit >= rules->top || compare_access(r, op->limit + 1);
}

/* ---- one operation ---- */

static enum mpumap_result perform(struct mpumap *m, const struct oracle_op *op)
{
    switch ((enum oracle_kind)op->kind) {
    case ORACLE_MAP:
        return mpumap_map(m, op->base, op->limit, op->attr);
    case ORACLE_UNMAP:
        return mpumap_unmap(m, op->base, op->limit);
    case ORACLE_UNMAP_AT:
        return mpumap_unmap_at(m, op->base);
    case ORACLE_PROTECT:
        return mpumap_protect(m, op->base, op->limit, op->attr);
    case ORACLE_LOCK:
        return mpumap_lock(m, op->base, op->limit);
    case ORACLE_LIVE:
        return mpumap_live(m, op->base, op->limit);
    case ORACLE_UNLIVE:
        return mpumap_unlive(m, op->base, op->limit);
    case ORACLE_RESERVE:
        return mpumap_reserve(m, op->slot);
    case ORACLE_BEGIN:
        return mpumap_begin(m);
    case ORACLE_COMMIT:
        return mpumap_commit(m);
    case ORACLE_ABORT:
        return mpumap_abort(m);
    case ORACLE_FIND:
        break;
    }
    return MPUMAP_OK;
}

static bool compare_why(struct rig *r, const struct oracle_answer *a, enum mpumap_result actual)
{
    const struct mpumap_why *why = mpumap_why(&r->map);
    struct mpumap_pair p;
    struct oracle_run run;

    if (actual == MPUMAP_OK) {
        return true;
    }
    if (why->result != (uint8_t)actual) {
        return fail(r, "why says %s, the answer was %s",
                    mpumap_result_name((enum mpumap_result)why->result),
                    mpumap_result_name(actual));
    }
    if (actual != MPUMAP_CONFLICT || !a->why) {
        return true;
    }
    if (why->present != a->present || why->wanted != a->wanted ||
        why->attribute != (uint8_t)a->attribute) {
        return fail(r, "why: %s: present 0x%x wanted 0x%x, should be %s: 0x%x, 0x%x",
                    mpumap_attribute_name((enum mpumap_attribute)why->attribute), why->present,
                    why->wanted, mpumap_attribute_name(a->attribute), a->present, a->wanted);
    }
    if (!may_stand_apart(r, a) && (why->base != a->why_base || why->limit != a->why_limit)) {
        return fail(r, "why: [0x%llx, 0x%llx], should be [0x%llx, 0x%llx]", ull(why->base),
                    ull(why->limit), ull(a->why_base), ull(a->why_limit));
    }
    if (r->oracle.in_tx || may_stand_apart(r, a)) {
        return true;
    }
    if (why->slot >= r->shape.slots) {
        return fail(r, "why: slot %u", why->slot);
    }
    sim_pair(r, why->slot, &p);
    return (enabled(&p) && decode(r, &p, &run) && run.base == why->base &&
            run.limit == why->limit) ||
           fail(r, "why: slot %u is not that of [0x%llx, 0x%llx]", why->slot, ull(why->base),
                ull(why->limit));
}

/* The committed regions did not change: nothing may have been written. */
static bool must_be_free(const struct rig *r, const struct oracle_op *op, enum mpumap_result actual,
                         const struct oracle_state *was)
{
    struct oracle_run old_runs[ORACLE_CELLS];
    struct oracle_run new_runs[ORACLE_CELLS];

    if (actual != MPUMAP_OK || r->oracle.in_tx ||
        (op->kind != ORACLE_MAP && op->kind != ORACLE_UNMAP && op->kind != ORACLE_UNMAP_AT &&
         op->kind != ORACLE_PROTECT && op->kind != ORACLE_COMMIT)) {
        return true;
    }
    const uint16_t n = oracle_regions(&r->oracle, was, old_runs);
    if (n != oracle_regions(&r->oracle, &r->oracle.now, new_runs)) {
        return false;
    }
    for (uint16_t i = 0; i < n; i++) {
        if (old_runs[i].base != new_runs[i].base || old_runs[i].limit != new_runs[i].limit ||
            old_runs[i].attr != new_runs[i].attr) {
            return false;
        }
    }
    return op->kind != ORACLE_COMMIT || r->oracle.view.used == n;
}

static bool compare_cost(struct rig *r, const struct oracle_op *op, const struct oracle_answer *a,
                         enum mpumap_result actual, const struct oracle_state *was)
{
    const struct mpumap_cost *cost = mpumap_cost(&r->map);
    struct mpumap_pair p;

    if (r->tap_error != NULL) {
        return fail(r, "%s", r->tap_error);
    }
    if (r->sim.error.fault != MPUMAP_SIM_NO_FAULT) {
        mpumap_sim_describe(&r->sim, r->message, sizeof r->message);
        return false;
    }
    if (r->depth != 0) {
        return fail(r, "enter without leave");
    }
    if (cost->writes != r->writes || cost->barriers != r->barriers) {
        return fail(r, "cost says %lu writes, %lu barriers; there were %lu, %lu",
                    (unsigned long)cost->writes, (unsigned long)cost->barriers,
                    (unsigned long)r->writes, (unsigned long)r->barriers);
    }
    if (cost->gap != r->gap) {
        return fail(r, "gap says %llu bytes, %llu were lost for a moment",
                    (unsigned long long)cost->gap, (unsigned long long)r->gap);
    }
    if (a->sure && cost->gap != 0) {
        return fail(r, "%llu bytes lost for a moment, with a bitmap and spare slots",
                    (unsigned long long)cost->gap);
    }
    if (!must_be_free(r, op, actual, was)) {
        return true;
    }
    if (r->writes != 0 || r->barriers != 0 || cost->gap != 0) {
        return fail(r, "%lu register writes and %lu barriers without a change of regions",
                    (unsigned long)r->writes, (unsigned long)r->barriers);
    }
    for (uint16_t i = 0; i < r->shape.slots; i++) {
        sim_pair(r, i, &p);
        if (p.base != r->before[i].base || p.limit != r->before[i].limit) {
            return fail(r, "slot %u changed without a step", i);
        }
    }
    return true;
}

static bool compare_all(struct rig *r, const struct oracle_op *op, const struct oracle_answer *a,
                        enum mpumap_result actual)
{
    const mpumap_addr_t any_base = r->oracle.rules.cell[next_salt(r) % r->oracle.rules.cells].base;
    const mpumap_addr_t any_limit =
        r->oracle.rules.cell[next_salt(r) % r->oracle.rules.cells].limit;
    const bool apart = may_stand_apart(r, a);

    if (!compare_registers(r) || !compare_lists(r, a, actual, op->kind == ORACLE_COMMIT) ||
        !compare_query(r, a) || !compare_find(r, any_base, any_limit, apart) ||
        !compare_find(r, op->base, op->limit, apart) || !compare_accesses(r, op)) {
        return false;
    }
    enum mpumap_result sound = mpumap_check(&r->map);
    if (sound != MPUMAP_OK) {
        return fail(r, "check answered %s", mpumap_result_name(sound));
    }
    sound = mpumap_verify(&r->map);
    if (sound != MPUMAP_OK) {
        return fail(r, "verify answered %s", mpumap_result_name(sound));
    }
    uint16_t free_to_use = 0;
    for (uint16_t i = 0; i < r->shape.slots; i++) {
        free_to_use = (uint16_t)(free_to_use + (reserved(r, i) ? 0 : 1));
    }
    if (!r->oracle.in_tx && mpumap_capacity(&r->map) != free_to_use) {
        return fail(r, "capacity says %u, should be %u", mpumap_capacity(&r->map), free_to_use);
    }
    return true;
}

static void log_add(struct rig *r, const struct oracle_op *op, const char *expected)
{
    if (r->log_count < RIG_LOG) {
        r->log[r->log_count].op = *op;
        r->log[r->log_count].expected = expected;
        r->log[r->log_count].salt = r->salt;
        r->log_count++;
    }
}

static bool step_find(struct rig *r, const struct oracle_op *op)
{
    enum mpumap_result error = MPUMAP_OK;
    struct oracle_run hit;
    const enum mpumap_found found = oracle_find(&r->oracle, op->base, op->limit, &hit, &error);

    log_add(r, op,
            (found == MPUMAP_FIND_REFUSED) ? mpumap_result_name(error) : mpumap_found_name(found));
    return compare_find(r, op->base, op->limit,
                        r->oracle.view.adopted || oracle_has_live(&r->oracle, &r->oracle.now));
}

bool rig_step(struct rig *r, const struct oracle_op *op)
{
    struct oracle_answer a;

    if (op->kind == ORACLE_FIND) {
        return step_find(r, op);
    }
    view(r);
    const struct oracle_state was = r->oracle.now;
    oracle_ask(&r->oracle, op, &a);
    log_add(r, op, mpumap_result_name(a.expected));
    r->writes = 0;
    r->barriers = 0;
    r->gap = 0;
    r->watched = true;
    const enum mpumap_result actual = perform(&r->map, op);
    r->watched = false;
    if ((a.accept & BIT(actual)) == 0) {
        return fail(r, "answered %s, should be %s", mpumap_result_name(actual),
                    mpumap_result_name(a.expected));
    }
    const bool why = compare_why(r, &a, actual);
    oracle_settle(&r->oracle, op, actual);
    return why && compare_cost(r, op, &a, actual, &was) && compare_all(r, op, &a, actual);
}

/* ---- traces ---- */

void rig_print(const struct rig *r, FILE *out)
{
    static const char *const words[] = {"map",   "unmap",  "unmap-at", "protect",
                                        "lock",  "live",   "unlive",   "reserve",
                                        "begin", "commit", "abort",    "find"};

    static const char *const target_words[] = {"armv8r32-el1", "armv8r32-el2", "armv8r64-el1",
                                               "armv8r64-el2", "armv8m"};

    (void)fprintf(out, "# %s: refs_max %u, %u spans, %u pending, %u locks, %u lives%s\n",
                  r->shape.name, r->shape.refs_max, r->shape.span_capacity,
                  r->shape.pending_capacity, r->shape.lock_capacity, r->shape.live_capacity,
                  r->shape.allow_rwx ? ", rwx allowed" : "");
    (void)fprintf(out, "target %s regions=%u\npolicy %s\n", target_words[r->shape.target],
                  r->shape.slots, (r->shape.policy == MPUMAP_WHOLE) ? "whole" : "exact");
    for (uint16_t i = 0; i < r->log_count; i++) {
        const struct oracle_op *op = &r->log[i].op;
        (void)fprintf(out, "%s", words[op->kind]);
        if (op->kind == ORACLE_RESERVE) {
            (void)fprintf(out, " %u", op->slot);
        } else if (op->kind == ORACLE_UNMAP_AT) {
            (void)fprintf(out, " 0x%08llx", ull(op->base));
        } else if (op->kind != ORACLE_BEGIN && op->kind != ORACLE_COMMIT &&
                   op->kind != ORACLE_ABORT) {
            (void)fprintf(out, " 0x%08llx 0x%08llx", ull(op->base), ull(op->limit));
        }
        if (op->kind == ORACLE_MAP || op->kind == ORACLE_PROTECT) {
            (void)fprintf(out, " %s", oracle_attr_words(op->attr));
        }
        (void)fprintf(out, "\nexpect %s\n", r->log[i].expected);
    }
    (void)fprintf(out, "# here: %s\n", r->message);
}

/* ---- states ---- */

/* Between operations no write is pending. */
static void copy_sim(struct mpumap_sim *to, const struct mpumap_sim *from)
{
    const size_t tail = offsetof(struct mpumap_sim, writes_of);

    memcpy(to, from, offsetof(struct mpumap_sim, slots) + from->regions * sizeof from->slots[0]);
    memcpy((unsigned char *)to + tail, (const unsigned char *)from + tail, sizeof *to - tail);
}

void rig_save(const struct rig *r, struct rig_state *out)
{
    const size_t slots = r->shape.slots;

    out->now = r->oracle.now;
    out->pending = r->oracle.pending;
    out->view = r->oracle.view;
    out->in_tx = r->oracle.in_tx;
    out->stray = r->oracle.stray;
    out->poison = r->oracle.poison;
    out->map = r->map;
    copy_sim(&out->sim, &r->sim);
    memcpy(out->table, r->table, slots * sizeof out->table[0]);
    memcpy(out->spans, r->spans, r->shape.span_capacity * sizeof out->spans[0]);
    memcpy(out->pending_spans, r->pending, r->shape.pending_capacity * sizeof out->spans[0]);
    memcpy(out->ranges, r->ranges, sizeof out->ranges);
}

void rig_load(struct rig *r, const struct rig_state *in)
{
    const size_t slots = r->shape.slots;

    r->oracle.now = in->now;
    r->oracle.pending = in->pending;
    r->oracle.view = in->view;
    r->oracle.in_tx = in->in_tx;
    r->oracle.stray = in->stray;
    r->oracle.poison = in->poison;
    r->map = in->map;
    copy_sim(&r->sim, &in->sim);
    memcpy(r->table, in->table, slots * sizeof in->table[0]);
    memcpy(r->spans, in->spans, r->shape.span_capacity * sizeof in->spans[0]);
    memcpy(r->pending, in->pending_spans, r->shape.pending_capacity * sizeof in->spans[0]);
    memcpy(r->ranges, in->ranges, sizeof in->ranges);
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    h ^= v + 0x9e3779b97f4a7c15ULL + (h << 6) + (h >> 2);
    h *= 0xff51afd7ed558ccdULL;
    return h ^ (h >> 33);
}

uint64_t rig_hash(const struct rig *r)
{
    const struct mpumap *m = &r->map;
    uint64_t h = 1;

    h = mix(h, (uint64_t)m->in_tx << 1 | (uint64_t)m->waiting);
    h = mix(h, (uint64_t)r->oracle.poison << 1 | (uint64_t)r->oracle.stray);
    h = mix(h, (uint64_t)m->lock_count << 8 | m->live_count);
    for (uint16_t i = 0; i < r->shape.slots; i++) {
        h = mix(h, r->table[i].base);
        h = mix(h, r->table[i].limit);
        h = mix(h, (uint64_t)r->table[i].refs << 8 | r->table[i].flags);
    }
    for (uint16_t i = 0; i < m->span_count; i++) {
        h = mix(h, r->spans[i].base);
        h = mix(h, r->spans[i].limit);
        h = mix(h, (uint64_t)r->spans[i].refs << 16 | (uint64_t)r->spans[i].attr << 8 |
                       r->spans[i].slot);
    }
    for (uint16_t i = 0; m->in_tx && i < m->pending_count; i++) {
        h = mix(h, r->pending[i].base);
        h = mix(h, r->pending[i].limit);
        h = mix(h, (uint64_t)r->pending[i].refs << 16 | (uint64_t)r->pending[i].attr << 8 |
                       r->pending[i].slot);
    }
    for (uint16_t i = 0; i < r->shape.lock_capacity + r->shape.live_capacity; i++) {
        const bool used = i < m->lock_count || (i >= r->shape.lock_capacity &&
                                                i - r->shape.lock_capacity < m->live_count);
        h = used ? mix(mix(h, r->ranges[i].base), r->ranges[i].limit) : mix(h, 7);
    }
    for (uint16_t i = 0; i < r->oracle.rules.cells; i++) {
        h = mix(h, (uint64_t)r->oracle.now.refs[i] << 16 | r->oracle.now.attr[i]);
    }
    return h;
}
