/* SPDX-License-Identifier: MIT */
/* Policy `exact`: what an operation may do to bytes that are counted one by one. */
#include "internal.h"

struct verdict {
    struct mpumap *m;
    const struct op *op;
    enum mpumap_result result;
};

/* A check at work: the verdict is apart from what it looks at; so is the flag. */
/*@ predicate verdict_of(struct verdict *v) =
        \valid(v) && committed(v->m) && \valid_read(v->op) && v->op->base <= v->op->limit &&
        \separated(v, v->m) && \separated(v, v->op) && \separated(v->m, v->op);
    predicate recorded(struct verdict *v) =
        v->result != MPUMAP_OK ==> v->m->why.result == (uint8_t)v->result;
    predicate at_work(struct verdict *v) =
        verdict_of(v) && recorded(v) && checkable(v->m) &&
        \separated(v, v->m->spans + (0 .. v->m->span_count - 1),
                   v->m->ranges + (0 .. v->m->lock_count - 1)) &&
        (v->m->in_tx ==> \separated(v, v->m->pending + (0 .. v->m->pending_count - 1)));
    predicate flag(struct verdict *v, bool *changes) =
        \valid(changes) &&
        \separated(changes, v, v->m, v->op, v->m->spans + (0 .. v->m->span_count - 1)) &&
        \separated(changes, v->m->ranges + (0 .. v->m->lock_count - 1)) &&
        (v->m->in_tx ==> \separated(changes, v->m->pending + (0 .. v->m->pending_count - 1)));
*/

/* Keeps the refusal that comes first in the agreed order; of equals, the lowest address. */
/*@ requires at_work(v) && result != MPUMAP_OK;
    assigns v->result, v->m->why;
    ensures v->result == first_of(\old(v->result), result);
    ensures same: same_check{Pre, Post}(v->m);
    ensures there: at_work(v);
    ensures \result <==> \old(v->result) == MPUMAP_OK || result < \old(v->result);
*/
static bool refuse(struct verdict *v, enum mpumap_result result, mpumap_addr_t base,
                   mpumap_addr_t limit, uint8_t slot)
{
    if ((v->result != MPUMAP_OK) && (v->result <= result)) {
        return false;
    }
    v->result = mpumap_i_fail(v->m, result, base, limit, slot);
    //@ assert same_spans{Pre, Here}(v->m);
    //@ assert same_pending{Pre, Here}(v->m);
    //@ assert same_list{Pre, Here}(list_of{Pre}(v->m), count_of{Pre}(v->m));
    //@ assert same_ranges{Pre, Here}(v->m->ranges, v->m->lock_count);
    //@ assert same_check{Pre, Here}(v->m);
    //@ assert in_order(v->m);
    //@ assert checkable(v->m);
    return true;
}

/*@ requires \valid_read(m) && \valid_read(m->spans + (0 .. m->span_count - 1)) &&
             sorted(m->spans, m->span_count);
    assigns \nothing;
    ensures slot_of(m, addr, \result);
*/
uint8_t mpumap_i_slot_at(const struct mpumap *m, mpumap_addr_t addr)
{
    uint16_t i = mpumap_i_search(m->spans, m->span_count, addr);

    //@ assert \forall integer k; 0 <= k < i ==> !holds(m->spans, k, addr);
    //@ assert \forall integer k; i < k < m->span_count ==> !holds(m->spans, k, addr);
    //@ assert holds(m->spans, i, addr) || !(i < m->span_count && m->spans[i].base <= addr);
    return ((i < m->span_count) && (m->spans[i].base <= addr)) ? m->spans[i].slot
                                                               : (uint8_t)MPUMAP_NO_SLOT;
}

/*
 * The maximal run that holds span i (whole: the span): its range, attributes, smallest count, and
 * the slot of its lowest region. Returns the index after its last span.
 */
/*@ requires lists(m) && i < count_of(m) && \valid(out) && apart(m, out);
    assigns *out;
    ensures \exists integer first; describes{Pre, Post}(m, i, first, \result - 1, out);
*/
uint16_t mpumap_i_run(const struct mpumap *m, uint16_t i, struct mpumap_region *out)
{
    const struct mpumap_span *v = mpumap_i_spans(m);
    const uint16_t count = mpumap_i_count(m);
    const struct mpumap_span *p = &v[i];
    mpumap_refs_t refs = p->refs;
    uint16_t last = i;
    uint16_t end;

    //@ assert \valid_read(v + (0 .. count - 1)) && sorted(v, count);
    //@ assert \separated(out, v + (0 .. count - 1)) && \separated(out, m);
    if (mpumap_i_is_exact(m)) {
        /*@ loop invariant run_down(v, i, \at(i, Pre));
            loop invariant least(v, i, \at(i, Pre), refs);
            loop assigns i, refs;
            loop variant i;
        */
        while ((i > 0u) && mpumap_i_one_run(&v[i - 1u], &v[i])) {
            i--;
            refs = (v[i].refs < refs) ? v[i].refs : refs;
        }
        //@ assert i == 0 || !one_run(v, i - 1);
        /*@ loop invariant run_up(v, count, \at(i, Pre), last);
            loop invariant least(v, i, last, refs);
            loop assigns last, refs;
            loop variant count - last;
        */
        while (((last + 1u) < count) && mpumap_i_one_run(&v[last], &v[last + 1u])) {
            last++;
            refs = (v[last].refs < refs) ? v[last].refs : refs;
        }
        //@ assert last + 1 == count || !one_run(v, last);
        //@ assert is_run(v, count, \at(i, Pre), i, last);
    }
    //@ assert 0 <= i <= last < count && \at(i, Pre) < count;
    //@ assert \valid_read(v + i) && \valid_read(v + last) && \valid_read(p);
    //@ assert is_region(m, \at(i, Pre), i, last);
    //@ assert least(v, i, last, refs);
    out->attr = mpumap_i_public_attr(m, p->attr);
    //@ assert out->attr == \at(public_attr(m, list_of(m)[i].attr), Pre);
    //@ assert \separated(out, v + last);
    out->refs = refs;
    out->base = v[i].base;
    //@ assert last: v[last].limit == \at(list_of(m)[\at(last, Here)].limit, Pre);
    out->limit = v[last].limit;
    //@ assert same: same_spans{Pre, Here}(m);
    //@ assert limit: out->limit == \at(list_of(m)[\at(last, Here)].limit, Pre);
    //@ assert out->base == \at(list_of(m)[\at(i, Here)].base, Pre);
    out->slot = m->in_tx ? mpumap_i_slot_at(m, out->base) : v[i].slot;
    //@ assert least{Pre}(list_of{Pre}(m), i, last, out->refs);
    //@ assert \at(m->in_tx, Pre) ==> slot_of{Pre}(m, out->base, out->slot);
    //@ assert !\at(m->in_tx, Pre) ==> out->slot == \at(list_of(m)[\at(i, Here)].slot, Pre);
    end = (uint16_t)(last + 1u);
    //@ assert end - 1 == last;
    //@ assert describes{Pre, Here}(m, \at(i, Pre), i, last, out);
    //@ assert describes{Pre, Here}(m, \at(i, Pre), i, end - 1, out);
    return end;
}

/* Completes the record of a conflict: the first attribute that differs, present and wanted. */
/*@ requires \valid(m) && \valid_read(region) && \separated(region, m);
    assigns m->why.base, m->why.limit, m->why.slot, m->why.present, m->why.wanted,
            m->why.attribute;
    ensures m->why.base == region->base && m->why.limit == region->limit;
    ensures m->why.slot == region->slot && m->why.present == region->attr;
    ensures m->why.wanted == public_attr(m, wanted);
*/
void mpumap_i_conflict(struct mpumap *m, const struct mpumap_region *region, uint8_t wanted)
{
    uint32_t differ;

    m->why.base = region->base;
    m->why.limit = region->limit;
    m->why.slot = region->slot;
    m->why.present = region->attr;
    m->why.wanted = mpumap_i_public_attr(m, wanted);
    differ = (uint32_t)m->why.present ^ m->why.wanted;
    if ((differ & (MPUMAP_PERM_MASK | MPUMAP_LOWER_MASK)) != 0u) {
        m->why.attribute = (uint8_t)MPUMAP_ATTRIBUTE_PERMISSION;
    } else if ((differ & MPUMAP_TYPE_MASK) != 0u) {
        m->why.attribute = (uint8_t)MPUMAP_ATTRIBUTE_TYPE;
    } else {
        m->why.attribute = (uint8_t)MPUMAP_ATTRIBUTE_SHARE;
    }
}

/*@ requires at_work(v) && i < count_of(v->m) && span == list_of(v->m) + i &&
             v->op->kind == OP_MAP;
    assigns v->result, v->m->why;
    ensures recorded(v);
    ensures conflict: \old(span->attr != v->op->attr) ==>
        v->result == first_of(\old(v->result), MPUMAP_CONFLICT);
    ensures refs: \old(span->attr == v->op->attr && span->refs >= v->m->refs_max) ==>
        v->result == first_of(\old(v->result), MPUMAP_REFS);
    ensures none: \old(span->attr == v->op->attr && span->refs < v->m->refs_max) ==>
        v->result == \old(v->result);
*/
static void check_map(struct verdict *v, const struct mpumap_span *span, uint16_t i)
{
    struct mpumap_region run;

    if (span->attr != v->op->attr) {
        if (refuse(v, MPUMAP_CONFLICT, span->base, span->limit, span->slot)) {
            //@ assert \separated(&run, v->m, v, v->op);
            (void)mpumap_i_run(v->m, i, &run);
            //@ assert recorded(v);
            mpumap_i_conflict(v->m, &run, v->op->attr);
            //@ assert recorded(v);
        }
    } else if (span->refs >= v->m->refs_max) {
        (void)refuse(v, MPUMAP_REFS, span->base, span->limit, mpumap_i_slot_at(v->m, span->base));
    } else {
        /* one more */
    }
}

/*@ requires at_work(v) && \valid_read(part) && \separated(part, v, v->m);
    assigns v->result, v->m->why;
    ensures same: same_check{Pre, Post}(v->m);
    ensures there: in_order(v->m) && recorded(v);
    ensures locked: \old(locked_in(v->m, part->base, part->limit)) ==>
        v->result == first_of(\old(v->result), MPUMAP_LOCKED);
    ensures none: !\old(locked_in(v->m, part->base, part->limit)) ==>
        v->result == \old(v->result);
*/
static void check_locked(struct verdict *v, const struct mpumap_span *part)
{
    struct mpumap_range lock;

    if (mpumap_i_locked(v->m, part->base, part->limit, &lock)) {
        //@ assert same_check{Pre, Here}(v->m);
        //@ assert in_order(v->m);
        //@ assert at_work(v);
        (void)refuse(v, MPUMAP_LOCKED, lock.base, lock.limit,
                     mpumap_i_slot_at(v->m, mpumap_i_max(lock.base, part->base)));
        //@ assert same_check{Pre, Here}(v->m);
        //@ assert in_order(v->m) && recorded(v);
    }
    //@ assert same_check{Pre, Here}(v->m);
    //@ assert in_order(v->m);
    //@ assert recorded(v);
}

/*@ requires at_work(v) && flag(v, changes) && i < count_of(v->m) &&
             span == list_of(v->m) + i && over(span, 0, v->op->base, v->op->limit);
    assigns v->result, v->m->why, *changes;
    ensures first: \old(first_with(v->m, span, v->op->kind, v->op->attr, v->op->base,
        v->op->limit, v->result, \at(v->result, Post)));
    ensures changes: *changes <==> \old(*changes) ||
        \old(part_changes(span, v->op->kind, v->op->attr));
    ensures same: same_check{Pre, Post}(v->m);
    ensures there: in_order(v->m) && recorded(v);
*/
static void check_part(struct verdict *v, const struct mpumap_span *span, uint16_t i, bool *changes)
{
    struct mpumap_span part = *span;

    part.base = mpumap_i_max(part.base, v->op->base);
    part.limit = mpumap_i_min(part.limit, v->op->limit);
    switch (v->op->kind) {
    case OP_MAP:
        check_map(v, span, i);
        //@ assert same_spans{Pre, Here}(v->m);
        //@ assert same_pending{Pre, Here}(v->m);
        //@ assert same_list{Pre, Here}(list_of{Pre}(v->m), count_of{Pre}(v->m));
        //@ assert same_ranges{Pre, Here}(v->m->ranges, v->m->lock_count);
        //@ assert same_check{Pre, Here}(v->m);
        //@ assert in_order(v->m);
        break;
    case OP_UNMAP:
        if (span->refs == 1u) {
            *changes = true;
            check_locked(v, &part);
        }
        break;
    case OP_PROTECT:
        /*@ assert only: \forall integer s; \at(why_part(v->m, span, v->op->kind, v->op->attr,
                v->op->base, v->op->limit, s), Pre) <==>
                (s == MPUMAP_LOCKED && \at(span->attr != v->op->attr, Pre) &&
                    locked_in{Pre}(v->m, part.base, part.limit)) ||
                (s == MPUMAP_SHARED && \at(span->refs, Pre) != 1); */
        if (span->attr != v->op->attr) {
            *changes = true;
            //@ assert same_check{Pre, Here}(v->m);
            /*@ assert locks: locked_in(v->m, part.base, part.limit) <==>
                    locked_in{Pre}(v->m, part.base, part.limit); */
            check_locked(v, &part);
        }
        /*@ assert locked: \at(span->attr != v->op->attr, Pre) &&
                locked_in{Pre}(v->m, part.base, part.limit) ==>
                v->result == first_of(\at(v->result, Pre), MPUMAP_LOCKED); */
        /*@ assert free: !(\at(span->attr != v->op->attr, Pre) &&
                locked_in{Pre}(v->m, part.base, part.limit)) ==>
                v->result == \at(v->result, Pre); */
        //@ assert same_check{Pre, Here}(v->m);
        //@ assert span->refs == \at(span->refs, Pre);
        //@ ghost enum mpumap_result after = v->result;
        if (span->refs != 1u) {
            (void)refuse(v, MPUMAP_SHARED, span->base, span->limit,
                         mpumap_i_slot_at(v->m, span->base));
            //@ assert v->result == first_of(after, MPUMAP_SHARED);
        }
        /*@ assert shared: v->result ==
                (\at(span->refs, Pre) != 1 ? first_of(after, MPUMAP_SHARED) : after); */
        //@ assert same_check{Pre, Here}(v->m);
        /*@ assert from: v->result == \at(v->result, Pre) ||
                \at(why_part(v->m, span, v->op->kind, v->op->attr, v->op->base, v->op->limit,
                             \at(v->result, Here)), Pre); */
        /*@ assert kept: \at(v->result, Pre) != MPUMAP_OK ==>
                v->result != MPUMAP_OK && v->result <= \at(v->result, Pre); */
        /*@ assert first: \forall integer s; \at(why_part(v->m, span, v->op->kind, v->op->attr,
                v->op->base, v->op->limit, s), Pre) ==>
                v->result != MPUMAP_OK && v->result <= s; */
        /*@ assert with: \at(first_with(v->m, span, v->op->kind, v->op->attr, v->op->base,
                v->op->limit, v->result, \at(v->result, Here)), Pre); */
        break;
    default:
        break;
    }
}

/*@ requires at_work(v) && flag(v, changes);
    assigns v->result, v->m->why, *changes;
    ensures hole: v->op->kind != OP_MAP ==> *changes == \old(*changes) &&
        v->result == first_of(\old(v->result), MPUMAP_NOT_MAPPED);
    ensures new: v->op->kind == OP_MAP ==> *changes && v->result == \old(v->result);
    ensures same: same_check{Pre, Post}(v->m);
    ensures there: in_order(v->m) && recorded(v);
*/
static void check_hole(struct verdict *v, mpumap_addr_t base, mpumap_addr_t limit, bool *changes)
{
    if (v->op->kind == (uint8_t)OP_MAP) {
        *changes = true;
    } else {
        (void)refuse(v, MPUMAP_NOT_MAPPED, base, limit, MPUMAP_NO_SLOT);
    }
}

/* The bytes from `next` to the end of span i, within the range. */
/*@ requires at_work(v) && flag(v, changes) && i < count_of(v->m) &&
             span == list_of(v->m) + i && over(span, 0, v->op->base, v->op->limit);
    assigns v->result, v->m->why, *changes;
    ensures first: \old(first_with(v->m, span, v->op->kind, v->op->attr, v->op->base,
        v->op->limit, with_hole(v->op->kind, v->result, next, span->base), \at(v->result, Post)));
    ensures changes: *changes <==> \old(*changes) ||
        \old(v->op->kind == OP_MAP && next < span->base) ||
        \old(part_changes(span, v->op->kind, v->op->attr));
    ensures same: same_check{Pre, Post}(v->m);
    ensures there: in_order(v->m) && recorded(v);
*/
static void check_span(struct verdict *v, const struct mpumap_span *span, uint16_t i,
                       mpumap_addr_t next, bool *changes)
{
    if (span->base > next) {
        check_hole(v, next, span->base - 1u, changes);
    }
    /*@ assert hole: v->result ==
            \at(with_hole(v->op->kind, v->result, \at(next, Here), span->base), Pre); */
    //@ assert same_check{Pre, Here}(v->m);
    //@ assert at_work(v) && flag(v, changes);
    //@ ghost enum mpumap_result mid = v->result;
    check_part(v, span, i, changes);
    //@ assert same_check{Pre, Here}(v->m);
    /*@ assert \at(first_with(v->m, list_of(v->m) + i, v->op->kind, v->op->attr, v->op->base,
            v->op->limit, \at(mid, Here), \at(v->result, Here)), Pre); */
}

/*@ requires checkable(m) && \valid_read(op) && \valid(changes) && op->base <= op->limit;
    requires apart_op(m, op, changes) && place(list_of(m), count_of(m), op->base, op->at);
    assigns m->why, *changes;
    ensures why: \result == MPUMAP_OK || m->why.result == (uint8_t)\result;
    ensures none: \result == MPUMAP_OK ==> \forall integer r;
        !\old(why_exact(m, op->kind, op->attr, op->base, op->limit, r));
    ensures first: \result != MPUMAP_OK ==>
        \old(why_exact(m, op->kind, op->attr, op->base, op->limit, \result)) &&
        \forall integer r; r < \result ==>
            !\old(why_exact(m, op->kind, op->attr, op->base, op->limit, r));
    ensures changes: *changes <==>
        \old(exact_changes(m, op->kind, op->attr, op->base, op->limit));
*/
enum mpumap_result mpumap_i_exact(struct mpumap *m, struct op *op, bool *changes)
{
    struct verdict v = {m, op, MPUMAP_OK};
    const struct mpumap_span *spans = mpumap_i_spans(m);
    uint16_t count = mpumap_i_count(m);
    uint16_t i = op->at;
    mpumap_addr_t next = op->base;
    bool done = false;

    //@ ghost uint8_t kind = op->kind;
    //@ ghost uint8_t attr = op->attr;
    //@ ghost mpumap_addr_t base = op->base;
    //@ ghost mpumap_addr_t limit = op->limit;
    //@ ghost uint16_t at = op->at;
    //@ assert order_was: sorted{Pre}(list_of{Pre}(m), count_of{Pre}(m));
    //@ assert place_was: place{Pre}(list_of{Pre}(m), count_of{Pre}(m), base, at);
    *changes = false;
    //@ assert same_check{Pre, Here}(m);
    //@ assert at_work(&v);
    //@ assert flag(&v, changes);
    /*@ loop invariant v.m == m && v.op == op && 0 <= v.result;
        loop invariant op: op->kind == kind && op->attr == attr && op->base == base &&
            op->limit == limit;
        loop invariant list: spans == list_of(m) && count == count_of(m);
        loop invariant same: same_check{Pre, Here}(m);
        loop invariant there: at_work(&v) && flag(&v, changes);
        loop invariant at <= i <= count;
        loop invariant next: !done ==>
            next == end_of{Pre}(list_of{Pre}(m), at, i, base) && next <= limit;
        loop invariant last: done ==> over_end{Pre}(list_of{Pre}(m), at, i, limit);
        loop invariant first: first_below{Pre}(m, kind, attr, base, limit, i,
            end_of{Pre}(list_of{Pre}(m), at, i, base), v.result);
        loop invariant changes: *changes <==> changes_below{Pre}(m, kind, attr, base,
            limit, i, end_of{Pre}(list_of{Pre}(m), at, i, base));
        loop assigns i, next, done, v.result, m->why, *changes;
        loop variant count - i;
    */
    while (!done && (i < count) && (spans[i].base <= op->limit)) {
        //@ ghost enum mpumap_result kept = v.result;
        //@ ghost bool had = *changes;
        //@ ghost mpumap_addr_t start = spans[i].base;
        //@ ghost mpumap_addr_t end = spans[i].limit;
        //@ assert over_was: over{Pre}(list_of{Pre}(m), i, base, limit);
        //@ assert passed: passed{Pre}(list_of{Pre}(m), count_of{Pre}(m), i, base, next);
        //@ assert start: start == \at(list_of(m)[\at(i, Here)].base, Pre);
        //@ assert end: end == \at(list_of(m)[\at(i, Here)].limit, Pre);
        //@ assert end_of: end_of{Pre}(list_of{Pre}(m), at, i + 1, base) == end + 1;
        //@ assert step: step_to{Pre}(list_of{Pre}(m), i, i + 1, start, end + 1);
        //@ assert first_was: first_below{Pre}(m, kind, attr, base, limit, i, next, kept);
        //@ assert had: had <==> changes_below{Pre}(m, kind, attr, base, limit, i, next);
        //@ assert over: over(spans, i, base, limit);
        /*@ assert parts: part_changes(spans + i, kind, attr) <==>
                part_changes{Pre}(list_of{Pre}(m) + i, kind, attr); */
        check_span(&v, &spans[i], i, next, changes);
        //@ assert same: same_check{Pre, Here}(m);
        //@ assert order: in_order(m);
        //@ assert checkable: checkable(m);
        //@ assert at_work: at_work(&v);
        //@ assert apart: flag(&v, changes);
        //@ assert end_still: spans[i].limit == end;
        /*@ assert with: first_with{Pre}(m, list_of{Pre}(m) + i, kind, attr, base,
                limit, with_hole(kind, kept, next, start), v.result); */
        /*@ assert part: *changes <==> had || (kind == OP_MAP && next < start) ||
                part_changes{Pre}(list_of{Pre}(m) + i, kind, attr); */
        /*@ assert first:
                first_below{Pre}(m, kind, attr, base, limit, i + 1, end + 1, v.result); */
        /*@ assert changes: *changes <==>
                changes_below{Pre}(m, kind, attr, base, limit, i + 1, end + 1); */
        done = spans[i].limit >= op->limit;
        next = spans[i].limit + 1u;
        //@ assert i + 1 <= 0xffff;
        i++;
        //@ assert end_now: end_of{Pre}(list_of{Pre}(m), at, i, base) == end + 1;
        //@ assert first_now: first_below{Pre}(m, kind, attr, base, limit, i, end + 1, v.result);
        /*@ assert changes_now: *changes <==>
                changes_below{Pre}(m, kind, attr, base, limit, i, end + 1); */
    }
    //@ assert after: !done && i < count ==> limit < \at(list_of(m)[\at(i, Here)].base, Pre);
    //@ assert beyond: !done ==> beyond{Pre}(list_of{Pre}(m), i, count_of{Pre}(m), limit);
    //@ assert first_done: done ==> first_exact{Pre}(m, kind, attr, base, limit, v.result);
    /*@ assert changes_done: done ==>
            (*changes <==> exact_changes{Pre}(m, kind, attr, base, limit)); */
    if (!done) {
        //@ assert ended: ended{Pre}(list_of{Pre}(m), count_of{Pre}(m), i, base, next);
        //@ ghost enum mpumap_result last = v.result;
        //@ ghost bool had = *changes;
        //@ assert last: first_below{Pre}(m, kind, attr, base, limit, i, next, last);
        //@ assert had: had <==> changes_below{Pre}(m, kind, attr, base, limit, i, next);
        check_hole(&v, next, op->limit, changes);
        //@ assert hole: v.result == with_hole(kind, last, next, limit + 1);
        //@ assert new: *changes <==> had || kind == OP_MAP;
        //@ assert first_exact{Pre}(m, kind, attr, base, limit, v.result);
        //@ assert *changes <==> exact_changes{Pre}(m, kind, attr, base, limit);
    }
    //@ assert answer: first_exact{Pre}(m, kind, attr, base, limit, v.result);
    //@ assert flag: *changes <==> exact_changes{Pre}(m, kind, attr, base, limit);
    return v.result;
}
