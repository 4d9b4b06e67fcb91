/* SPDX-License-Identifier: MIT */
/* The rules of the structure, as a function; and the comparison of the table with the registers. */
#include "internal.h"

static enum mpumap_result corrupt(struct mpumap *m, const struct mpumap_span *span)
{
    return mpumap_i_fail(m, MPUMAP_CORRUPT, span->base, span->limit, span->slot);
}

/* Spans are granular, in order, disjoint, counted, and never two where one would do. */
static bool span_holds(struct mpumap *m, const struct mpumap_span *v, uint16_t i)
{
    const struct mpumap_span *s = &v[i];

    if ((mpumap_i_check_range(m, s->base, s->limit) != MPUMAP_OK) || (s->refs == 0u) ||
        (s->refs > m->refs_max) || ((i > 0u) && (v[i - 1u].limit >= s->base))) {
        return false;
    }
    return (i == 0u) || (m->policy == (uint8_t)MPUMAP_WHOLE) ||
           !mpumap_i_touch(v[i - 1u].limit, s->base) || (v[i - 1u].refs != s->refs) ||
           (v[i - 1u].attr != s->attr) || (v[i - 1u].slot != s->slot);
}

/* Spans [i, end) are one region; its slot is in use and holds exactly that region. */
static bool region_holds(struct mpumap *m, uint16_t i, uint16_t end)
{
    const struct mpumap_span *v = m->spans;
    const struct mpumap_entry *e;
    struct mpumap_pair held;
    mpumap_attr_t attr = 0u;
    uint16_t k;

    if ((v[i].slot >= m->regions) || ((m->policy == (uint8_t)MPUMAP_WHOLE) && ((end - i) != 1))) {
        return false;
    }
    for (k = (uint16_t)(i + 1u); k < end; k++) {
        if ((v[k].attr != v[i].attr) || !mpumap_i_touch(v[k - 1u].limit, v[k].base)) {
            return false;
        }
    }
    e = &m->table[v[i].slot];
    if (((e->flags & (F_RESERVED | F_PLANNING)) != 0u) ||
        ((m->policy == (uint8_t)MPUMAP_WHOLE) && (e->refs != v[i].refs))) {
        return false;
    }
    /* Decoded, not encoded: an adopted region may have bits that mean nothing, such as SH of a
     * device. */
    held.base = e->base;
    held.limit = e->limit;
    return mpumap_i_in_use(m, v[i].slot) && m->port->decode(m->port_ctx, &held, &attr) &&
           (attr == v[i].attr) && (mpumap_i_base_of(m, &held) == v[i].base) &&
           (mpumap_i_limit_of(m, &held) == v[end - 1u].limit);
}

static bool locks_hold(struct mpumap *m, struct mpumap_span *where)
{
    uint8_t i;

    for (i = 0u; i < m->lock_count; i++) {
        struct op op = {mpumap_i_locks(m)[i].base, mpumap_i_locks(m)[i].limit, (uint8_t)OP_LOCK, 0u,
                        0u};
        bool changes;

        op.at = mpumap_i_search(mpumap_i_spans(m), mpumap_i_count(m), op.base);
        where->base = op.base;
        where->limit = op.limit;
        if (mpumap_i_exact(m, &op, &changes) != MPUMAP_OK) {
            return false;
        }
    }
    return true;
}

enum mpumap_result mpumap_check(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);
    struct mpumap_span where = {0u, 0u, 0u, 0u, MPUMAP_NO_SLOT};
    uint16_t groups = 0u;
    uint16_t i;
    uint16_t end;

    if (r != MPUMAP_OK) {
        return r;
    }
    if (m->span_count > m->span_capacity) {
        return corrupt(m, &where);
    }
    for (i = 0u; i < m->span_count; i++) {
        if (!span_holds(m, m->spans, i)) {
            return corrupt(m, &m->spans[i]);
        }
    }
    for (i = 0u; i < m->span_count; i = end) {
        end = (uint16_t)(i + 1u);
        while ((end < m->span_count) && (m->spans[end].slot == m->spans[i].slot)) {
            end++;
        }
        if (!region_holds(m, i, end)) {
            return corrupt(m, &m->spans[i]);
        }
        groups++;
    }
    if (groups != mpumap_used(m)) {
        return corrupt(m, &where);
    }
    for (i = 0u; m->in_tx && (i < m->pending_count); i++) {
        if (!span_holds(m, m->pending, i)) {
            return corrupt(m, &m->pending[i]);
        }
    }
    if (!locks_hold(m, &where)) {
        return corrupt(m, &where);
    }
    return mpumap_i_enter(m);
}

enum mpumap_result mpumap_verify(struct mpumap *m)
{
    enum mpumap_result r = mpumap_check(m);
    uint16_t s;

    for (s = 0u; (r == MPUMAP_OK) && (s < m->regions); s++) {
        const struct mpumap_entry *e = &m->table[s];
        struct mpumap_pair now;

        if ((e->flags & F_RESERVED) == 0u) {
            m->port->read(m->port_ctx, (uint8_t)s, &now);
            if (mpumap_i_in_use(m, s) ? ((now.base != e->base) || (now.limit != e->limit))
                                      : ((now.limit & MPUMAP_LIMIT_ENABLE) != 0u)) {
                r = mpumap_i_fail(m, MPUMAP_CORRUPT, mpumap_i_base_of(m, &now),
                                  mpumap_i_limit_of(m, &now), (uint8_t)s);
            }
        }
    }
    return r;
}
