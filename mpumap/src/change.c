/* SPDX-License-Identifier: MIT */
/* The general way of an operation that has been found good: plan, execute, rewrite the spans. */
#include "internal.h"

/* Inside a transaction: only the pending spans change. */
/*@ requires whole_map(m) && m->in_tx && \valid_read(op) && \separated(op, m);
    requires \separated(op, m->pending + (0 .. m->pending_capacity - 1));
    assigns m->why, m->pending_count, m->pending[0 .. m->pending_capacity - 1],
            m->table[0 .. m->regions - 1].refs;
    ensures count: m->pending_count <= m->pending_capacity;
*/
enum mpumap_result mpumap_i_change_pending(struct mpumap *m, const struct op *op)
{
    /* The stream reads the pending list while the list is rewritten: room for what it grows by at
     * the end. */
    struct stream s;
    uint16_t had = m->pending_count;
    uint32_t count;
    //@ assert table: \separated(m, m->table + (0 .. m->regions - 1));
    //@ assert refs: \forall integer k; 0 <= k < m->regions ==> refs_apart(m, m->table + k);
    //@ assert list: \separated(m, m->pending + (0 .. m->pending_capacity - 1));

    mpumap_i_stream(&s, m->pending, 0u, had, op);
    count = mpumap_i_rewrite(m, &s, 0u, NULL, 0u);
    if (count > m->pending_capacity) {
        return mpumap_i_fail(m, MPUMAP_NO_SPACE, op->base, op->limit, MPUMAP_NO_SLOT);
    }
    if (count > had) {
        mpumap_i_move_tail(m->pending, &m->pending_count, 0u, (uint16_t)(count - had));
    }
    mpumap_i_stream(&s, m->pending, (uint16_t)(m->pending_count - had), m->pending_count, op);
    //@ assert written: written(m, m->pending) == m->pending_capacity;
    m->pending_count = (uint16_t)mpumap_i_rewrite(m, &s, 0u, m->pending, 0u);
    return MPUMAP_OK;
}

/* There is no room for the spans: the plan is taken back. */
/*@ requires changing(p, p->m);
    assigns p->m->cost.gap, p->m->table[0 .. p->m->regions - 1].flags;
    ensures changing: changing(p, \old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
*/
static void give_up(const struct planner *p)
{
    struct mpumap *m = p->m;
    //@ assert table: \separated(m, m->table + (0 .. m->regions - 1));
    //@ assert flags: \forall integer k; 0 <= k < m->regions ==> byte_apart(m, &m->table[k].flags);
    /*@ assert slot: \forall integer k, i; 0 <= k < m->regions && 0 <= i < m->span_count ==>
            &m->table[k].flags != &m->spans[i].slot; */

    mpumap_i_forget(m);
    //@ assert map: p->m == m;
    //@ assert state: same_state{Pre, Here}(m);
    //@ assert made: made(m);
    //@ assert placed: placed(m);
}

/* Records a refusal; the planner has noted which live range it is for. */
/*@ requires changing(p, p->m);
    assigns p->m->why;
    ensures changing: changing(p, \old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
    ensures result: \result == r;
*/
static enum mpumap_result refuse(const struct planner *p, enum mpumap_result r)
{
    struct mpumap *m = p->m;
    const bool live = r == MPUMAP_LIVE;

    (void)mpumap_i_fail(m, r, live ? m->why.base : p->range.base,
                        live ? m->why.limit : p->range.limit, live ? m->why.slot : MPUMAP_NO_SLOT);
    //@ assert map: p->m == m;
    //@ assert state: same_state{Pre, Here}(m);
    //@ assert made: made(m);
    //@ assert placed: placed(m);
    return r;
}

/* Outside a transaction, or at its end, once there is a plan, with this result: the room for spans;
 * and records a refusal. */
/*@ requires changing(p, p->m);
    assigns p->count, p->m->why, p->m->cost.gap, p->m->table[0 .. p->m->regions - 1].flags;
    ensures changing: changing(p, \old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
    ensures result: \result == r || \result == MPUMAP_NO_SPACE;
    ensures decided: \result == MPUMAP_OK ==> (\old(decided(p)) ==> decided(p));
*/
enum mpumap_result mpumap_i_admit(struct planner *p, enum mpumap_result r)
{
    struct mpumap *m = p->m;
    uint32_t count = 0u;

    /* At commit no exact count is needed where there is room for as many pieces as there can be. */
    if ((r != MPUMAP_NO_REGION) &&
        (!m->in_tx || (((uint32_t)m->pending_count + p->news) > m->span_capacity))) {
        count = mpumap_i_rewrite(m, &p->fresh, p->news, NULL, 0u);
        if (((count + m->span_count + p->from) - p->end) > m->span_capacity) {
            give_up(p);
            r = MPUMAP_NO_SPACE;
        }
    }
    //@ assert map: p->m == m;
    //@ assert state: same_state{Pre, Here}(m);
    //@ assert changing: changing(p, m);
    //@ assert decided: r == MPUMAP_OK ==> (\at(decided(p), Pre) ==> decided(p));
    if (r != MPUMAP_OK) {
        return refuse(p, r);
    }
    p->count = (uint16_t)count;
    //@ assert admitted: changing(p, m);
    return r;
}

/* What was admitted: registers, where they have to change, and spans. */
/*@ requires changing(p, p->m);
    requires decided: changes ==> decided(p);
    assigns *p, FIELDS(p->m), CHANGES(p->m);
    ensures whole: whole_map(\old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
*/
void mpumap_i_perform(struct planner *p, bool changes)
{
    //@ ghost struct mpumap *m = p->m;
    //@ assert room: m->span_count <= m->span_capacity;
    //@ assert counts0: counted(m) && in_limits(m);
    //@ assert table: \separated(m, m->table + (0 .. m->regions - 1));
    //@ assert refs: \forall integer k; 0 <= k < m->regions ==> refs_apart(m, m->table + k);
    //@ assert flags: \forall integer k; 0 <= k < m->regions ==> byte_apart(m, &m->table[k].flags);
    //@ assert spans: \separated(m, m->spans + (0 .. m->span_capacity - 1));
    /*@ assert slots: \forall integer k; 0 <= k < m->span_count ==>
            byte_apart(m, &m->spans[k].slot); */
    //@ assert port: \separated(m->port, m->table + (0 .. m->regions - 1));
    //@ assert port2: \separated(m->port, m->spans + (0 .. m->span_capacity - 1));
    /*@ assert window: \forall integer k; 0 <= k < m->regions ==>
            &m->table[k].refs != &p->from && &m->table[k].refs != &p->end; */

    if (changes) {
        mpumap_i_execute(p);
        //@ assert map: p->m == m;
        /*@ assert arrays: m->port == \at(p->m->port, Pre) && m->table == \at(p->m->table, Pre) &&
                m->scratch == \at(p->m->scratch, Pre) && m->spans == \at(p->m->spans, Pre) &&
                m->pending == \at(p->m->pending, Pre) && m->ranges == \at(p->m->ranges, Pre); */
        /*@ assert rooms: m->regions == \at(p->m->regions, Pre) &&
                m->span_capacity == \at(p->m->span_capacity, Pre) &&
                m->pending_capacity == \at(p->m->pending_capacity, Pre); */
        /*@ assert ranges: m->lock_capacity == \at(p->m->lock_capacity, Pre) &&
                m->live_capacity == \at(p->m->live_capacity, Pre) &&
                m->live_limit == \at(p->m->live_limit, Pre); */
        /*@ assert limits: m->limits.address_bits == \at(p->m->limits.address_bits, Pre) &&
                m->limits.granule_shift == \at(p->m->limits.granule_shift, Pre) &&
                m->limits.bank == \at(p->m->limits.bank, Pre) &&
                m->limits.bitmap == \at(p->m->limits.bitmap, Pre); */
        //@ assert fixed: fixed{Pre, Here}(m);
        /*@ assert ends: p->end == \at(p->end, Pre) && p->from == \at(p->from, Pre) &&
                m->in_tx == \at(p->m->in_tx, Pre); */
        /*@ assert counts: m->span_count == \at(p->m->span_count, Pre) &&
                m->pending_count == \at(p->m->pending_count, Pre); */
        /*@ assert held: m->lock_count == \at(p->m->lock_count, Pre) &&
                m->live_count == \at(p->m->live_count, Pre); */
        /*@ assert saved: m->saved_lock_count == \at(p->m->saved_lock_count, Pre) &&
                m->saved_live_count == \at(p->m->saved_live_count, Pre); */
        //@ assert state: same_state{Pre, Here}(m);
        //@ assert at_port: is_port(m->port);
        //@ assert all_ranges: all_ranges(m) == \at(all_ranges(p->m), Pre);
        /*@ assert there: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                    m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
        /*@ assert apart: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                    m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                    all_ranges(m)); */
        //@ assert in_limits: in_limits(m);
        //@ assert made: made(m);
        //@ assert counted: counted(m);
        //@ assert plan: plan_apart(p, m);
        //@ assert changing: changing(p, m);
    }
    //@ assert ready: p->m == m && changing(p, m) && same_state{Pre, Here}(m);
    //@ assert table1: m->table == \at(p->m->table, Pre) && m->regions == \at(p->m->regions, Pre);
    /*@ assert spans1: m->spans == \at(p->m->spans, Pre) &&
            m->span_capacity == \at(p->m->span_capacity, Pre); */
    mpumap_i_replace(p);
}

/* Plans, where registers have to change, and changes what there is room for. */
/*@ requires changing(p, p->m);
    assigns *p, p->m->why, FIELDS(p->m), CHANGES(p->m);
    ensures whole: whole_map(\old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
*/
static enum mpumap_result change_as_planned(struct planner *p, bool changes)
{
    //@ ghost struct mpumap *m = p->m;
    enum mpumap_result r = MPUMAP_OK;

    if (changes) {
        r = mpumap_i_plan(p);
        //@ assert planned: p->m == m && changing(p, m) && same_state{Pre, Here}(m);
    }
    //@ assert changing: p->m == m && changing(p, m);
    //@ assert state: same_state{Pre, Here}(m);
    //@ assert decided: r == MPUMAP_OK && changes ==> decided(p);
    //@ assert table1: m->table == \at(p->m->table, Pre) && m->regions == \at(p->m->regions, Pre);
    r = mpumap_i_admit(p, r);
    //@ assert admitted: p->m == m && changing(p, m) && same_state{Pre, Here}(m);
    //@ assert decided2: r == MPUMAP_OK && changes ==> decided(p);
    //@ assert table2: m->table == \at(p->m->table, Pre) && m->regions == \at(p->m->regions, Pre);
    //@ assert scratch2: m->scratch == \at(p->m->scratch, Pre);
    /*@ assert spans2: m->spans == \at(p->m->spans, Pre) &&
            m->span_capacity == \at(p->m->span_capacity, Pre); */
    if (r == MPUMAP_OK) {
        mpumap_i_perform(p, changes);
    }
    return r;
}

/* Over the regions that the operation can reach. */
/*@ requires whole_map(m) && countable(m) && \valid_read(op);
    assigns m->why, FIELDS(m), CHANGES(m);
    ensures counted: counted(m) && placed(m) && in_limits(m);
    ensures rooms: m->regions == \old(m->regions) && m->span_capacity == \old(m->span_capacity) &&
        m->pending_capacity == \old(m->pending_capacity);
    ensures state: same_state{Pre, Post}(m);
*/
static enum mpumap_result change_window(struct mpumap *m, const struct op *op, bool changes)
{
    struct planner p;
    //@ assert apart: plan_apart(&p, m);

    p.m = m;
    p.range.base = op->base;
    p.range.limit = op->limit;
    mpumap_i_window(m, op, &p.from, &p.end);
    mpumap_i_stream(&p.fresh, m->spans, p.from, p.end, op);
    p.news = 0u;
    //@ assert changing: p.m == m && changing(&p, m) && same_state{Pre, Here}(m);
    //@ assert table: m->table == \at(m->table, Pre) && m->regions == \at(m->regions, Pre);
    //@ assert scratch: m->scratch == \at(m->scratch, Pre);
    /*@ assert spans: m->spans == \at(m->spans, Pre) &&
            m->span_capacity == \at(m->span_capacity, Pre); */
    return change_as_planned(&p, changes);
}

/* Outside a transaction. */
/*@ requires whole_map(m) && countable(m) && !m->in_tx && sorted(m->spans, m->span_count);
    requires asks(m, op) && found_at(m, op);
    requires there: op->kind == OP_UNMAP ==> op->at < m->span_count;
    assigns m->why, FIELDS(m), CHANGES(m);
    ensures whole: whole_map(m);
    ensures state: same_state{Pre, Post}(m);
*/
enum mpumap_result mpumap_i_change(struct mpumap *m, const struct op *op, bool changes)
{
    enum mpumap_result r = MPUMAP_OK;
    //@ assert arrays: arrays(m);

    if (!changes || !mpumap_i_edge(m, op)) {
        //@ assert whole: whole_map(m);
        //@ assert state: same_state{Pre, Here}(m);
        /*@ assert rooms0: m->regions == \at(m->regions, Pre) &&
                m->span_capacity == \at(m->span_capacity, Pre) &&
                m->pending_capacity == \at(m->pending_capacity, Pre); */
        //@ ghost Before: ;
        r = change_window(m, op, changes);
        //@ assert changed: same_state{Pre, Here}(m);
        //@ assert fixed: fixed{Pre, Here}(m);
        //@ assert port: is_port(m->port);
        //@ assert all_ranges: all_ranges(m) == \at(all_ranges(m), Pre);
        /*@ assert at: m->table == \at(m->table, Pre) && m->scratch == \at(m->scratch, Pre) &&
                m->spans == \at(m->spans, Pre) && m->pending == \at(m->pending, Pre) &&
                m->ranges == \at(m->ranges, Pre) && m->port == \at(m->port, Pre); */
        /*@ assert rooms: m->regions == \at(m->regions, Before) &&
                m->span_capacity == \at(m->span_capacity, Before) &&
                m->pending_capacity == \at(m->pending_capacity, Before); */
        /*@ assert there: are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                                    m->pending, m->pending_capacity, m->ranges, all_ranges(m)); */
        /*@ assert apart: are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans,
                                    m->span_capacity, m->pending, m->pending_capacity, m->ranges,
                                    all_ranges(m)); */
        //@ assert made: made(m);
    }
    return r;
}
