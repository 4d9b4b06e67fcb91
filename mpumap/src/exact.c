/* SPDX-License-Identifier: MIT */
/* Policy `exact`: what an operation may do to bytes that are counted one by one. */
#include "internal.h"

struct verdict {
    struct mpumap *m;
    const struct op *op;
    enum mpumap_result result;
};

/*@ predicate verdict_of(struct verdict *v) =
        \valid(v) && committed(v->m) && \valid_read(v->op) && v->op->base <= v->op->limit &&
        \separated(v, v->m) && \separated(v, v->op) && \separated(v->m, v->op);
    predicate recorded(struct verdict *v) =
        v->result != MPUMAP_OK ==> v->m->why.result == (uint8_t)v->result;
*/

/* Keeps the refusal that comes first in the agreed order; of equals, the lowest address. */
/*@ requires \valid(v) && \valid(v->m) && \separated(v, v->m) && recorded(v);
    requires result != MPUMAP_OK;
    assigns v->result, v->m->why;
    ensures v->result == first_of(\old(v->result), result) && recorded(v);
    ensures \result <==> \old(v->result) == MPUMAP_OK || result < \old(v->result);
*/
static bool refuse(struct verdict *v, enum mpumap_result result, mpumap_addr_t base,
                   mpumap_addr_t limit, uint8_t slot)
{
    if ((v->result != MPUMAP_OK) && (v->result <= result)) {
        return false;
    }
    v->result = mpumap_i_fail(v->m, result, base, limit, slot);
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

/*@ requires verdict_of(v) && lists(v->m) && i < count_of(v->m) && span == list_of(v->m) + i &&
             recorded(v) && v->op->kind == OP_MAP;
    requires v->m->in_tx ==> \separated(v->m, v->m->pending + (0 .. v->m->pending_count - 1));
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
            //@ assert same_spans{Pre, Here}(v->m);
            //@ assert slots(v->m);
            //@ assert same_pending{Pre, Here}(v->m);
            //@ assert lists(v->m);
            //@ assert \separated(&run, v->m, v, v->op);
            (void)mpumap_i_run(v->m, i, &run);
            mpumap_i_conflict(v->m, &run, v->op->attr);
        }
    } else if (span->refs >= v->m->refs_max) {
        (void)refuse(v, MPUMAP_REFS, span->base, span->limit, mpumap_i_slot_at(v->m, span->base));
    } else {
        /* one more */
    }
}

/*@ requires verdict_of(v) && recorded(v) && \valid_read(part) && \separated(part, v, v->m);
    assigns v->result, v->m->why;
    ensures recorded(v);
    ensures locked: \old(locked_in(v->m, part->base, part->limit)) ==>
        v->result == first_of(\old(v->result), MPUMAP_LOCKED);
    ensures none: !\old(locked_in(v->m, part->base, part->limit)) ==>
        v->result == \old(v->result);
*/
static void check_locked(struct verdict *v, const struct mpumap_span *part)
{
    struct mpumap_range lock;

    if (mpumap_i_locked(v->m, part->base, part->limit, &lock)) {
        (void)refuse(v, MPUMAP_LOCKED, lock.base, lock.limit,
                     mpumap_i_slot_at(v->m, mpumap_i_max(lock.base, part->base)));
    }
}

/*@ requires verdict_of(v) && checkable(v->m) && i < count_of(v->m) &&
             span == list_of(v->m) + i && recorded(v) && over(span, 0, v->op->base, v->op->limit);
    requires \valid(changes) && \separated(changes, v, v->m, v->op, span);
    assigns v->result, v->m->why, *changes;
    ensures recorded(v);
    ensures from: v->result == \old(v->result) || \old(why_part(v->m, span, v->op->kind,
        v->op->attr, v->op->base, v->op->limit, \at(v->result, Post)));
    ensures first: \forall integer r; \old(why_part(v->m, span, v->op->kind,
        v->op->attr, v->op->base, v->op->limit, r)) ==> v->result != MPUMAP_OK && v->result <= r;
    ensures kept: \old(v->result) != MPUMAP_OK ==>
        v->result != MPUMAP_OK && v->result <= \old(v->result);
    ensures changes: *changes <==> \old(*changes) ||
        \old(part_changes(span, v->op->kind, v->op->attr));
*/
static void check_part(struct verdict *v, const struct mpumap_span *span, uint16_t i, bool *changes)
{
    struct mpumap_span part = *span;

    part.base = mpumap_i_max(part.base, v->op->base);
    part.limit = mpumap_i_min(part.limit, v->op->limit);
    switch (v->op->kind) {
    case OP_MAP:
        check_map(v, span, i);
        break;
    case OP_UNMAP:
        if (span->refs == 1u) {
            *changes = true;
            check_locked(v, &part);
        }
        break;
    case OP_PROTECT:
        if (span->attr != v->op->attr) {
            *changes = true;
            check_locked(v, &part);
        }
        //@ assert same_spans{Pre, Here}(v->m);
        if (span->refs != 1u) {
            (void)refuse(v, MPUMAP_SHARED, span->base, span->limit,
                         mpumap_i_slot_at(v->m, span->base));
        }
        break;
    default:
        break;
    }
}

/*@ requires verdict_of(v) && recorded(v);
    requires \valid(changes) && \separated(changes, v, v->m, v->op);
    assigns v->result, v->m->why, *changes;
    ensures recorded(v);
    ensures hole: v->op->kind != OP_MAP ==> *changes == \old(*changes) &&
        v->result == first_of(\old(v->result), MPUMAP_NOT_MAPPED);
    ensures new: v->op->kind == OP_MAP ==> *changes && v->result == \old(v->result);
*/
static void check_hole(struct verdict *v, mpumap_addr_t base, mpumap_addr_t limit, bool *changes)
{
    if (v->op->kind == (uint8_t)OP_MAP) {
        *changes = true;
    } else {
        (void)refuse(v, MPUMAP_NOT_MAPPED, base, limit, MPUMAP_NO_SLOT);
    }
}

enum mpumap_result mpumap_i_exact(struct mpumap *m, struct op *op, bool *changes)
{
    struct verdict v = {m, op, MPUMAP_OK};
    const struct mpumap_span *spans = mpumap_i_spans(m);
    uint16_t count = mpumap_i_count(m);
    uint16_t i = op->at;
    mpumap_addr_t next = op->base;
    bool done = false;

    *changes = false;
    while (!done && (i < count) && (spans[i].base <= op->limit)) {
        if (spans[i].base > next) {
            check_hole(&v, next, spans[i].base - 1u, changes);
        }
        check_part(&v, &spans[i], i, changes);
        done = spans[i].limit >= op->limit;
        next = spans[i].limit + 1u;
        i++;
    }
    if (!done) {
        check_hole(&v, next, op->limit, changes);
    }
    return v.result;
}
