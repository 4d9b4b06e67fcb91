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

/* Notes what is looked at. */
/*@ requires \valid(where) && \valid_read(span);
    assigns where->base, where->limit, where->refs, where->attr, where->slot;
*/
static void note(struct mpumap_span *where, const struct mpumap_span *span)
{
    *where = *span;
}

/* Span i of a list, which is noted, holds. */
/*@ requires made(m) && \valid(where) && \separated(where, m);
    requires \valid_read(v + (0 .. i)) && \separated(m, v + (0 .. i)) &&
             \separated(where, v + (0 .. i));
    requires m->span_count <= m->span_capacity &&
             \separated(where, m->spans + (0 .. m->span_count - 1));
    requires sorted(v, i);
    assigns m->why, where->base, where->limit, where->refs, where->attr, where->slot;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures spans: \old(sorted(m->spans, m->span_count)) ==> sorted(m->spans, m->span_count);
    ensures order: \result ==> sorted(v, i + 1);
*/
static bool next_holds(struct mpumap *m, const struct mpumap_span *v, uint16_t i,
                       struct mpumap_span *where)
{
    bool good;

    /*@ assert apart: bounds_off(&where->base, v, i) && bounds_off(&where->limit, v, i) &&
            record_off(&m->why, v, i); */
    /*@ assert apart_spans: bounds_off(&where->base, m->spans, m->span_count) &&
            bounds_off(&where->limit, m->spans, m->span_count) &&
            record_off(&m->why, m->spans, m->span_count); */
    good = span_holds(m, v, i);
    //@ assert fixed: same_counts{Pre, Here}(m);
    //@ assert same: same_bounds{Pre, Here}(v, i);
    //@ assert spans: same_bounds{Pre, Here}(m->spans, m->span_count);
    //@ assert order: sorted(v, i);
    //@ assert next: good ==> follows(v, i, i + 1);
    //@ assert next_order: good ==> sorted(v, i + 1);
    //@ ghost judged: ;
    note(where, &v[i]);
    //@ assert fixed_still: same_counts{Pre, Here}(m);
    //@ assert spans_still: same_bounds{Pre, Here}(m->spans, \at(m->span_count, Pre));
    //@ assert noted: same_bounds{judged, Here}(v, i + 1);
    //@ assert still: good ==> sorted(v, i + 1);
    //@ assert limits: in_limits(m);
    //@ assert room: all_ranges(m) == \at(all_ranges(m), Pre);
    //@ assert arrays: arrays(m);
    //@ assert made: made(m);
    return good;
}

/* The span after those of one slot that begin with span i. */
/*@ requires \valid_read(m) && \valid_read(m->spans + (0 .. m->span_count - 1));
    requires i < m->span_count;
    assigns \nothing;
    ensures i < \result <= m->span_count;
    ensures group: \forall integer k; i <= k < \result ==> m->spans[k].slot == m->spans[i].slot;
*/
static uint16_t group_end(const struct mpumap *m, uint16_t i)
{
    uint16_t end = (uint16_t)(i + 1u);

    /*@ loop invariant i < end <= m->span_count;
        loop invariant group: \forall integer k; i <= k < end ==>
            m->spans[k].slot == m->spans[i].slot;
        loop assigns end;
        loop variant m->span_count - end;
    */
    while ((end < m->span_count) && (m->spans[end].slot == m->spans[i].slot)) {
        end++;
    }
    return end;
}

/* Spans [i, end), of which the first is noted, are one region. */
/*@ requires made(m) && \valid(where) && \separated(where, m);
    requires i < end <= m->span_count <= m->span_capacity &&
             \separated(where, m->spans + (0 .. m->span_count - 1));
    requires sorted(m->spans, m->span_count) && placed_in(m->spans, i, m->regions);
    requires \forall integer k; i <= k < end ==> m->spans[k].slot == m->spans[i].slot;
    assigns where->base, where->limit, where->refs, where->attr, where->slot;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures order: sorted(m->spans, m->span_count);
    ensures placed: \result ==> placed_in(m->spans, end, m->regions);
*/
static bool group_holds(struct mpumap *m, uint16_t i, uint16_t end, struct mpumap_span *where)
{
    /*@ assert apart: bounds_off(&where->base, m->spans, m->span_count) &&
            bounds_off(&where->limit, m->spans, m->span_count) &&
            slots_off(&where->attr, m->spans, end) && slots_off(&where->slot, m->spans, end); */
    note(where, &m->spans[i]);
    //@ assert fixed: fixed{Pre, Here}(m);
    //@ assert made: made(m);
    //@ assert same: same_bounds{Pre, Here}(m->spans, m->span_count);
    //@ assert placed: placed_in(m->spans, i, m->regions);
    //@ assert group: \forall integer k; i <= k < end ==> m->spans[k].slot == m->spans[i].slot;
    return region_holds(m, i, end);
}

/* Each span by itself. */
/*@ requires made(m) && \valid(where) && \separated(where, m);
    requires \valid_read(v + (0 .. count - 1)) && \separated(m, v + (0 .. count - 1)) &&
             \separated(where, v + (0 .. count - 1));
    requires m->span_count <= m->span_capacity &&
             \separated(where, m->spans + (0 .. m->span_count - 1));
    assigns m->why, where->base, where->limit, where->refs, where->attr, where->slot;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures order: \result ==> sorted(v, count);
*/
static bool spans_hold(struct mpumap *m, const struct mpumap_span *v, uint16_t count,
                       struct mpumap_span *where)
{
    uint16_t i;

    /*@ loop invariant 0 <= i <= count;
        loop invariant made: made(m);
        loop invariant fixed: same_counts{Pre, Here}(m);
        loop invariant order: sorted(v, i);
        loop assigns i, m->why, where->base, where->limit, where->refs, where->attr, where->slot;
        loop variant count - i;
    */
    for (i = 0u; i < count; i++) {
        if (!next_holds(m, v, i, where)) {
            return false;
        }
    }
    return true;
}

/* The committed spans: each by itself, then as the regions that the slots hold. */
/*@ requires made(m) && m->span_count <= m->span_capacity;
    requires \valid(where) && \separated(where, m) &&
             \separated(where, m->spans + (0 .. m->span_count - 1));
    assigns m->why, where->base, where->limit, where->refs, where->attr, where->slot;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures order: \result ==> sorted(m->spans, m->span_count);
    ensures placed: \result ==> placed(m);
*/
static bool regions_hold(struct mpumap *m, struct mpumap_span *where)
{
    uint16_t groups = 0u;
    uint16_t i;
    uint16_t end;

    if (!spans_hold(m, m->spans, m->span_count, where)) {
        return false;
    }
    /*@ loop invariant 0 <= i <= m->span_count;
        loop invariant groups: groups <= i;
        loop invariant made: made(m);
        loop invariant fixed: same_counts{Pre, Here}(m);
        loop invariant order: sorted(m->spans, m->span_count);
        loop invariant placed: placed_in(m->spans, i, m->regions);
        loop assigns i, end, groups, where->base, where->limit, where->refs, where->attr,
                     where->slot;
        loop variant m->span_count - i;
    */
    for (i = 0u; i < m->span_count; i = end) {
        end = group_end(m, i);
        if (!group_holds(m, i, end, where)) {
            return false;
        }
        groups++;
    }
    return groups == mpumap_used(m);
}

/* The pending spans are of the same form; none has a slot yet. */
/*@ requires made(m) && counted(m) && sorted(m->spans, m->span_count);
    requires \valid(where) && \separated(where, m) &&
             \separated(where, m->spans + (0 .. m->span_count - 1)) &&
             \separated(where, m->pending + (0 .. m->pending_capacity - 1));
    assigns m->why, where->base, where->limit, where->refs, where->attr, where->slot;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures spans: sorted(m->spans, m->span_count);
    ensures order: \result && m->in_tx ==> sorted(m->pending, m->pending_count);
*/
static bool pending_holds(struct mpumap *m, struct mpumap_span *where)
{
    uint16_t i;

    /*@ loop invariant made: made(m);
        loop invariant fixed: same_counts{Pre, Here}(m);
        loop invariant spans: sorted(m->spans, m->span_count);
        loop invariant m->in_tx ==> i <= m->pending_count;
        loop invariant order: m->in_tx ==> sorted(m->pending, i);
        loop assigns i, m->why, where->base, where->limit, where->refs, where->attr, where->slot;
        loop variant m->pending_count - i;
    */
    for (i = 0u; m->in_tx && (i < m->pending_count); i++) {
        if (!next_holds(m, m->pending, i, where) || (m->pending[i].slot != MPUMAP_NO_SLOT)) {
            //@ assert spans: sorted(m->spans, m->span_count);
            return false;
        }
    }
    return true;
}

/* What is noted is apart from the lists, which stay as they are. */
/*@ predicate range_bounds_off(mpumap_addr_t *at, struct mpumap_range *v, integer n) =
        \forall integer k; 0 <= k < n ==> at != &v[k].base && at != &v[k].limit;
    predicate range_record_off(struct mpumap_why *at, struct mpumap_range *v, integer n) =
        \forall integer k; 0 <= k < n ==>
            \separated(&v[k].base, at) && \separated(&v[k].limit, at);

    predicate listed(struct mpumap *m) =
        sorted(m->spans, m->span_count) && (m->in_tx ==> sorted(m->pending, m->pending_count));
    predicate locks_whole(struct mpumap *m) = whole_ranges(m->ranges, m->lock_count);
    predicate same_lists{L1, L2}(struct mpumap *m) =
        same_bounds{L1, L2}(\at(m->spans, L1), \at(m->span_count, L1)) &&
        (\at(m->in_tx, L1) ==>
            same_bounds{L1, L2}(\at(m->pending, L1), \at(m->pending_count, L1))) &&
        same_ranges{L1, L2}(\at(m->ranges, L1), \at(m->lock_count, L1));
    predicate notable(struct mpumap *m, struct mpumap_span *where) =
        \valid(where) && \separated(where, m) &&
        \separated(where, m->spans + (0 .. m->span_count - 1)) &&
        (m->in_tx ==> \separated(where, m->pending + (0 .. m->pending_count - 1))) &&
        \separated(where, m->ranges + (0 .. m->lock_count - 1));
    predicate lists_off(mpumap_addr_t *at, struct mpumap *m) =
        bounds_off(at, m->spans, m->span_count) &&
        (m->in_tx ==> bounds_off(at, m->pending, m->pending_count)) &&
        range_bounds_off(at, m->ranges, m->lock_count);
    predicate lists_record_off(struct mpumap *m) =
        record_off(&m->why, m->spans, m->span_count) &&
        (m->in_tx ==> record_off(&m->why, m->pending, m->pending_count)) &&
        range_record_off(&m->why, m->ranges, m->lock_count);
*/

/* Range i of a set, which is noted, holds. */
/*@ requires made(m) && counted(m) && notable(m, where) && listed(m);
    requires \valid_read(v + (0 .. i)) && \separated(where, v + (0 .. i)) &&
             \separated(m, v + (0 .. i));
    requires whole_ranges(v, i);
    assigns m->why, where->base, where->limit;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures listed: listed(m);
    ensures locks: \old(locks_whole(m)) ==> locks_whole(m);
    ensures order: \result ==> whole_ranges(v, i + 1);
*/
static bool range_holds(struct mpumap *m, const struct mpumap_range *v, uint8_t i,
                        struct mpumap_span *where)
{
    bool granular;

    //@ assert apart: lists_off(&where->base, m) && lists_off(&where->limit, m);
    //@ assert apart_record: lists_record_off(m);
    /*@ assert apart_range: range_bounds_off(&where->base, v, i + 1) &&
            range_bounds_off(&where->limit, v, i + 1) && range_record_off(&m->why, v, i + 1); */
    granular = mpumap_i_check_range(m, v[i].base, v[i].limit) == MPUMAP_OK;
    //@ assert ranges: same_ranges{Pre, Here}(v, i + 1);
    //@ assert same: same_lists{Pre, Here}(m);
    //@ assert fixed: same_counts{Pre, Here}(m);
    //@ assert listed: listed(m);
    //@ assert locks: \at(locks_whole(m), Pre) ==> locks_whole(m);
    //@ ghost judged: ;
    where->base = v[i].base;
    where->limit = v[i].limit;
    //@ assert fixed_still: same_counts{Pre, Here}(m);
    //@ assert same_still: same_lists{judged, Here}(m);
    //@ assert listed_still: listed(m);
    //@ assert locks_still: \at(locks_whole(m), Pre) ==> locks_whole(m);
    //@ assert ranges_still: same_ranges{judged, Here}(v, i + 1);
    //@ assert limits: in_limits(m);
    //@ assert room: all_ranges(m) == \at(all_ranges(m), Pre);
    //@ assert arrays: arrays(m);
    return granular && ((i == 0u) || ((v[i - 1u].limit < v[i].base) &&
                                      !mpumap_i_touch(v[i - 1u].limit, v[i].base)));
}

/* A set of ranges: granular, in order, and never two where one would do. */
/*@ requires made(m) && counted(m) && notable(m, where) && listed(m);
    requires \valid_read(v + (0 .. count - 1)) && \separated(where, v + (0 .. count - 1)) &&
             \separated(m, v + (0 .. count - 1));
    assigns m->why, where->base, where->limit;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures listed: listed(m);
    ensures locks: \old(locks_whole(m)) ==> locks_whole(m);
    ensures order: \result ==> whole_ranges(v, count);
*/
static bool set_holds(struct mpumap *m, const struct mpumap_range *v, uint8_t count,
                      struct mpumap_span *where)
{
    uint8_t i;

    /*@ loop invariant 0 <= i <= count;
        loop invariant made: made(m);
        loop invariant fixed: same_counts{Pre, Here}(m);
        loop invariant listed: listed(m);
        loop invariant locks: \at(locks_whole(m), Pre) ==> locks_whole(m);
        loop invariant order: whole_ranges(v, i);
        loop assigns i, m->why, where->base, where->limit;
        loop variant count - i;
    */
    for (i = 0u; i < count; i++) {
        if (!range_holds(m, v, i, where)) {
            return false;
        }
    }
    return true;
}

/* Every byte of the range is mapped. */
/*@ requires made(m) && counted(m) && checkable(m);
    requires \valid_read(range) && range->base <= range->limit;
    assigns m->why;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures listed: listed(m);
    ensures locks: \old(locks_whole(m)) ==> locks_whole(m);
*/
static bool is_mapped(struct mpumap *m, const struct mpumap_range *range)
{
    struct op op = {range->base, range->limit, (uint8_t)OP_LOCK, 0u, 0u};
    bool changes;
    bool mapped;

    //@ assert order: sorted(list_of(m), count_of(m));
    //@ assert locks_before: locks_whole(m);
    //@ assert apart_locks: range_record_off(&m->why, m->ranges, m->lock_count);
    //@ assert apart_spans: record_off(&m->why, m->spans, m->span_count);
    //@ assert apart_record: lists_record_off(m);
    op.at = mpumap_i_search(mpumap_i_spans(m), mpumap_i_count(m), op.base);
    mapped = mpumap_i_exact(m, &op, &changes) == MPUMAP_OK;
    //@ assert fixed: same_counts{Pre, Here}(m);
    //@ assert same: same_lists{Pre, Here}(m);
    //@ assert listed: listed(m);
    //@ assert locks: locks_whole(m);
    return mapped;
}

/* Notes a locked range. */
/*@ requires made(m) && counted(m) && notable(m, where) && listed(m) && locks_whole(m);
    requires i < m->lock_count;
    assigns where->base, where->limit;
    ensures made: made(m) && counted(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures notable: notable(m, where);
    ensures listed: listed(m);
    ensures locks: locks_whole(m);
*/
static void note_lock(const struct mpumap *m, uint8_t i, struct mpumap_span *where)
{
    const struct mpumap_range *range = &mpumap_i_locks(m)[i];

    //@ assert apart: lists_off(&where->base, m) && lists_off(&where->limit, m);
    where->base = range->base;
    where->limit = range->limit;
    //@ assert fixed: same_counts{Pre, Here}(m);
    //@ assert same: same_lists{Pre, Here}(m);
    //@ assert listed: listed(m);
    //@ assert locks: locks_whole(m);
}

/* Locked ranges are mapped, all of them. */
/*@ requires made(m) && counted(m) && notable(m, where) && listed(m);
    requires locks_whole(m);
    assigns m->why, where->base, where->limit;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
*/
static bool locks_hold(struct mpumap *m, struct mpumap_span *where)
{
    uint8_t i;

    /*@ loop invariant 0 <= i <= m->lock_count;
        loop invariant made: made(m) && counted(m);
        loop invariant fixed: same_counts{Pre, Here}(m);
        loop invariant notable: notable(m, where);
        loop invariant listed: listed(m);
        loop invariant locks: locks_whole(m);
        loop assigns i, m->why, where->base, where->limit;
        loop variant m->lock_count - i;
    */
    for (i = 0u; i < m->lock_count; i++) {
        note_lock(m, i, where);
        //@ assert widths: widths(m);
        //@ assert committed: committed(m);
        //@ assert lists: lists(m);
        //@ assert checkable: checkable(m);
        if (!is_mapped(m, &mpumap_i_locks(m)[i])) {
            return false;
        }
    }
    return true;
}

/* The set that begins with range `at`. */
/*@ requires made(m) && counted(m) && listed(m) && apart_from(m, where);
    requires at + count <= all_ranges(m);
    assigns m->why, where->base, where->limit;
    ensures made: made(m) && counted(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures listed: listed(m);
    ensures apart: apart_from(m, where);
    ensures locks: \old(locks_whole(m)) ==> locks_whole(m);
    ensures order: \result && at == 0 && count == m->lock_count ==> locks_whole(m);
*/
static bool set_at(struct mpumap *m, size_t at, uint8_t count, struct mpumap_span *where)
{
    bool good;

    //@ assert notable: notable(m, where);
    good = set_holds(m, &m->ranges[at], count, where);
    //@ assert room: all_ranges(m) == \at(all_ranges(m), Pre);
    return good;
}

/* The sets as a transaction found them. */
/*@ requires made(m) && counted(m) && listed(m) && apart_from(m, where);
    requires room: 0 < room == range_room(m);
    assigns m->why, where->base, where->limit;
    ensures made: made(m) && counted(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures listed: listed(m);
    ensures apart: apart_from(m, where);
*/
static bool saved_hold(struct mpumap *m, size_t room, struct mpumap_span *where)
{
    return !m->in_tx || (set_at(m, room, m->saved_lock_count, where) &&
                         set_at(m, room + m->lock_capacity, m->saved_live_count, where));
}

/* The sets as they are. */
/*@ requires made(m) && counted(m) && listed(m) && apart_from(m, where);
    assigns m->why, where->base, where->limit;
    ensures made: made(m) && counted(m);
    ensures fixed: same_counts{Pre, Post}(m);
    ensures listed: listed(m);
    ensures apart: apart_from(m, where);
    ensures locks: \result ==> locks_whole(m);
*/
static bool sets_hold(struct mpumap *m, struct mpumap_span *where)
{
    return set_at(m, 0u, m->lock_count, where) && set_at(m, m->lock_capacity, m->live_count, where);
}

/*@ requires made(m) && counted(m) && apart_from(m, where) && listed(m);
    assigns m->why, where->base, where->limit, where->slot;
    ensures made: made(m);
    ensures fixed: same_counts{Pre, Post}(m);
*/
static bool ranges_hold(struct mpumap *m, struct mpumap_span *where)
{
    const size_t room = (size_t)m->lock_capacity + m->live_capacity;

    where->slot = MPUMAP_NO_SLOT;
    //@ assert made: made(m) && counted(m);
    //@ assert listed: listed(m);
    if (room == 0u) {
        return true;
    }
    if (!saved_hold(m, room, where) || !sets_hold(m, where)) {
        return false;
    }
    //@ assert notable: notable(m, where);
    return locks_hold(m, where);
}

/* The rules that speak of a transaction, and of ranges. */
/*@ requires made(m) && counted(m) && apart_from(m, where) && sorted(m->spans, m->span_count);
    assigns m->why, where->base, where->limit, where->refs, where->attr, where->slot;
    ensures fixed: fixed{Pre, Post}(m);
*/
static bool others_hold(struct mpumap *m, struct mpumap_span *where)
{
    if (!pending_holds(m, where)) {
        return false;
    }
    //@ assert counted: counted(m);
    //@ assert apart: apart_from(m, where);
    //@ assert listed: listed(m);
    return ranges_hold(m, where);
}

/*@ requires made(m) && apart_from(m, where);
    assigns m->why, where->base, where->limit, where->refs, where->attr, where->slot;
    ensures fixed: fixed{Pre, Post}(m);
*/
static bool rules_hold(struct mpumap *m, struct mpumap_span *where)
{
    return structure_holds(m) && table_holds(m, where) && regions_hold(m, where) &&
           others_hold(m, where);
}

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> made(m)));
    assigns m->why, m->cost;
    ensures fixed: \result == MPUMAP_OK ==>
        m != \null && m->magic == MAGIC && fixed{Pre, Post}(m);
*/
enum mpumap_result mpumap_check(struct mpumap *m)
{
    enum mpumap_result r = mpumap_i_enter(m);
    struct mpumap_span where = {0u, 0u, 0u, 0u, MPUMAP_NO_SLOT};

    if (r != MPUMAP_OK) {
        return r;
    }
    if (!rules_hold(m, &where)) {
        return corrupt(m, &where);
    }
    return mpumap_i_enter(m);
}
