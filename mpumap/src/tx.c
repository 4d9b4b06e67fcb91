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

/* Enters a span in the pending list, in no slot. */
/*@ requires \valid(to) && \valid_read(from);
    assigns to->base, to->limit, to->refs, to->attr, to->slot;
    ensures to->base == \old(from->base) && to->limit == \old(from->limit);
    ensures to->refs == \old(from->refs) && to->attr == \old(from->attr);
    ensures to->slot == MPUMAP_NO_SLOT;
*/
static void put_pending(struct mpumap_span *to, const struct mpumap_span *from)
{
    *to = *from;
    to->slot = MPUMAP_NO_SLOT;
}

/* Copies the spans to the pending list; false: it has not enough room. Regions that touch with
 * equal attributes and counts may be two in hardware; pending they are one. */
/*@ requires made(m) && m->span_count <= m->span_capacity && sorted(m->spans, m->span_count);
    assigns m->pending[0 .. m->pending_capacity - 1], m->pending_count;
    ensures fixed: \result ==> fixed{Pre, Post}(m);
    ensures count: \result ==> m->pending_count <= m->pending_capacity;
*/
static bool gather(struct mpumap *m)
{
    uint16_t i;
    //@ ghost const struct mpumap_span *v = m->spans;
    //@ ghost struct mpumap_span *w = m->pending;
    //@ ghost int n = m->span_count;
    //@ ghost int room = m->pending_capacity;
    //@ assert apart: \separated(m, w + (0 .. room - 1), v + (0 .. n - 1));
    //@ assert there: \valid(w + (0 .. room - 1)) && \valid_read(v + (0 .. n - 1));

    m->pending_count = 0u;
    //@ assert order: \forall integer k; 0 < k < n ==> 0 < \at(m->spans[k].base, Pre);
    /*@ loop invariant i: 0 <= i <= n;
        loop invariant count: m->pending_count <= i && m->pending_count <= room;
        loop invariant some: i > 0 ==> m->pending_count > 0;
        loop assigns i, m->pending_count, w[0 .. room - 1];
        loop variant n - i;
    */
    for (i = 0u; i < m->span_count; i++) {
        const struct mpumap_span *x = &m->spans[i];
        //@ assert same: m->span_count == n && m->pending_capacity == room;
        //@ assert x: x->base == \at(m->spans[\at(i, Here)].base, Pre);

        if (mpumap_i_is_exact(m) && (i > 0u) && mpumap_i_one_run(&m->spans[i - 1u], x) &&
            (m->spans[i - 1u].refs == x->refs)) {
            m->pending[m->pending_count - 1u].limit = x->limit;
        } else if (m->pending_count >= m->pending_capacity) {
            return false;
        } else {
            put_pending(&m->pending[m->pending_count], x);
            m->pending_count++;
        }
    }
    //@ assert all: fixed{Pre, Here}(m);
    return true;
}

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==>
             whole_map(m) && sorted(m->spans, m->span_count)));
    assigns m->why, m->cost, m->pending[0 .. m->pending_capacity - 1], m->pending_count,
            m->ranges[0 .. all_ranges(m) - 1], m->saved_lock_count, m->saved_live_count,
            m->poison.result, m->in_tx;
    ensures opened: \result == MPUMAP_OK ==> m->in_tx && m->pending_capacity != 0 &&
        m->pending_count <= m->pending_capacity;
    ensures saved: \result == MPUMAP_OK ==> m->saved_lock_count == m->lock_count &&
        m->saved_live_count == m->live_count;
    ensures whole: \result == MPUMAP_OK ==>
        m != \null && \old(m->magic) == MAGIC && whole_map(m) && fixed{Pre, Post}(m);
    ensures locks: \result == MPUMAP_OK ==> m->lock_count == \old(m->lock_count);
*/
enum mpumap_result mpumap_begin(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);

    if (r != MPUMAP_OK) {
        return r;
    }
    if (m->in_tx) {
        return mpumap_i_fail(m, MPUMAP_STATE, 0u, 0u, MPUMAP_NO_SLOT);
    }
    if (m->pending_capacity == 0u) {
        return mpumap_i_fail(m, MPUMAP_NO_SPACE, 0u, 0u, MPUMAP_NO_SLOT);
    }
    //@ assert entered: fixed{Pre, Here}(m);
    //@ assert made: made(m);
    //@ assert count: m->span_count <= m->span_capacity;
    /*@ assert bases: \forall integer k; 0 <= k < m->span_count ==>
            m->spans[k].base == \at(m->spans[k].base, Pre); */
    /*@ assert limits: \forall integer k; 0 <= k < m->span_count ==>
            m->spans[k].limit == \at(m->spans[k].limit, Pre); */
    //@ assert order: sorted(m->spans, m->span_count);
    if (!gather(m)) {
        m->pending_count = NO_PENDING;
        return mpumap_i_fail(m, MPUMAP_NO_SPACE, 0u, 0u, MPUMAP_NO_SLOT);
    }
    //@ assert fixed: fixed{Pre, Here}(m);
    /*@ assert counts: m->span_count == \at(m->span_count, Pre) &&
            m->free_from == \at(m->free_from, Pre) && m->lock_count == \at(m->lock_count, Pre) &&
            m->live_count == \at(m->live_count, Pre); */
    //@ assert placed: placed(m);
    //@ assert rooms: all_ranges(m) == 2 * range_room(m);
    //@ assert ranges: \valid(m->ranges + (0 .. all_ranges(m) - 1));
    if (range_room(m) != 0u) {
        copy_ranges(&m->ranges[range_room(m)], m->ranges, range_room(m));
    }
    //@ assert spans: \separated(m, m->spans + (0 .. m->span_count - 1));
    //@ assert placed1: placed(m);
    m->saved_lock_count = m->lock_count;
    m->saved_live_count = m->live_count;
    m->poison.result = (uint8_t)MPUMAP_OK;
    m->in_tx = true;
    //@ assert fixed2: fixed{Pre, Here}(m);
    //@ assert counted2: counted(m);
    //@ assert made2: made(m);
    //@ assert placed2: placed(m);
    return MPUMAP_OK;
}

/*@ requires made(m) && m->pending_capacity != 0;
    requires m->saved_lock_count <= m->lock_capacity && m->saved_live_count <= m->live_capacity;
    assigns m->ranges[0 .. range_room(m) - 1], m->lock_count, m->live_count, m->pending_count,
            m->in_tx, m->table[0 .. m->regions - 1].flags, m->table[0 .. m->regions - 1].refs;
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
        loop assigns s, m->table[0 .. \at(m->regions, Pre) - 1].flags,
                     m->table[0 .. \at(m->regions, Pre) - 1].refs;
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
    assigns m->table[0 .. m->regions - 1].flags;
    ensures made: made(m);
    ensures fixed: fixed{Pre, Post}(m);
    ensures counts: m->lock_count == \old(m->lock_count) && m->live_count == \old(m->live_count);
    ensures free: m->free_from == \old(m->free_from);
*/
static void keep_reservations(struct mpumap *m)
{
    uint16_t s;

    /*@ loop invariant 0 <= s <= m->regions;
        loop invariant fixed: fixed{Pre, Here}(m);
        loop invariant counts: m->lock_count == \at(m->lock_count, Pre) &&
            m->live_count == \at(m->live_count, Pre);
        loop invariant free: m->free_from == \at(m->free_from, Pre);
        loop assigns s, m->table[0 .. \at(m->regions, Pre) - 1].flags;
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        if ((m->table[s].flags & F_RESERVED_TX) != 0u) {
            m->table[s].flags = F_RESERVED;
        }
    }
}

/* The stages behind the plan, which may be several changes. */
/*@ requires changing(p, p->m);
    requires decided: !p->sequence ==> decided(p);
    assigns *p, FIELDS(p->m), CHANGES(p->m);
    ensures whole: whole_map(\old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
*/
static void finish(struct planner *p)
{
    //@ ghost struct mpumap *m = p->m;

    if (!p->sequence) {
        mpumap_i_perform(p, true);
        return;
    }
    mpumap_i_sequence(p);
    //@ assert carried: p->m == m && changing(p, m) && same_state{Pre, Here}(m);
    //@ assert table: m->table == \at(p->m->table, Pre) && m->regions == \at(p->m->regions, Pre);
    //@ assert scratch: m->scratch == \at(p->m->scratch, Pre);
    /*@ assert spans: m->spans == \at(p->m->spans, Pre) &&
            m->span_capacity == \at(p->m->span_capacity, Pre); */
    mpumap_i_perform(p, false);
}

/* Plans, and changes registers and spans if there is a plan. */
/*@ requires changing(p, p->m);
    assigns *p, p->m->why, FIELDS(p->m), CHANGES(p->m);
    ensures whole: whole_map(\old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
*/
static enum mpumap_result change(struct planner *p)
{
    //@ ghost struct mpumap *m = p->m;
    enum mpumap_result r = mpumap_i_plan_commit(p);

    //@ assert planned: p->m == m && changing(p, m) && same_state{Pre, Here}(m);
    //@ assert table1: m->table == \at(p->m->table, Pre) && m->regions == \at(p->m->regions, Pre);
    r = mpumap_i_admit(p, r);
    //@ assert admitted: p->m == m && changing(p, m) && same_state{Pre, Here}(m);
    //@ assert table2: m->table == \at(p->m->table, Pre) && m->regions == \at(p->m->regions, Pre);
    //@ assert scratch2: m->scratch == \at(p->m->scratch, Pre);
    /*@ assert spans2: m->spans == \at(p->m->spans, Pre) &&
            m->span_capacity == \at(p->m->span_capacity, Pre); */
    if (r == MPUMAP_OK) {
        finish(p);
    }
    return r;
}

/* One plan for all that differs between the committed and the pending spans. */
/*@ requires whole_map(m) && countable(m) && m->in_tx;
    assigns m->why, CHANGES(m);
    ensures counts: m->span_count <= m->span_capacity && m->free_from <= m->regions;
    ensures placed: placed(m);
    ensures state: same_state{Pre, Post}(m);
*/
static enum mpumap_result commit(struct mpumap *m)
{
    const struct op identity = {0u, 0u, (uint8_t)OP_NONE, 0u, 0u};
    struct planner p;
    //@ assert apart: plan_apart(&p, m);

    p.m = m;
    p.range.base = 0u;
    p.range.limit = 0u;
    p.from = 0u;
    p.end = m->span_count;
    mpumap_i_stream(&p.fresh, m->pending, 0u, m->pending_count, &identity);
    //@ assert changing: p.m == m && changing(&p, m) && same_state{Pre, Here}(m);
    //@ assert table: m->table == \at(m->table, Pre) && m->regions == \at(m->regions, Pre);
    //@ assert scratch: m->scratch == \at(m->scratch, Pre);
    /*@ assert spans: m->spans == \at(m->spans, Pre) &&
            m->span_capacity == \at(m->span_capacity, Pre); */
    return change(&p);
}

/* The first refusal of the transaction is that of the commit. */
/*@ requires \valid(m);
    assigns m->why;
    ensures arrays: m->port == \old(m->port) && m->table == \old(m->table) &&
        m->scratch == \old(m->scratch) && m->spans == \old(m->spans) &&
        m->pending == \old(m->pending) && m->ranges == \old(m->ranges);
    ensures rooms: m->regions == \old(m->regions) && m->span_capacity == \old(m->span_capacity) &&
        m->pending_capacity == \old(m->pending_capacity) &&
        m->lock_capacity == \old(m->lock_capacity) &&
        m->live_capacity == \old(m->live_capacity) && m->live_limit == \old(m->live_limit);
    ensures limits: m->limits.address_bits == \old(m->limits.address_bits) &&
        m->limits.granule_shift == \old(m->limits.granule_shift) &&
        m->limits.bank == \old(m->limits.bank) && m->limits.bitmap == \old(m->limits.bitmap);
    ensures counts: m->span_count == \old(m->span_count) && m->free_from == \old(m->free_from) &&
        m->pending_count == \old(m->pending_count) && m->lock_count == \old(m->lock_count) &&
        m->live_count == \old(m->live_count) &&
        m->saved_lock_count == \old(m->saved_lock_count) &&
        m->saved_live_count == \old(m->saved_live_count) && m->in_tx == \old(m->in_tx);
    ensures result: \result == \old(m->poison.result);
*/
static enum mpumap_result repeat(struct mpumap *m)
{
    m->why = m->poison;
    return (enum mpumap_result)m->poison.result;
}

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> whole_map(m) && countable(m)));
    assigns m->table[0 .. m->regions - 1].flags, m->table[0 .. m->regions - 1].refs, m->why,
            CHANGES(m), m->pending_count, m->in_tx, m->ranges[0 .. range_room(m) - 1],
            m->lock_count, m->live_count;
    ensures open: \result == MPUMAP_OK ==>
        m != \null && \old(m->magic) == MAGIC && \old(m->in_tx);
    ensures closed: m != \null && \old(m->magic) == MAGIC && \old(m->in_tx) ==>
        made(m) && !m->in_tx;
*/
enum mpumap_result mpumap_commit(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);

    if (r != MPUMAP_OK) {
        return r;
    }
    if (!m->in_tx) {
        return mpumap_i_fail(m, MPUMAP_STATE, 0u, 0u, MPUMAP_NO_SLOT);
    }
    //@ assert entered: whole_map(m) && same_state{Pre, Here}(m);
    if (m->poison.result != (uint8_t)MPUMAP_OK) {
        r = repeat(m);
        //@ assert refused: same_state{Pre, Here}(m);
        //@ assert counts1: m->span_count <= m->span_capacity && m->free_from <= m->regions;
    } else {
        r = commit(m);
        //@ assert changed: same_state{Pre, Here}(m);
        //@ assert counts2: m->span_count <= m->span_capacity && m->free_from <= m->regions;
    }
    //@ assert state: same_state{Pre, Here}(m);
    //@ assert made: made(m);
    //@ assert where: m->table == \at(m->table, Pre) && m->regions == \at(m->regions, Pre);
    if (r == MPUMAP_OK) {
        keep_reservations(m);
        //@ assert kept: made(m);
        //@ ghost Kept: ;
        m->pending_count = NO_PENDING;
        m->in_tx = false;
        //@ assert closed: fixed{Kept, Here}(m);
        //@ assert made1: made(m);
    } else {
        roll_back(m);
        //@ assert made2: made(m);
    }
    return r;
}

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> whole_map(m)));
    assigns m->why, m->cost, m->ranges[0 .. range_room(m) - 1], m->lock_count, m->live_count,
            m->pending_count, m->in_tx, m->table[0 .. m->regions - 1].flags,
            m->table[0 .. m->regions - 1].refs;
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
