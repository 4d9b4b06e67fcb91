/* SPDX-License-Identifier: MIT */
/*
 * The rules of the structure, as a function. What is wrong here may have been written by anybody:
 * nothing is followed, indexed or counted before it has been judged, and a truth value is read as
 * the byte that it is.
 */
#include "internal.h"

/*@ requires \valid(m) && \valid_read(span) && \separated(m, span);
    assigns m->why;
    ensures \result == MPUMAP_CORRUPT && m->why.result == MPUMAP_CORRUPT;
*/
static enum mpumap_result corrupt(struct mpumap *m, const struct mpumap_span *span)
{
    return mpumap_i_fail(m, MPUMAP_CORRUPT, span->base, span->limit, span->slot);
}

/* What init fixed is as it was; counts are within their room; a transaction is open or not. */
/*@ requires made(m);
    assigns \nothing;
    ensures \result ==> m->span_count <= m->span_capacity && m->lock_count <= m->lock_capacity &&
        m->live_count <= m->live_capacity && m->free_from <= m->regions;
    ensures \result && m->in_tx ==> m->pending_capacity != 0 &&
        m->pending_count <= m->pending_capacity &&
        m->saved_lock_count <= m->lock_capacity && m->saved_live_count <= m->live_capacity;
*/
static bool structure_holds(const struct mpumap *m)
{
    const uint8_t in_tx = mpumap_i_byte(&m->in_tx);

    if ((m->seal != mpumap_i_seal(m)) || (m->span_count > m->span_capacity) ||
        (m->lock_count > m->lock_capacity) || (m->live_count > m->live_capacity) ||
        (m->free_from > m->regions) || (mpumap_i_byte(&m->waiting) > 1u)) {
        return false;
    }
    if (in_tx == 1u) {
        return (m->pending_capacity != 0u) && (m->pending_count <= m->pending_capacity) &&
               (m->saved_lock_count <= m->lock_capacity) &&
               (m->saved_live_count <= m->live_capacity) &&
               (m->poison.result <= (uint8_t)MPUMAP_CORRUPT);
    }
    return (in_tx == 0u) && (m->pending_count == NO_PENDING);
}

/* Spans are granular, in order, disjoint, counted, and never two where one would do. */
/*@ requires made(m) && \valid_read(v + (0 .. i)) && \separated(m, v + (0 .. i));
    assigns m->why;
    ensures made: made(m);
    ensures \result ==> v[i].base <= v[i].limit && (i > 0 ==> v[i - 1].limit < v[i].base) &&
        0 < v[i].refs <= m->refs_max;
*/
static bool span_holds(struct mpumap *m, const struct mpumap_span *v, uint16_t i)
{
    const struct mpumap_span *s = &v[i];

    if ((mpumap_i_check_range(m, s->base, s->limit) != MPUMAP_OK) || (s->refs == 0u) ||
        (s->refs > m->refs_max) || ((i > 0u) && (v[i - 1u].limit >= s->base))) {
        return false;
    }
    return (i == 0u) || (m->policy == (uint8_t)MPUMAP_WHOLE) || !mpumap_i_one_run(&v[i - 1u], s) ||
           (v[i - 1u].refs != s->refs) || (v[i - 1u].slot != s->slot);
}

/* The slot is in use and holds exactly [base, limit] with these attributes. */
/*@ requires made(m) && \valid_read(first) && first->slot < m->regions;
    assigns \nothing;
*/
static bool slot_holds(const struct mpumap *m, const struct mpumap_span *first, mpumap_addr_t limit)
{
    const struct mpumap_entry *e = &m->table[first->slot];
    struct mpumap_pair held;
    mpumap_attr_t attr = 0u;

    /* Decoded, not encoded: an adopted region may have bits that mean nothing, such as SH of a
     * device. */
    held.base = e->base;
    held.limit = e->limit;
    //@ calls port_decode;
    return mpumap_i_in_use(m, first->slot) && m->port->decode(m->port_ctx, &held, &attr) &&
           (attr == first->attr) && (mpumap_i_base_of(m, &held) == first->base) &&
           (mpumap_i_limit_of(m, &held) == limit) &&
           (e->refs == ((m->policy == (uint8_t)MPUMAP_WHOLE) ? first->refs : 1u));
}

/* Region [i, end) touches the one below with equal attributes: they could be one. */
/*@ requires \valid_read(v + (0 .. i)) && (i > 0 ==> v[i].base > 0);
    assigns \nothing;
*/
static bool could_merge(const struct mpumap_span *v, uint16_t i)
{
    return (i > 0u) && mpumap_i_one_run(&v[i - 1u], &v[i]);
}

/* Spans [i, end) are one region; its slot is in use and holds exactly that region. */
/*@ requires made(m) && i < end <= m->span_count <= m->span_capacity;
    requires \forall integer k; 0 < k < m->span_count ==> 0 < m->spans[k].base;
    assigns \nothing;
    ensures \result ==> m->spans[i].slot < m->regions;
*/
static bool region_holds(struct mpumap *m, uint16_t i, uint16_t end)
{
    const struct mpumap_span *v = m->spans;
    uint16_t k;

    if ((v[i].slot >= m->regions) || ((m->policy == (uint8_t)MPUMAP_WHOLE) && ((end - i) != 1))) {
        return false;
    }
    /*@ loop invariant i < k <= end;
        loop assigns k;
        loop variant end - k;
    */
    for (k = (uint16_t)(i + 1u); k < end; k++) {
        if (!mpumap_i_one_run(&v[k - 1u], &v[k])) {
            return false;
        }
    }
    return slot_holds(m, &v[i], v[end - 1u].limit) &&
           (((m->table[v[i].slot].flags & F_WAITS) == 0u) || could_merge(v, i));
}

/* An entry by itself: no mark of a plan is left; who is in use is not reserved; who is
 * neither has no count and waits for nothing. */
/*@ requires made(m) && slot < m->regions;
    assigns \nothing;
*/
static bool entry_holds(const struct mpumap *m, uint16_t slot)
{
    const struct mpumap_entry *e = &m->table[slot];
    const uint32_t reserved = e->flags & (uint32_t)(F_RESERVED | F_RESERVED_TX);

    if (((e->flags & F_PLANNING) != 0u) || (((e->flags & F_RESERVED_TX) != 0u) && !m->in_tx)) {
        return false;
    }
    if (mpumap_i_in_use(m, slot)) {
        return reserved == 0u;
    }
    return ((e->flags & F_WAITS) == 0u) && (reserved != (F_RESERVED | F_RESERVED_TX)) &&
           (e->refs == ((reserved != 0u) ? 1u : 0u)) &&
           ((reserved != 0u) || (slot >= m->free_from));
}

/*@ requires made(m) && apart_from(m, where);
    assigns where->slot;
    ensures made: made(m);
*/
static bool table_holds(struct mpumap *m, struct mpumap_span *where)
{
    bool waiting = false;
    uint16_t s;

    /*@ loop invariant 0 <= s <= m->regions;
        loop assigns s, waiting, where->slot;
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        where->slot = (uint8_t)s;
        if (!entry_holds(m, s)) {
            return false;
        }
        waiting = waiting || ((m->table[s].flags & F_WAITS) != 0u);
    }
    where->slot = MPUMAP_NO_SLOT;
    return waiting == m->waiting;
}

/* The committed spans: each by itself, then as the regions that the slots hold. */
static bool regions_hold(struct mpumap *m, struct mpumap_span *where)
{
    uint16_t groups = 0u;
    uint16_t i;
    uint16_t end;

    for (i = 0u; i < m->span_count; i++) {
        *where = m->spans[i];
        if (!span_holds(m, m->spans, i)) {
            return false;
        }
    }
    for (i = 0u; i < m->span_count; i = end) {
        end = (uint16_t)(i + 1u);
        while ((end < m->span_count) && (m->spans[end].slot == m->spans[i].slot)) {
            end++;
        }
        *where = m->spans[i];
        if (!region_holds(m, i, end)) {
            return false;
        }
        groups++;
    }
    return groups == mpumap_used(m);
}

/* The pending spans are of the same form; none has a slot yet. */
static bool pending_holds(struct mpumap *m, struct mpumap_span *where)
{
    uint16_t i;

    for (i = 0u; m->in_tx && (i < m->pending_count); i++) {
        *where = m->pending[i];
        if (!span_holds(m, m->pending, i) || (m->pending[i].slot != MPUMAP_NO_SLOT)) {
            return false;
        }
    }
    return true;
}

/* A set of ranges: granular, in order, and never two where one would do. */
static bool set_holds(struct mpumap *m, const struct mpumap_range *v, uint8_t count,
                      struct mpumap_span *where)
{
    uint8_t i;

    for (i = 0u; i < count; i++) {
        where->base = v[i].base;
        where->limit = v[i].limit;
        if ((mpumap_i_check_range(m, v[i].base, v[i].limit) != MPUMAP_OK) ||
            ((i > 0u) &&
             ((v[i - 1u].limit >= v[i].base) || mpumap_i_touch(v[i - 1u].limit, v[i].base)))) {
            return false;
        }
    }
    return true;
}

/* Locked ranges are mapped, all of them. */
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

static bool ranges_hold(struct mpumap *m, struct mpumap_span *where)
{
    const size_t room = (size_t)m->lock_capacity + m->live_capacity;

    where->slot = MPUMAP_NO_SLOT;
    if (room == 0u) {
        return true;
    }
    if (m->in_tx &&
        (!set_holds(m, &m->ranges[room], m->saved_lock_count, where) ||
         !set_holds(m, &m->ranges[room + m->lock_capacity], m->saved_live_count, where))) {
        return false;
    }
    return set_holds(m, mpumap_i_locks(m), m->lock_count, where) &&
           set_holds(m, mpumap_i_lives(m), m->live_count, where) && locks_hold(m, where);
}

enum mpumap_result mpumap_check(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);
    struct mpumap_span where = {0u, 0u, 0u, 0u, MPUMAP_NO_SLOT};

    if (r != MPUMAP_OK) {
        return r;
    }
    if (!structure_holds(m) || !table_holds(m, &where) || !regions_hold(m, &where) ||
        !pending_holds(m, &where) || !ranges_hold(m, &where)) {
        return corrupt(m, &where);
    }
    return mpumap_i_enter(m);
}
