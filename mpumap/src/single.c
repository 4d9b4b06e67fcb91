/* SPDX-License-Identifier: MIT */
/*
 * The common changes, in which one slot changes and nothing else can: what the planner would find,
 * without it. One register of an enabled region, or both of a slot that is free: no byte that both
 * maps allow is lost, so rules R1 to R4 hold whatever is live. Under `whole` there are no others.
 */
#include "internal.h"

/* The list that an operation works on: the pending one inside a transaction. */
struct list {
    struct mpumap_span *v;
    uint16_t *count;
    uint16_t capacity;
};

static struct list list_of(struct mpumap *m)
{
    const struct list committed = {m->spans, &m->span_count, m->span_capacity};
    const struct list pending = {m->pending, &m->pending_count, m->pending_capacity};

    return m->in_tx ? pending : committed;
}

/* A span that is, or would be, between the spans before `after` and from `next` on is one run with
 * neither. */
static bool alone(const struct mpumap *m, const struct list *l, const struct mpumap_span *x,
                  uint16_t after, uint16_t next)
{
    return !mpumap_i_is_exact(m) || (((after == 0u) || !mpumap_i_one_run(&l->v[after - 1u], x)) &&
                                     ((next >= *l->count) || !mpumap_i_one_run(x, &l->v[next])));
}

/* The slot that the planner would take: the first free one with the right base in it, or the first,
 * *first. */
static uint8_t free_slot(const struct mpumap *m, mpumap_reg_t base, uint8_t *first)
{
    uint32_t s;

    *first = MPUMAP_NO_SLOT;
    for (s = m->free_from; s < m->regions; s++) {
        const struct mpumap_entry *e = &m->table[s];

        if (((e->limit & MPUMAP_LIMIT_ENABLE) == 0u) &&
            ((e->flags & (F_RESERVED | F_RESERVED_TX)) == 0u)) {
            *first = (*first == MPUMAP_NO_SLOT) ? (uint8_t)s : *first;
            if (e->base == base) {
                return (uint8_t)s;
            }
        }
    }
    return *first;
}

static enum mpumap_result refuse(struct mpumap *m, const struct op *op, enum mpumap_result result)
{
    return mpumap_i_fail(m, result, op->base, op->limit, MPUMAP_NO_SLOT);
}

static void insert(const struct list *l, uint16_t at, const struct mpumap_span *x)
{
    mpumap_i_move_tail(l->v, l->count, at, (uint16_t)(at + 1u));
    l->v[at] = *x;
}

static enum mpumap_result create(struct mpumap *m, const struct op *op, const struct list *l,
                                 struct mpumap_span *x)
{
    struct mpumap_pair next;
    uint8_t first = 0u;

    if (!m->in_tx) {
        m->port->encode(m->port_ctx, op->base, op->limit, op->attr, &next);
        x->slot = free_slot(m, next.base, &first);
        if (x->slot == MPUMAP_NO_SLOT) {
            return refuse(m, op, MPUMAP_NO_REGION);
        }
    }
    if (*l->count >= l->capacity) {
        return refuse(m, op, MPUMAP_NO_SPACE);
    }
    insert(l, op->at, x);
    if (!m->in_tx) {
        m->free_from = (x->slot == first) ? (uint8_t)(first + 1u) : first;
        m->table[x->slot].refs = 1u;
        mpumap_i_write(m, x->slot, &next, WRITE_BASE_FIRST);
    }
    return MPUMAP_OK;
}

static void remove(struct mpumap *m, const struct list *l, uint16_t at)
{
    const uint8_t slot = l->v[at].slot;

    mpumap_i_move_tail(l->v, l->count, (uint16_t)(at + 1u), at);
    if (!m->in_tx) {
        struct mpumap_entry *e = &m->table[slot];
        const struct mpumap_pair next = {e->base, e->limit & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE};

        e->refs = 0u;
        m->free_from = (slot < m->free_from) ? slot : m->free_from;
        mpumap_i_write(m, slot, &next, WRITE_ANY);
    }
}

/* Executable device memory must not exist even for an instant: it would if the type (limit
 * register) or the permission (base register) came too early. Nothing else can go wrong between two
 * registers of one range. */
static enum write_order order_of(uint8_t from, uint8_t to)
{
    if ((from & MPUMAP_TYPE_MASK) >= MPUMAP_DEVICE) {
        return ((to & MPUMAP_EXEC) != 0u) ? WRITE_LIMIT_FIRST : WRITE_ANY;
    }
    return (((from & MPUMAP_EXEC) != 0u) && ((to & MPUMAP_TYPE_MASK) >= MPUMAP_DEVICE))
               ? WRITE_BASE_FIRST
               : WRITE_ANY;
}

/* Other attributes for a region as it stands. False (exact): two registers change; where there is a
 * bitmap they can do so at once. */
static bool regrade(struct mpumap *m, const struct op *op, struct mpumap_span *x)
{
    const enum write_order order = order_of(x->attr, op->attr);
    const struct mpumap_entry *e = &m->table[x->slot];
    struct mpumap_pair next;

    m->port->encode(m->port_ctx, x->base, x->limit, op->attr, &next);
    if (mpumap_i_is_exact(m) && (e->base != next.base) && (e->limit != next.limit)) {
        return false;
    }
    x->attr = op->attr;
    mpumap_i_write(m, x->slot, &next, order);
    return true;
}

bool mpumap_i_single(struct mpumap *m, const struct op *op, enum mpumap_result *r)
{
    const struct list l = list_of(m);
    const uint16_t at = op->at;
    struct mpumap_span *x = &l.v[at];
    struct mpumap_span as = {op->base, op->limit, 1u, op->attr, MPUMAP_NO_SLOT};
    uint16_t next = (uint16_t)(at + 1u);
    bool done = true;

    *r = MPUMAP_OK;
    if (m->waiting && !m->in_tx) {
        return false;
    }
    if ((at >= *l.count) || (x->base > op->limit)) {
        done = alone(m, &l, &as, at, at);
        if (done) {
            *r = create(m, op, &l, &as);
        }
    } else if ((op->kind == (uint8_t)OP_MAP) || (x->base != op->base) || (x->limit != op->limit) ||
               !alone(m, &l, x, at, next)) {
        done = false;
    } else if (op->kind == (uint8_t)OP_UNMAP) {
        remove(m, &l, at);
    } else if (!alone(m, &l, &as, at, next)) {
        done = false;
    } else if (m->in_tx) {
        x->attr = op->attr;
    } else {
        done = regrade(m, op, x);
    }
    return done;
}

/* Spans a and b, in this order, would be one if they had one count. */
static bool joins(const struct mpumap_span *a, const struct mpumap_span *b)
{
    return (a->slot == b->slot) && mpumap_i_one_run(a, b);
}

/* Counts [from op.base to op.limit] inside a span, which is cut in up to three, or joined with
 * neighbours that have the same count and slot. */
static enum mpumap_result cut(struct mpumap *m, const struct op *op, const struct list *l,
                              mpumap_refs_t refs, bool below, bool above)
{
    struct mpumap_span *v = l->v;
    uint16_t at = op->at;
    const struct mpumap_span old = v[at];
    struct mpumap_span x = {op->base, op->limit, refs, old.attr, old.slot};
    uint16_t end = (uint16_t)(at + 1u);
    uint16_t pieces = 1u;

    if (below) {
        at--;
        x.base = v[at].base;
    } else if (old.base < op->base) {
        pieces++;
    } else {
        /* the span's own base */
    }
    if (above) {
        x.limit = v[end].limit;
        end++;
    } else if (old.limit > op->limit) {
        pieces++;
    } else {
        /* the span's own limit */
    }
    if ((((uint32_t)*l->count + at + pieces) - end) > l->capacity) {
        return refuse(m, op, MPUMAP_NO_SPACE);
    }
    mpumap_i_move_tail(v, l->count, end, (uint16_t)(at + pieces));
    if (old.base < x.base) {
        v[at] = old;
        v[at].limit = x.base - 1u;
        at++;
    }
    v[at] = x;
    if (old.limit > x.limit) {
        v[at + 1u] = old;
        v[at + 1u].base = x.limit + 1u;
    }
    return MPUMAP_OK;
}

enum mpumap_result mpumap_i_count_in_place(struct mpumap *m, const struct op *op)
{
    const struct list l = list_of(m);
    const uint16_t at = op->at;
    struct mpumap_span *x = &l.v[at];
    const mpumap_refs_t refs =
        (mpumap_refs_t)((op->kind == (uint8_t)OP_MAP) ? (x->refs + 1u) : (x->refs - 1u));

    if (mpumap_i_is_exact(m)) {
        const bool first = x->base == op->base;
        const bool last = x->limit == op->limit;
        const bool below =
            first && (at > 0u) && (l.v[at - 1u].refs == refs) && joins(&l.v[at - 1u], x);
        const bool above = last && (((uint32_t)at + 1u) < *l.count) &&
                           (l.v[at + 1u].refs == refs) && joins(x, &l.v[at + 1u]);

        if (!first || !last || below || above) {
            return cut(m, op, &l, refs, below, above);
        }
    } else if (!m->in_tx) {
        m->table[x->slot].refs = refs;
    } else {
        /* the table has the committed count */
    }
    x->refs = refs;
    return MPUMAP_OK;
}
