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
/*@ requires \valid_read(m) && \valid_read(m->spans + (0 .. m->span_count - 1)) &&
             sorted(m->spans, m->span_count) && i < m->span_count;
    requires \valid(out) && \separated(out, m, m->spans + (0 .. m->span_count - 1));
    assigns *out;
    ensures region: out->first <= i < out->end <= m->span_count;
    ensures slot: \forall integer k; out->first <= k < out->end ==>
        m->spans[k].slot == \old(m->spans[i].slot);
*/
static bool find_region(const struct mpumap *m, uint16_t i, struct region *out)
{
    const struct mpumap_span *v = m->spans;
    const uint8_t slot = v[i].slot;
    uint16_t end = (uint16_t)(i + 1u);

    /*@ loop invariant 0 <= i <= \at(i, Pre);
        loop invariant slot: \forall integer k; i <= k <= \at(i, Pre) ==> v[k].slot == slot;
        loop assigns i;
        loop variant i;
    */
    while ((i > 0u) && (v[i - 1u].slot == slot)) {
        i--;
    }
    /*@ loop invariant \at(i, Pre) < end <= m->span_count;
        loop invariant slot: \forall integer k; i <= k < end ==> v[k].slot == slot;
        loop assigns end;
        loop variant m->span_count - end;
    */
    while ((end < m->span_count) && (v[end].slot == slot)) {
        end++;
    }
    out->first = i;
    out->end = end;
    return ((i == 0u) || !mpumap_i_one_run(&v[i - 1u], &v[i])) &&
           ((end >= m->span_count) || !mpumap_i_one_run(&v[end - 1u], &v[end]));
}

/*@ requires made(m) && slot < m->regions && base <= limit;
    assigns m->table[slot].base, m->table[slot].limit, m->cost.writes, m->cost.barriers, port_state;
    ensures made: made(m);
*/
static void write_edges(struct mpumap *m, uint8_t slot, mpumap_addr_t base, mpumap_addr_t limit,
                        uint8_t attr, bool low)
{
    const struct mpumap_entry *e = &m->table[slot];
    struct mpumap_pair next;

    //@ calls port_encode;
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

/* Enters a span in the list, where there is room, before span `at`. */
/*@ requires made(m) && at <= m->span_count < m->span_capacity;
    requires \valid_read(as) && \separated(as, m, m->spans + (0 .. m->span_capacity - 1));
    requires counted: counted(m) && placed(m) && as->slot < m->regions;
    assigns m->spans[0 .. m->span_capacity - 1], m->span_count;
    ensures fixed: fixed{Pre, Post}(m);
    ensures state: same_state{Pre, Post}(m);
    ensures counted: counted(m);
    ensures placed: placed(m);
*/
static void enter(struct mpumap *m, const struct mpumap_span *as, uint16_t at)
{
    //@ assert room: \separated(m, m->spans + (0 .. m->span_count));
    //@ assert next: (uint16_t)(at + 1) == at + 1;
    mpumap_i_move_tail(m->spans, &m->span_count, at, (uint16_t)(at + 1u));
    /*@ assert ends: m->lock_count == \at(m->lock_count, Pre) &&
            m->live_count == \at(m->live_count, Pre) && m->free_from == \at(m->free_from, Pre) &&
            m->saved_lock_count == \at(m->saved_lock_count, Pre) &&
            m->saved_live_count == \at(m->saved_live_count, Pre); */
    //@ assert moved: fixed{Pre, Here}(m);
    //@ assert state: same_state{Pre, Here}(m);
    //@ assert apart: \separated(m, m->spans + at);
    /*@ assert slots: \forall integer k; 0 <= k < m->span_count && k != at ==>
            m->spans[k].slot < m->regions; */
    //@ assert slot: as->slot < m->regions;
    //@ ghost Moved: ;
    m->spans[at] = *as;
    //@ assert still: same_state{Moved, Here}(m);
    //@ assert at: m->spans[at].slot < m->regions;
    /*@ assert others: \forall integer k; 0 <= k < m->span_count && k != at ==>
            m->spans[k].slot < m->regions; */
}

/* Takes a span out of the list. */
/*@ requires made(m) && counted(m) && placed(m) && at < m->span_count;
    assigns m->spans[0 .. m->span_capacity - 1], m->span_count;
    ensures fixed: fixed{Pre, Post}(m);
    ensures state: same_state{Pre, Post}(m);
    ensures counted: counted(m);
    ensures placed: placed(m);
*/
static void drop(struct mpumap *m, uint16_t at)
{
    //@ assert room: \separated(m, m->spans + (0 .. m->span_count - 1));
    //@ assert next: (uint16_t)(at + 1) == at + 1;
    mpumap_i_move_tail(m->spans, &m->span_count, (uint16_t)(at + 1u), at);
}

/* A map of bytes that nobody has, beside one region of equal attributes. */
/*@ requires ready(m) && counted(m) && asks(m, op) && in_hole(m, op);
    assigns m->spans[0 .. m->span_capacity - 1], m->span_count, m->cost.writes,
            m->cost.barriers, m->table[0 .. m->regions - 1].base,
            m->table[0 .. m->regions - 1].limit, port_state;
    ensures whole: whole_map(m);
    ensures state: same_state{Pre, Post}(m);
    ensures not: !\result ==> m->span_count == \old(m->span_count) &&
        kept{Pre, Post}(m->spans, 0, m->span_count);
*/
static bool grow(struct mpumap *m, const struct op *op)
{
    struct mpumap_span *v = m->spans;
    struct mpumap_span as = {op->base, op->limit, 1u, op->attr, MPUMAP_NO_SLOT};
    const uint16_t at = op->at;
    const bool below = (at > 0u) && mpumap_i_one_run(&v[at - 1u], &as);
    const bool above = (at < m->span_count) && mpumap_i_one_run(&as, &v[at]);
    struct mpumap_span *near = &v[below ? (at - 1u) : at];
    mpumap_addr_t base = op->base;
    mpumap_addr_t limit = op->limit;
    struct region r;
    uint8_t slot;

    //@ assert apart: \separated(&r, m, m->spans + (0 .. m->span_count - 1));
    if ((below == above) || !find_region(m, below ? (uint16_t)(at - 1u) : at, &r) ||
        ((near->refs != 1u) && (m->span_count >= m->span_capacity))) {
        return false;
    }
    slot = near->slot;
    //@ assert slot: slot < m->regions;
    if (below) {
        base = v[r.first].base;
    } else {
        limit = v[r.end - 1u].limit;
    }
    //@ assert range: base <= limit;
    if (near->refs != 1u) {
        as.slot = slot;
        enter(m, &as, at);
    } else if (below) {
        near->limit = limit;
    } else {
        near->base = base;
    }
    //@ assert fixed: fixed{Pre, Here}(m);
    //@ assert made: made(m);
    //@ assert state: same_state{Pre, Here}(m);
    //@ assert whole: counted(m) && placed(m);
    write_edges(m, slot, base, limit, op->attr, above);
    return true;
}

/* The last reference to bytes at one edge of a region goes, all of one span. */
/*@ requires ready(m) && counted(m) && asks(m, op) && op->at < m->span_count;
    assigns m->spans[0 .. m->span_capacity - 1], m->span_count, m->cost.writes,
            m->cost.barriers, m->table[0 .. m->regions - 1].base,
            m->table[0 .. m->regions - 1].limit, port_state;
    ensures whole: whole_map(m);
    ensures state: same_state{Pre, Post}(m);
    ensures not: !\result ==> m->span_count == \old(m->span_count) &&
        kept{Pre, Post}(m->spans, 0, m->span_count);
*/
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

    //@ assert slot: x.slot < m->regions;
    //@ assert apart: \separated(&r, m, m->spans + (0 .. m->span_count - 1));
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
    //@ assert fixed1: fixed{Pre, Here}(m);
    //@ assert made1: made(m);
    //@ assert state1: same_state{Pre, Here}(m);
    //@ assert whole1: counted(m) && placed(m) && m->span_count == \at(m->span_count, Pre);
    if ((x.base == op->base) && (x.limit == op->limit)) {
        drop(m, at);
        //@ assert fixed2: fixed{Pre, Here}(m);
        //@ assert made2: made(m);
        //@ assert state2: same_state{Pre, Here}(m);
    }
    //@ assert range: base <= limit;
    //@ assert fixed: fixed{Pre, Here}(m);
    //@ assert made: made(m);
    //@ assert state: same_state{Pre, Here}(m);
    //@ assert whole: counted(m) && placed(m);
    write_edges(m, x.slot, base, limit, x.attr, low);
    return true;
}

/*@ requires ready(m) && counted(m) && asks(m, op) && found_at(m, op);
    requires there: op->kind == OP_UNMAP ==> op->at < m->span_count;
    assigns m->spans[0 .. m->span_capacity - 1], m->span_count, m->cost.writes,
            m->cost.barriers, m->table[0 .. m->regions - 1].base,
            m->table[0 .. m->regions - 1].limit, port_state;
    ensures whole: whole_map(m);
    ensures state: same_state{Pre, Post}(m);
    ensures not: !\result ==> m->span_count == \old(m->span_count) &&
        kept{Pre, Post}(m->spans, 0, m->span_count);
*/
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
