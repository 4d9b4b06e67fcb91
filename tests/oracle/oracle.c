/* SPDX-License-Identifier: MIT */
#include "oracle.h"

#include <stdio.h>
#include <string.h>

#define BIT(result) (1u << (unsigned)(result))

/* ---- attributes ---- */

mpumap_attr_t oracle_canonical(mpumap_attr_t attr)
{
    mpumap_attr_t share = attr & MPUMAP_SHARE_MASK;

    switch (attr & MPUMAP_TYPE_MASK) {
    case MPUMAP_NORMAL:
    case MPUMAP_NORMAL_WT:
        if (share == MPUMAP_SHARE_AUTO) {
            share = MPUMAP_SHARE_INNER;
        }
        break;
    default:
        share = MPUMAP_SHARE_OUTER;
        break;
    }
    return (mpumap_attr_t)((attr & ~(unsigned)MPUMAP_SHARE_MASK) | share);
}

bool oracle_attr_ok(const struct oracle_rules *rules, mpumap_attr_t attr)
{
    const unsigned known = MPUMAP_PERM_MASK | MPUMAP_TYPE_MASK | MPUMAP_SHARE_MASK;
    const unsigned type = attr & MPUMAP_TYPE_MASK;
    const bool device = type == MPUMAP_DEVICE || type == MPUMAP_DEVICE_NGNRNE;

    if ((attr & ~(known | rules->lower)) != 0) {
        return false;
    }
    if (!device && type != MPUMAP_NORMAL && type != MPUMAP_NORMAL_NC && type != MPUMAP_NORMAL_WT) {
        return false;
    }
    if ((attr & MPUMAP_EXEC) != 0 && device) {
        return false;
    }
    return (attr & MPUMAP_PERM_MASK) != MPUMAP_RWX || rules->allow_rwx;
}

const char *oracle_attr_words(mpumap_attr_t attr)
{
    static const char *const perms[4] = {"ro", "rw", "rx", "rwx"};
    static const char *const types[8] = {"normal",        "normal-nc", "normal-wt", "device",
                                         "device-nGnRnE", "?",         "?",         "?"};
    static const char *const shares[4] = {"", " non", " outer", " inner"};
    static char text[64];
    const char *lower = "";

    if ((attr & MPUMAP_EL1) != 0) {
        lower = "+el1";
    } else if ((attr & MPUMAP_EL0) != 0) {
        lower = "+el0";
    }
    (void)snprintf(text, sizeof text, "%s%s %s%s", perms[attr & 3u], lower, types[(attr >> 2) & 7u],
                   shares[(attr >> 5) & 3u]);
    return text;
}

static enum mpumap_attribute first_difference(mpumap_attr_t a, mpumap_attr_t b)
{
    const unsigned perm = MPUMAP_PERM_MASK | MPUMAP_LOWER_MASK;

    if ((a & perm) != (b & perm)) {
        return MPUMAP_ATTRIBUTE_PERMISSION;
    }
    if ((a & MPUMAP_TYPE_MASK) != (b & MPUMAP_TYPE_MASK)) {
        return MPUMAP_ATTRIBUTE_TYPE;
    }
    return (a == b) ? MPUMAP_ATTRIBUTE_NONE : MPUMAP_ATTRIBUTE_SHARE;
}

/* ---- cells, runs and records ---- */

void oracle_init(struct oracle *o, const struct oracle_rules *rules)
{
    memset(o, 0, sizeof *o);
    o->rules = *rules;
}

const struct oracle_state *oracle_seen(const struct oracle *o)
{
    return o->in_tx ? &o->pending : &o->now;
}

uint16_t oracle_cell_at(const struct oracle *o, mpumap_addr_t addr)
{
    for (uint16_t i = 0; i < o->rules.cells; i++) {
        if (o->rules.cell[i].base <= addr && addr <= o->rules.cell[i].limit) {
            return i;
        }
    }
    return ORACLE_NONE;
}

/* The record that holds a cell, under whole. */
static uint16_t record_at(const struct oracle_state *s, uint16_t cell)
{
    for (uint16_t i = 0; i < s->records; i++) {
        if (s->record[i].used && s->record[i].first <= cell && cell <= s->record[i].last) {
            return i;
        }
    }
    return ORACLE_NONE;
}

/* Runs of cells that are mapped with equal attributes, and with equal counts if asked. */
static uint16_t runs(const struct oracle *o, const struct oracle_state *s, bool by_refs,
                     struct oracle_run *out)
{
    const bool whole = o->rules.policy == MPUMAP_WHOLE;
    uint16_t n = 0;
    uint16_t before = ORACLE_NONE;
    bool open = false;

    for (uint16_t i = 0; i < o->rules.cells; i++) {
        if (s->refs[i] == 0) {
            open = false;
            continue;
        }
        const uint16_t record = whole ? record_at(s, i) : ORACLE_NONE;
        if (!open || s->attr[i] != out[n - 1].attr || record != before ||
            (by_refs && s->refs[i] != s->refs[i - 1])) {
            out[n].base = o->rules.cell[i].base;
            out[n].first = i;
            out[n].refs = s->refs[i];
            out[n].attr = s->attr[i];
            out[n].record = record;
            n++;
        }
        out[n - 1].limit = o->rules.cell[i].limit;
        out[n - 1].last = i;
        if (s->refs[i] < out[n - 1].refs) {
            out[n - 1].refs = s->refs[i];
        }
        before = record;
        open = true;
    }
    return n;
}

uint16_t oracle_regions(const struct oracle *o, const struct oracle_state *s,
                        struct oracle_run out[ORACLE_CELLS])
{
    return runs(o, s, false, out);
}

uint16_t oracle_spans(const struct oracle *o, const struct oracle_state *s,
                      struct oracle_run out[ORACLE_CELLS])
{
    return runs(o, s, true, out);
}

static uint16_t count_flags(const struct oracle *o, const bool *flags)
{
    uint16_t n = 0;

    for (uint16_t i = 0; i < o->rules.cells; i++) {
        if (flags[i] && (i == 0 || !flags[i - 1])) {
            n++;
        }
    }
    return n;
}

static uint16_t count_mask(const uint32_t mask[8])
{
    uint16_t n = 0;

    for (unsigned i = 0; i < 256; i++) {
        n = (uint16_t)(n + ((mask[i / 32] >> (i % 32)) & 1u));
    }
    return n;
}

bool oracle_has_live(const struct oracle *o, const struct oracle_state *s)
{
    for (uint16_t i = 0; i < o->rules.cells; i++) {
        if (s->refs[i] != 0 && (s->live[i] || s->locked[i])) {
            return true;
        }
    }
    return false;
}

/* ---- refusals ---- */

static enum mpumap_result range_error(const struct oracle_rules *r, mpumap_addr_t base,
                                      mpumap_addr_t limit)
{
    if (base > limit || limit > r->top) {
        return MPUMAP_RANGE;
    }
    if (base % r->granule != 0 || limit % r->granule != r->granule - 1) {
        return MPUMAP_ALIGN;
    }
    return MPUMAP_OK;
}

static void refuse(struct oracle_answer *a, enum mpumap_result result)
{
    if (a->accept == 0) {
        a->accept = BIT(result);
        a->expected = result;
    }
}

/* A range of cells, and what the table of errors asks about it. */
struct span_facts {
    uint16_t first;
    uint16_t last;
    uint16_t unmapped;   /* the first cell without a holder, or ORACLE_NONE */
    uint16_t record;     /* whole: the one that contains the range, or ORACLE_NONE */
    bool full;           /* whole: the range is all of that record */
    bool overlap;        /* whole */
    bool locked_at_last; /* a locked cell with one reference */
    bool locked;
    bool shared; /* a cell with more than one reference */
};

static void look(const struct oracle *o, const struct oracle_state *s, mpumap_addr_t base,
                 mpumap_addr_t limit, struct span_facts *f)
{
    memset(f, 0, sizeof *f);
    f->first = oracle_cell_at(o, base);
    f->last = oracle_cell_at(o, limit);
    f->unmapped = ORACLE_NONE;
    f->record = ORACLE_NONE;
    for (uint16_t i = f->first; i <= f->last; i++) {
        if (s->refs[i] == 0 && f->unmapped == ORACLE_NONE) {
            f->unmapped = i;
        }
        f->locked = f->locked || s->locked[i];
        f->locked_at_last = f->locked_at_last || (s->locked[i] && s->refs[i] == 1);
        f->shared = f->shared || s->refs[i] > 1;
    }
    if (o->rules.policy == MPUMAP_WHOLE) {
        for (uint16_t i = 0; i < s->records; i++) {
            const struct oracle_record *r = &s->record[i];
            if (!r->used || r->last < f->first || f->last < r->first) {
                continue;
            }
            if (r->first <= f->first && f->last <= r->last) {
                f->record = i;
                f->full = r->first == f->first && r->last == f->last;
            } else {
                f->overlap = true;
            }
        }
        f->unmapped = (f->record == ORACLE_NONE) ? f->first : ORACLE_NONE;
    }
}

/* ---- capacity and live ranges ---- */

static bool is_live(const struct oracle_state *before, const struct oracle_state *after, uint16_t i)
{
    return before->live[i] || before->locked[i] || after->live[i] || after->locked[i];
}

/* Live ranges may only matter where a live cell is mapped alike before and after. */
static bool live_matters(const struct oracle *o, const struct oracle_state *before,
                         const struct oracle_state *after)
{
    for (uint16_t i = 0; i < o->rules.cells; i++) {
        if (is_live(before, after, i) && before->refs[i] != 0 && after->refs[i] != 0 &&
            before->attr[i] == after->attr[i]) {
            return true;
        }
    }
    return false;
}

static bool same_region(const struct oracle_run *a, const struct oracle_run *b)
{
    return a->base == b->base && a->limit == b->limit && a->attr == b->attr;
}

/* Regions of `after` that are not in `before`. */
static uint16_t fresh(const struct oracle_run *before, uint16_t n_before,
                      const struct oracle_run *after, uint16_t n_after)
{
    uint16_t n = 0;

    for (uint16_t i = 0; i < n_after; i++) {
        bool known = false;
        for (uint16_t j = 0; j < n_before && !known; j++) {
            known = same_region(&before[j], &after[i]);
        }
        n = (uint16_t)(n + (known ? 0 : 1));
    }
    return n;
}

/* Capacity, judged on a finished state. `before` is the committed one. */
static void judge(struct oracle *o, const struct oracle_state *after, struct oracle_answer *a)
{
    struct oracle_run old_regions[ORACLE_CELLS];
    struct oracle_run regions[ORACLE_CELLS];
    struct oracle_run spans[ORACLE_CELLS];
    const struct oracle_rules *r = &o->rules;
    const uint16_t n_old = oracle_regions(o, &o->now, old_regions);
    const uint16_t n = oracle_regions(o, after, regions);
    const uint16_t n_spans = oracle_spans(o, after, spans);
    const uint16_t free_to_use = (uint16_t)(r->slots - count_mask(after->reserved));
    const bool apart = o->view.used > n_old;
    const uint16_t changed = fresh(old_regions, n_old, regions, n);

    if (n > free_to_use) {
        refuse(a, MPUMAP_NO_REGION);
    } else if (n_spans > r->span_capacity) {
        refuse(a, MPUMAP_NO_SPACE);
    }
    refuse(a, MPUMAP_OK);
    /* With the bitmap and a spare slot for each new region every change is one register write. */
    a->sure = r->policy == MPUMAP_EXACT && r->slots <= r->bitmap && !apart &&
              free_to_use - o->view.used >= changed;
    if (a->sure || a->expected == MPUMAP_NO_REGION || (changed == 0 && !apart)) {
        return;
    }
    const bool live = live_matters(o, &o->now, after);
    if (live && (r->policy == MPUMAP_EXACT || o->in_tx)) {
        a->accept |= BIT(MPUMAP_LIVE);
    }
    /* Merges that wait take slots and spans that the model does not know of. */
    if (r->policy == MPUMAP_EXACT && (live || apart)) {
        if (o->view.used + changed > free_to_use) {
            a->accept |= BIT(MPUMAP_NO_REGION);
        }
        if (n_spans + o->view.used + changed > r->span_capacity) {
            a->accept |= BIT(MPUMAP_NO_SPACE);
        }
    }
}

/* Outside a transaction capacity is judged at once; inside, only the pending storage is. */
static void conclude(struct oracle *o, struct oracle_answer *a)
{
    struct oracle_run spans[ORACLE_CELLS];

    if (a->accept != 0) {
        return;
    }
    if (!o->in_tx) {
        judge(o, &o->next, a);
        return;
    }
    const uint16_t n = oracle_spans(o, &o->next, spans);
    if (n > o->rules.pending_capacity) {
        refuse(a, MPUMAP_NO_SPACE);
    }
    refuse(a, MPUMAP_OK);
    if (o->view.adopted || oracle_has_live(o, &o->now)) {
        if (n + o->view.used > o->rules.pending_capacity) {
            a->accept |= BIT(MPUMAP_NO_SPACE);
        }
    }
}

/* ---- the operations ---- */

static void why_conflict(struct oracle_answer *a, const struct oracle_run *in, mpumap_attr_t wanted)
{
    refuse(a, MPUMAP_CONFLICT);
    a->why = a->expected == MPUMAP_CONFLICT;
    a->why_base = in->base;
    a->why_limit = in->limit;
    a->present = in->attr;
    a->wanted = wanted;
    a->attribute = first_difference(in->attr, wanted);
}

/* The lowest region that has a cell of [first, last] mapped otherwise. */
static void find_conflict(const struct oracle *o, const struct oracle_state *s,
                          const struct span_facts *f, mpumap_attr_t wanted, struct oracle_answer *a)
{
    struct oracle_run regions[ORACLE_CELLS];
    const uint16_t n = oracle_regions(o, s, regions);

    for (uint16_t i = 0; i < n; i++) {
        if (regions[i].first <= f->last && f->first <= regions[i].last &&
            regions[i].attr != wanted) {
            why_conflict(a, &regions[i], wanted);
            return;
        }
    }
}

static void add(struct oracle_state *s, uint16_t first, uint16_t last, int by)
{
    for (uint16_t i = first; i <= last; i++) {
        s->refs[i] = (uint32_t)((int)s->refs[i] + by);
    }
}

static void set_attr(struct oracle_state *s, uint16_t first, uint16_t last, mpumap_attr_t attr)
{
    for (uint16_t i = first; i <= last; i++) {
        s->attr[i] = attr;
    }
}

static void ask_map(struct oracle *o, const struct oracle_op *op, struct oracle_answer *a)
{
    const mpumap_attr_t wanted = oracle_canonical(op->attr);
    struct oracle_state *s = &o->next;
    struct span_facts f;

    if (!oracle_attr_ok(&o->rules, op->attr)) {
        refuse(a, MPUMAP_ATTR);
        return;
    }
    look(o, s, op->base, op->limit, &f);
    if (f.overlap) {
        refuse(a, MPUMAP_OVERLAP);
        return;
    }
    find_conflict(o, s, &f, wanted, a);
    for (uint16_t i = f.first; i <= f.last; i++) {
        if (s->refs[i] == o->rules.refs_max) {
            refuse(a, MPUMAP_REFS);
        }
    }
    if (a->accept != 0) {
        return;
    }
    set_attr(s, f.first, f.last, wanted);
    if (o->rules.policy == MPUMAP_EXACT) {
        add(s, f.first, f.last, 1);
        return;
    }
    if (f.record == ORACLE_NONE) {
        uint16_t i = 0;
        while (s->record[i].used) {
            i++;
        }
        s->record[i] = (struct oracle_record){f.first, f.last, wanted, true, 0};
        s->records = (i >= s->records) ? (uint16_t)(i + 1) : s->records;
        f.record = i;
    }
    s->record[f.record].refs++;
    add(s, s->record[f.record].first, s->record[f.record].last, 1);
}

/* whole: gives back one reference on a record. */
static void drop(struct oracle_state *s, uint16_t record)
{
    struct oracle_record *r = &s->record[record];

    add(s, r->first, r->last, -1);
    r->refs--;
    r->used = r->refs != 0;
}

static void ask_unmap(struct oracle *o, const struct oracle_op *op, struct oracle_answer *a)
{
    const bool whole = o->rules.policy == MPUMAP_WHOLE;
    struct span_facts f;

    look(o, &o->next, op->base, op->limit, &f);
    if (f.overlap) {
        refuse(a, MPUMAP_OVERLAP);
    }
    if (f.unmapped != ORACLE_NONE) {
        refuse(a, MPUMAP_NOT_MAPPED);
    }
    if (f.locked_at_last) {
        refuse(a, MPUMAP_LOCKED);
    }
    if (whole && a->accept == 0 && !f.full && o->next.record[f.record].refs == 1) {
        refuse(a, MPUMAP_PARTIAL);
    }
    if (a->accept != 0) {
        return;
    }
    if (whole) {
        drop(&o->next, f.record);
    } else {
        add(&o->next, f.first, f.last, -1);
    }
}

static void ask_unmap_at(struct oracle *o, const struct oracle_op *op, struct oracle_answer *a)
{
    struct oracle_state *s = &o->next;
    struct span_facts f;

    if (op->base > o->rules.top) {
        refuse(a, MPUMAP_RANGE);
        return;
    }
    if (o->rules.policy != MPUMAP_WHOLE) {
        refuse(a, MPUMAP_POLICY);
        return;
    }
    const uint16_t record = record_at(s, oracle_cell_at(o, op->base));
    if (record == ORACLE_NONE) {
        refuse(a, MPUMAP_NOT_MAPPED);
        return;
    }
    look(o, s, o->rules.cell[s->record[record].first].base,
         o->rules.cell[s->record[record].last].limit, &f);
    if (f.locked_at_last) {
        refuse(a, MPUMAP_LOCKED);
        return;
    }
    drop(s, record);
}

static void ask_protect(struct oracle *o, const struct oracle_op *op, struct oracle_answer *a)
{
    const mpumap_attr_t wanted = oracle_canonical(op->attr);
    const bool whole = o->rules.policy == MPUMAP_WHOLE;
    struct oracle_state *s = &o->next;
    struct span_facts f;

    if (!oracle_attr_ok(&o->rules, op->attr)) {
        refuse(a, MPUMAP_ATTR);
        return;
    }
    look(o, s, op->base, op->limit, &f);
    if (f.overlap) {
        refuse(a, MPUMAP_OVERLAP);
    }
    if (f.unmapped != ORACLE_NONE) {
        refuse(a, MPUMAP_NOT_MAPPED);
    }
    for (uint16_t i = f.first; i <= f.last; i++) {
        if (s->locked[i] && s->attr[i] != wanted) {
            refuse(a, MPUMAP_LOCKED);
        }
    }
    if (whole && a->accept == 0 && !f.full && s->record[f.record].refs == 1) {
        refuse(a, MPUMAP_PARTIAL);
    }
    if (f.shared) {
        refuse(a, MPUMAP_SHARED);
    }
    if (a->accept != 0) {
        return;
    }
    set_attr(s, f.first, f.last, wanted);
    if (whole) {
        s->record[f.record].attr = wanted;
    }
}

static void ask_flag(struct oracle *o, const struct oracle_op *op, struct oracle_answer *a)
{
    struct oracle_state *s = &o->next;
    struct span_facts f;

    look(o, s, op->base, op->limit, &f);
    if (f.overlap && op->kind != ORACLE_UNLIVE) {
        refuse(a, MPUMAP_OVERLAP);
    }
    if (f.unmapped != ORACLE_NONE && op->kind == ORACLE_LOCK) {
        refuse(a, MPUMAP_NOT_MAPPED);
    }
    for (uint16_t i = f.first; i <= f.last; i++) {
        if (op->kind == ORACLE_LOCK) {
            s->locked[i] = true;
        } else {
            s->live[i] = op->kind == ORACLE_LIVE;
        }
    }
    if (count_flags(o, s->locked) > o->rules.lock_capacity ||
        count_flags(o, s->live) > o->rules.live_capacity) {
        refuse(a, MPUMAP_NO_SPACE);
    }
    refuse(a, MPUMAP_OK);
}

static void ask_reserve(struct oracle *o, const struct oracle_op *op, struct oracle_answer *a)
{
    const uint32_t bit = 1u << (op->slot % 32u);

    if (op->slot >= o->rules.slots) {
        refuse(a, MPUMAP_RANGE);
        return;
    }
    if ((o->view.occupied[op->slot / 32u] & bit) != 0 &&
        (o->next.reserved[op->slot / 32u] & bit) == 0) {
        refuse(a, MPUMAP_NO_REGION);
        return;
    }
    o->next.reserved[op->slot / 32u] |= bit;
    refuse(a, MPUMAP_OK);
}

static void ask_begin(struct oracle *o, struct oracle_answer *a)
{
    struct oracle_run spans[ORACLE_CELLS];
    const uint16_t n = oracle_spans(o, &o->now, spans);

    if (o->in_tx) {
        refuse(a, MPUMAP_STATE);
    }
    if (o->rules.pending_capacity == 0 || n > o->rules.pending_capacity) {
        refuse(a, MPUMAP_NO_SPACE);
    }
    refuse(a, MPUMAP_OK);
}

static void ask_commit(struct oracle *o, struct oracle_answer *a)
{
    if (!o->in_tx) {
        refuse(a, MPUMAP_STATE);
        return;
    }
    if (o->poison != MPUMAP_OK) {
        refuse(a, o->poison);
        if (o->stray) {
            a->accept |= BIT(MPUMAP_STATE);
        }
        return;
    }
    judge(o, &o->pending, a);
    if (o->stray) {
        a->accept |= BIT(MPUMAP_STATE);
    }
}

static bool has_range(uint8_t kind)
{
    return kind == ORACLE_MAP || kind == ORACLE_UNMAP || kind == ORACLE_PROTECT ||
           kind == ORACLE_LOCK || kind == ORACLE_LIVE || kind == ORACLE_UNLIVE;
}

void oracle_ask(struct oracle *o, const struct oracle_op *op, struct oracle_answer *out)
{
    memset(out, 0, sizeof *out);
    o->next = *oracle_seen(o);
    if (has_range(op->kind)) {
        const enum mpumap_result error = range_error(&o->rules, op->base, op->limit);
        if (error != MPUMAP_OK) {
            refuse(out, error);
            return;
        }
    }
    switch ((enum oracle_kind)op->kind) {
    case ORACLE_MAP:
        ask_map(o, op, out);
        conclude(o, out);
        break;
    case ORACLE_UNMAP:
        ask_unmap(o, op, out);
        conclude(o, out);
        break;
    case ORACLE_UNMAP_AT:
        ask_unmap_at(o, op, out);
        conclude(o, out);
        break;
    case ORACLE_PROTECT:
        ask_protect(o, op, out);
        conclude(o, out);
        break;
    case ORACLE_LOCK:
    case ORACLE_LIVE:
    case ORACLE_UNLIVE:
        ask_flag(o, op, out);
        break;
    case ORACLE_RESERVE:
        ask_reserve(o, op, out);
        break;
    case ORACLE_BEGIN:
        ask_begin(o, out);
        break;
    case ORACLE_COMMIT:
        ask_commit(o, out);
        break;
    case ORACLE_ABORT:
        refuse(out, o->in_tx ? MPUMAP_OK : MPUMAP_STATE);
        break;
    case ORACLE_FIND:
        break;
    }
}

void oracle_settle(struct oracle *o, const struct oracle_op *op, enum mpumap_result actual)
{
    switch ((enum oracle_kind)op->kind) {
    case ORACLE_FIND:
        return;
    case ORACLE_BEGIN:
        if (actual == MPUMAP_OK) {
            o->pending = o->now;
            o->in_tx = true;
            o->stray = false;
            o->poison = MPUMAP_OK;
        } else {
            o->stray = o->in_tx;
        }
        return;
    case ORACLE_COMMIT:
        if (o->in_tx && actual == MPUMAP_OK) {
            o->now = o->pending;
        }
        o->in_tx = false;
        return;
    case ORACLE_ABORT:
        o->in_tx = false;
        return;
    case ORACLE_MAP:
    case ORACLE_UNMAP:
    case ORACLE_UNMAP_AT:
    case ORACLE_PROTECT:
    case ORACLE_LOCK:
    case ORACLE_LIVE:
    case ORACLE_UNLIVE:
    case ORACLE_RESERVE:
        break;
    }
    if (actual == MPUMAP_OK) {
        *(o->in_tx ? &o->pending : &o->now) = o->next;
    } else if (o->in_tx && o->poison == MPUMAP_OK) {
        o->poison = actual;
    }
}

/* ---- questions ---- */

enum mpumap_found oracle_find(const struct oracle *o, mpumap_addr_t base, mpumap_addr_t limit,
                              struct oracle_run *hit, enum mpumap_result *error)
{
    struct oracle_run regions[ORACLE_CELLS];
    const uint16_t n = oracle_regions(o, oracle_seen(o), regions);

    *error = range_error(&o->rules, base, limit);
    if (*error != MPUMAP_OK) {
        return MPUMAP_FIND_REFUSED;
    }
    for (uint16_t i = 0; i < n; i++) {
        if (regions[i].limit < base || limit < regions[i].base) {
            continue;
        }
        *hit = regions[i];
        if (regions[i].base == base && regions[i].limit == limit) {
            return MPUMAP_FOUND;
        }
        if (regions[i].base <= base && limit <= regions[i].limit) {
            return MPUMAP_INCLUSIVE;
        }
        return MPUMAP_FOUND_OVERLAP;
    }
    return MPUMAP_NOT_FOUND;
}

bool oracle_access(const struct oracle *o, char kind, bool lower, mpumap_addr_t addr)
{
    const uint16_t cell = oracle_cell_at(o, addr);

    if (cell == ORACLE_NONE || o->now.refs[cell] == 0) {
        return false;
    }
    const mpumap_attr_t attr = o->now.attr[cell];
    if (lower && (attr & MPUMAP_LOWER_MASK) == 0) {
        return false;
    }
    if (kind == 'w') {
        return (attr & MPUMAP_WRITE) != 0;
    }
    return kind != 'x' || (attr & MPUMAP_EXEC) != 0;
}
