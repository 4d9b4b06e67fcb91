/* SPDX-License-Identifier: MIT */
/*
 * The common changes, in which one slot changes and nothing else can: what the planner would find,
 * without it. One register of an enabled region, or both of a slot that is free: no byte that both
 * maps allow is lost, so rules R1 to R4 hold whatever is live.
 */
#include "internal.h"

/* Spans a and b, in this order, belong to one run of bytes, in one slot or in two. */
static bool one_run(const struct mpumap *m, const struct mpumap_span *a,
                    const struct mpumap_span *b)
{
    return (m->policy == (uint8_t)MPUMAP_EXACT) && (a->attr == b->attr) &&
           mpumap_i_touch(a->limit, b->base);
}

/* Spans a and b, in this order, are one. */
static bool joins(const struct mpumap *m, const struct mpumap_span *a, const struct mpumap_span *b)
{
    return (a->refs == b->refs) && (a->slot == b->slot) && one_run(m, a, b);
}

/* A span that would stand before span `next` would be one run with a neighbour. */
static bool in_a_run(const struct mpumap *m, const struct mpumap_span *x, uint16_t next)
{
    return ((next > 0u) && one_run(m, &m->spans[next - 1u], x)) ||
           ((next < m->span_count) && one_run(m, x, &m->spans[next]));
}

/* Moves the spans from `from` up to `to`, and the end of the list with them. */
static void move_tail(struct mpumap_span *v, uint16_t *count, uint16_t from, uint16_t to)
{
    struct mpumap_span *end = &v[*count];
    struct mpumap_span *p = &v[from];

    if (to > from) {
        const uint32_t up = (uint32_t)to - from;

        while (end != p) {
            end--;
            end[up] = *end;
        }
    } else if (to < from) {
        const uint32_t down = (uint32_t)from - to;

        for (; p != end; p++) {
            *(p - down) = *p;
        }
    } else {
        /* in place */
    }
    *count = (uint16_t)((*count + to) - from);
}

static void insert(struct mpumap *m, uint16_t at, const struct mpumap_span *x)
{
    move_tail(m->spans, &m->span_count, at, (uint16_t)(at + 1u));
    m->spans[at] = *x;
}

static void erase(struct mpumap *m, uint16_t at)
{
    move_tail(m->spans, &m->span_count, (uint16_t)(at + 1u), at);
}

/* The slot that the planner would take: the first free one with the right base in it, or the first.
 */
static uint8_t free_slot(struct mpumap *m, mpumap_reg_t base)
{
    const struct mpumap_entry *e = &m->table[m->free_from];
    uint8_t best = MPUMAP_NO_SLOT;
    uint32_t s;

    for (s = m->free_from; s < m->regions; s++) {
        if (((e->limit & MPUMAP_LIMIT_ENABLE) == 0u) &&
            ((e->flags & (F_RESERVED | F_RESERVED_TX)) == 0u)) {
            if (e->base == base) {
                return (uint8_t)s;
            }
            best = (best == MPUMAP_NO_SLOT) ? (uint8_t)s : best;
        }
        e++;
    }
    return best;
}

static bool create(struct mpumap *m, const struct op *op, uint16_t at)
{
    struct mpumap_span x = {op->base, op->limit, 1u, op->attr, MPUMAP_NO_SLOT};
    struct mpumap_pair next;

    if ((m->span_count >= m->span_capacity) || in_a_run(m, &x, at)) {
        return false;
    }
    m->port->encode(m->port_ctx, x.base, x.limit, x.attr, &next);
    x.slot = free_slot(m, next.base);
    if (x.slot == MPUMAP_NO_SLOT) {
        return false;
    }
    if (x.slot == m->free_from) {
        m->free_from++;
    }
    m->table[x.slot].refs = 1u;
    insert(m, at, &x);
    mpumap_i_write(m, x.slot, &next);
    return true;
}

static bool neighbours(const struct mpumap *m, uint16_t at)
{
    const struct mpumap_span *v = m->spans;

    return ((at > 0u) && one_run(m, &v[at - 1u], &v[at])) ||
           (((at + 1u) < m->span_count) && one_run(m, &v[at], &v[at + 1u]));
}

static bool remove(struct mpumap *m, uint16_t at)
{
    const uint8_t slot = m->spans[at].slot;
    struct mpumap_entry *e = &m->table[slot];
    const struct mpumap_pair next = {e->base, e->limit & ~(mpumap_reg_t)MPUMAP_LIMIT_ENABLE};

    e->refs = 0u;
    m->free_from = (slot < m->free_from) ? slot : m->free_from;
    erase(m, at);
    mpumap_i_write(m, slot, &next);
    return true;
}

static bool regrade(struct mpumap *m, const struct op *op, uint16_t at)
{
    struct mpumap_span x = m->spans[at];
    const struct mpumap_entry *e = &m->table[x.slot];
    struct mpumap_pair next;

    x.attr = op->attr;
    m->port->encode(m->port_ctx, x.base, x.limit, x.attr, &next);
    if (((e->base != next.base) && (e->limit != next.limit)) ||
        ((at > 0u) && one_run(m, &m->spans[at - 1u], &x)) ||
        (((at + 1u) < m->span_count) && one_run(m, &x, &m->spans[at + 1u]))) {
        return false;
    }
    m->spans[at].attr = x.attr;
    mpumap_i_write(m, x.slot, &next);
    return true;
}

/* Not in a transaction. False: more than one slot may have to change; nothing has been done. */
bool mpumap_i_single(struct mpumap *m, const struct op *op)
{
    uint16_t at = op->at;
    const struct mpumap_span *x = &m->spans[at];
    bool over = (at < m->span_count) && (x->base <= op->limit);

    if (m->waiting) {
        return false;
    }
    if (!over) {
        return (op->kind == (uint8_t)OP_MAP) && create(m, op, at);
    }
    if ((x->base != op->base) || (x->limit != op->limit) || neighbours(m, at)) {
        return false;
    }
    return (op->kind == (uint8_t)OP_UNMAP)
               ? remove(m, at)
               : ((op->kind == (uint8_t)OP_PROTECT) && regrade(m, op, at));
}

/*
 * An operation that only counts, inside one span: that is cut in up to three, or joined with
 * neighbours that have the same count and slot.
 */
bool mpumap_i_count_in_place(struct mpumap *m, const struct op *op)
{
    struct mpumap_span *v = m->in_tx ? m->pending : m->spans;
    uint16_t *count = m->in_tx ? &m->pending_count : &m->span_count;
    const uint16_t room = m->in_tx ? m->pending_capacity : m->span_capacity;
    uint16_t at = op->at;
    struct mpumap_span x = v[at];
    const struct mpumap_span old = x;
    uint16_t end = (uint16_t)(at + 1u);
    uint16_t pieces;

    if ((x.base > op->base) || (x.limit < op->limit)) {
        return false;
    }
    x.refs = (mpumap_refs_t)((op->kind == (uint8_t)OP_MAP) ? (x.refs + 1u) : (x.refs - 1u));
    if (x.base < op->base) {
        x.base = op->base;
    } else if ((at > 0u) && joins(m, &v[at - 1u], &x)) {
        at--;
        x.base = v[at].base;
    } else {
        /* the span's own base */
    }
    if (x.limit > op->limit) {
        x.limit = op->limit;
    } else if ((end < *count) && joins(m, &x, &v[end])) {
        x.limit = v[end].limit;
        end++;
    } else {
        /* the span's own limit */
    }
    pieces = (uint16_t)(1u + ((old.base < x.base) ? 1u : 0u) + ((old.limit > x.limit) ? 1u : 0u));
    if ((((uint32_t)*count + at + pieces) - end) > room) {
        return false;
    }
    move_tail(v, count, end, (uint16_t)(at + pieces));
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
    if ((m->policy == (uint8_t)MPUMAP_WHOLE) && !m->in_tx) {
        m->table[x.slot].refs = x.refs;
    }
    return true;
}
