/* SPDX-License-Identifier: MIT */
/*
 * The changes that move one edge of one region and nothing else: what the planner would find,
 * without it. One register is written; what is given up nobody has afterwards, and what is taken
 * nobody had before, so rules R1 to R4 hold whatever is live.
 */
#include "internal.h"

/* The region of a span: its spans are [first, end). */
struct region {
    uint16_t first;
    uint16_t end;
};

/* Finds the region of span i. False: it touches an equal one, with which it may have to be joined.
 */
static bool find_region(const struct mpumap *m, uint16_t i, struct region *out)
{
    const struct mpumap_span *v = m->spans;
    const uint8_t slot = v[i].slot;
    uint16_t end = (uint16_t)(i + 1u);

    while ((i > 0u) && (v[i - 1u].slot == slot)) {
        i--;
    }
    while ((end < m->span_count) && (v[end].slot == slot)) {
        end++;
    }
    out->first = i;
    out->end = end;
    return ((i == 0u) || !mpumap_i_one_run(&v[i - 1u], &v[i])) &&
           ((end >= m->span_count) || !mpumap_i_one_run(&v[end - 1u], &v[end]));
}

static void write_edges(struct mpumap *m, uint8_t slot, mpumap_addr_t base, mpumap_addr_t limit,
                        uint8_t attr, bool low)
{
    const struct mpumap_entry *e = &m->table[slot];
    struct mpumap_pair next;

    m->port->encode(m->port_ctx, base, limit, attr, &next);
    /* An adopted region's registers may have bits that mean nothing: the other one stays as it is.
     */
    if (low) {
        next.limit = e->limit;
    } else {
        next.base = e->base;
    }
    mpumap_i_write(m, slot, &next, WRITE_ANY);
}

/* A map of bytes that nobody has, beside one region of equal attributes. */
static bool grow(struct mpumap *m, const struct op *op)
{
    struct mpumap_span *v = m->spans;
    const struct mpumap_span as = {op->base, op->limit, 1u, op->attr, MPUMAP_NO_SLOT};
    const uint16_t at = op->at;
    const bool below = (at > 0u) && mpumap_i_one_run(&v[at - 1u], &as);
    const bool above = (at < m->span_count) && mpumap_i_one_run(&as, &v[at]);
    struct mpumap_span *near = &v[below ? (at - 1u) : at];
    const uint8_t slot = near->slot;
    mpumap_addr_t base = op->base;
    mpumap_addr_t limit = op->limit;
    struct region r;

    if ((below == above) || !find_region(m, below ? (uint16_t)(at - 1u) : at, &r) ||
        ((near->refs != 1u) && (m->span_count >= m->span_capacity))) {
        return false;
    }
    if (below) {
        base = v[r.first].base;
    } else {
        limit = v[r.end - 1u].limit;
    }
    if (near->refs != 1u) {
        mpumap_i_move_tail(v, &m->span_count, at, (uint16_t)(at + 1u));
        v[at] = as;
        v[at].slot = slot;
    } else if (below) {
        near->limit = limit;
    } else {
        near->base = base;
    }
    write_edges(m, slot, base, limit, op->attr, above);
    return true;
}

/* The last reference to bytes at one edge of a region goes, all of one span. */
static bool shrink(struct mpumap *m, const struct op *op)
{
    struct mpumap_span *v = m->spans;
    const uint16_t at = op->at;
    const struct mpumap_span x = v[at];
    struct region r;
    mpumap_addr_t base;
    mpumap_addr_t limit;
    bool low;
    bool high;

    if ((x.base > op->base) || (x.limit < op->limit) || !find_region(m, at, &r)) {
        return false;
    }
    base = v[r.first].base;
    limit = v[r.end - 1u].limit;
    low = base == op->base;
    high = limit == op->limit;
    if (low == high) {
        return false;
    }
    if (low) {
        base = op->limit + 1u;
        v[at].base = base;
    } else {
        limit = op->base - 1u;
        v[at].limit = limit;
    }
    if ((x.base == op->base) && (x.limit == op->limit)) {
        mpumap_i_move_tail(v, &m->span_count, (uint16_t)(at + 1u), at);
    }
    write_edges(m, x.slot, base, limit, x.attr, low);
    return true;
}

bool mpumap_i_edge(struct mpumap *m, const struct op *op)
{
    if (m->waiting || !mpumap_i_is_exact(m)) {
        return false;
    }
    if (op->kind == (uint8_t)OP_UNMAP) {
        return shrink(m, op);
    }
    return (op->kind == (uint8_t)OP_MAP) &&
           ((op->at >= m->span_count) || (m->spans[op->at].base > op->limit)) && grow(m, op);
}
