/* SPDX-License-Identifier: MIT */
/* Transactions: a copy of the spans that operations change, and one plan for all of it at commit.
 */
#include "internal.h"

/*@ requires \valid(to + (0 .. count - 1)) && \valid_read(from + (0 .. count - 1));
    requires \separated(to + (0 .. count - 1), from + (0 .. count - 1));
    assigns to[0 .. count - 1];
    ensures \forall integer k; 0 <= k < count ==> to[k].base == \old(from[k].base) &&
        to[k].limit == \old(from[k].limit);
*/
static void copy_ranges(struct mpumap_range *to, const struct mpumap_range *from, uint16_t count)
{
    uint16_t i;

    /*@ loop invariant 0 <= i <= count;
        loop invariant copied: \forall integer k; 0 <= k < i ==>
            to[k].base == \at(from[k].base, Pre) && to[k].limit == \at(from[k].limit, Pre);
        loop assigns i, to[0 .. count - 1];
        loop variant count - i;
    */
    for (i = 0u; i < count; i++) {
        to[i] = from[i];
    }
}

/* The copies that a transaction restores stand behind the ranges themselves. */
/*@ requires \valid_read(m);
    assigns \nothing;
    ensures \result == m->lock_capacity + m->live_capacity;
*/
static uint16_t range_room(const struct mpumap *m)
{
    return (uint16_t)((uint32_t)m->lock_capacity + m->live_capacity);
}

enum mpumap_result mpumap_begin(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);
    uint16_t i;

    if (r != MPUMAP_OK) {
        return r;
    }
    if (m->in_tx) {
        return mpumap_i_fail(m, MPUMAP_STATE, 0u, 0u, MPUMAP_NO_SLOT);
    }
    if (m->pending_capacity == 0u) {
        return mpumap_i_fail(m, MPUMAP_NO_SPACE, 0u, 0u, MPUMAP_NO_SLOT);
    }
    /* Regions that touch with equal attributes and counts may be two in hardware; pending they are
     * one. */
    m->pending_count = 0u;
    for (i = 0u; i < m->span_count; i++) {
        const struct mpumap_span *x = &m->spans[i];
        struct mpumap_span *next = &m->pending[m->pending_count];

        if (mpumap_i_is_exact(m) && (i > 0u) && mpumap_i_one_run(&m->spans[i - 1u], x) &&
            (m->spans[i - 1u].refs == x->refs)) {
            m->pending[m->pending_count - 1u].limit = x->limit;
        } else if (m->pending_count >= m->pending_capacity) {
            m->pending_count = NO_PENDING;
            return mpumap_i_fail(m, MPUMAP_NO_SPACE, 0u, 0u, MPUMAP_NO_SLOT);
        } else {
            *next = *x;
            next->slot = MPUMAP_NO_SLOT;
            m->pending_count++;
        }
    }
    if (range_room(m) != 0u) {
        copy_ranges(&m->ranges[range_room(m)], m->ranges, range_room(m));
    }
    m->saved_lock_count = m->lock_count;
    m->saved_live_count = m->live_count;
    m->poison.result = (uint8_t)MPUMAP_OK;
    m->in_tx = true;
    return MPUMAP_OK;
}

/*@ requires made(m) && m->pending_capacity != 0;
    requires m->saved_lock_count <= m->lock_capacity && m->saved_live_count <= m->live_capacity;
    assigns m->ranges[0 .. range_room(m) - 1], m->lock_count, m->live_count, m->pending_count,
            m->in_tx, m->table[0 .. m->regions - 1];
    ensures made: made(m);
    ensures counts: m->lock_count <= m->lock_capacity && m->live_count <= m->live_capacity;
    ensures closed: !m->in_tx && m->pending_count == NO_PENDING;
*/
static void roll_back(struct mpumap *m)
{
    uint16_t s;

    if (range_room(m) != 0u) {
        copy_ranges(m->ranges, &m->ranges[range_room(m)], range_room(m));
    }
    m->lock_count = m->saved_lock_count;
    m->live_count = m->saved_live_count;
    //@ assert fixed{Pre, Here}(m);
    //@ assert made(m);
    /*@ loop invariant 0 <= s <= m->regions;
        loop invariant fixed: fixed{Pre, Here}(m);
        loop invariant made: made(m);
        loop invariant counts: m->lock_count <= m->lock_capacity &&
            m->live_count <= m->live_capacity;
        loop assigns s, m->table[0 .. \at(m->regions, Pre) - 1];
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        if ((m->table[s].flags & F_RESERVED_TX) != 0u) {
            m->table[s].flags &= (uint8_t)~F_RESERVED_TX;
            m->table[s].refs = 0u;
        }
    }
    m->pending_count = NO_PENDING;
    m->in_tx = false;
}

/*@ requires made(m);
    assigns m->table[0 .. m->regions - 1];
    ensures made: made(m);
*/
static void keep_reservations(struct mpumap *m)
{
    uint16_t s;

    /*@ loop invariant 0 <= s <= m->regions;
        loop invariant fixed: fixed{Pre, Here}(m);
        loop assigns s, m->table[0 .. \at(m->regions, Pre) - 1];
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        if ((m->table[s].flags & F_RESERVED_TX) != 0u) {
            m->table[s].flags = F_RESERVED;
        }
    }
}

static enum mpumap_result commit(struct mpumap *m)
{
    static const struct op identity = {0u, 0u, (uint8_t)OP_NONE, 0u, 0u};
    enum mpumap_result r;
    struct planner p;

    if (m->poison.result != (uint8_t)MPUMAP_OK) {
        m->why = m->poison;
        return (enum mpumap_result)m->poison.result;
    }
    p.m = m;
    p.range.base = 0u;
    p.range.limit = 0u;
    p.from = 0u;
    p.end = m->span_count;
    mpumap_i_stream(&p.fresh, m->pending, 0u, m->pending_count, &identity);
    r = mpumap_i_admit(&p, mpumap_i_plan_commit(&p));
    if (r == MPUMAP_OK) {
        if (p.sequence) {
            mpumap_i_sequence(&p);
        } else {
            mpumap_i_execute(&p);
        }
        mpumap_i_replace(&p);
        keep_reservations(m);
        m->pending_count = NO_PENDING;
        m->in_tx = false;
    }
    return r;
}

enum mpumap_result mpumap_commit(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);

    if (r != MPUMAP_OK) {
        return r;
    }
    if (!m->in_tx) {
        return mpumap_i_fail(m, MPUMAP_STATE, 0u, 0u, MPUMAP_NO_SLOT);
    }
    r = commit(m);
    if (r != MPUMAP_OK) {
        roll_back(m);
    }
    return r;
}

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> whole_map(m)));
    assigns m->why, m->cost, m->ranges[0 .. range_room(m) - 1], m->lock_count, m->live_count,
            m->pending_count, m->in_tx, m->table[0 .. m->regions - 1];
    ensures none: \result == MPUMAP_OK <==>
        m != \null && \old(m->magic) == MAGIC && \old(m->in_tx);
    ensures closed: \result == MPUMAP_OK ==> made(m) && !m->in_tx;
*/
enum mpumap_result mpumap_abort(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);

    if (r != MPUMAP_OK) {
        return r;
    }
    if (!m->in_tx) {
        return mpumap_i_fail(m, MPUMAP_STATE, 0u, 0u, MPUMAP_NO_SLOT);
    }
    roll_back(m);
    return MPUMAP_OK;
}
