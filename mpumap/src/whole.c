/* SPDX-License-Identifier: MIT */
/* Policy `whole`: regions are what map() created, and the region is what is counted. A span is a
 * region. */
#include "internal.h"

/* The region that contains [base, limit], or NULL; *hit is the lowest one that overlaps it, or
 * NULL. `at` is the first span that ends at or after base. */
/*@ requires lists(m) && \valid(hit) && \separated(hit, m) && base <= limit;
    requires place(list_of(m), count_of(m), base, at);
    assigns *hit \from m->in_tx, m->spans, m->pending, m->span_count, m->pending_count, at, base,
                       limit;
    assigns \result \from m->in_tx, m->spans, m->pending, m->span_count, m->pending_count, at,
                          base, limit;
    ensures \result != \null <==> \exists integer i; 0 <= i < \old(count_of(m)) &&
        \old(around(list_of(m), i, base, limit));
    ensures \result != \null ==> at < count_of(m) && \result == list_of(m) + at &&
        around(list_of(m), at, base, limit) && \forall integer i;
            0 <= i < \old(count_of(m)) && i != at ==> !\old(over(list_of(m), i, base, limit));
    ensures *hit != \null <==> \exists integer i; 0 <= i < \old(count_of(m)) &&
        \old(over(list_of(m), i, base, limit));
    ensures *hit != \null ==> at < count_of(m) && *hit == list_of(m) + at &&
        over(list_of(m), at, base, limit);
*/
static const struct mpumap_span *holder(const struct mpumap *m, mpumap_addr_t base,
                                        mpumap_addr_t limit, uint16_t at,
                                        const struct mpumap_span **hit)
{
    const struct mpumap_span *v = mpumap_i_spans(m);
    const struct mpumap_span *x = &v[at];

    *hit = NULL;
    //@ assert \forall integer k; 0 <= k < at ==> !over(v, k, base, limit);
    /*@ assert at < count_of(m) && x->base > limit ==> \forall integer k;
            at <= k < count_of(m) ==> !over(v, k, base, limit); */
    //@ assert \forall integer k; at < k < count_of(m) ==> !around(v, k, base, limit);
    if ((at >= mpumap_i_count(m)) || (x->base > limit)) {
        return NULL;
    }
    //@ assert \valid_read(x) && over(v, at, base, limit);
    /*@ assert around(v, at, base, limit) ==> \forall integer k; at < k < count_of(m) ==>
            !over(v, k, base, limit); */
    *hit = x;
    //@ assert *hit == x && *hit != \null;
    return ((x->base <= base) && (limit <= x->limit)) ? x : NULL;
}

/*@ requires \valid(m) && slots(m) && \valid_read(span) && \separated(span, m);
    assigns m->why;
    ensures \result == result && m->why.result == (uint8_t)result;
*/
static enum mpumap_result fail_at(struct mpumap *m, enum mpumap_result result,
                                  const struct mpumap_span *span)
{
    return mpumap_i_fail(m, result, span->base, span->limit, mpumap_i_slot_at(m, span->base));
}

/* OVERLAP when the range overlaps a region without being equal to it or inside it. */
/*@ requires checkable(m) && base <= limit;
    assigns m->why;
    ensures \result == MPUMAP_OVERLAP || \result == MPUMAP_OK;
    ensures \result == MPUMAP_OVERLAP <==> \exists integer i; 0 <= i < \old(count_of(m)) &&
        \old(over(list_of(m), i, base, limit)) && !\old(around(list_of(m), i, base, limit));
*/
enum mpumap_result mpumap_i_whole_overlap(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    const struct mpumap_span *hit;
    const uint16_t at = mpumap_i_search(mpumap_i_spans(m), mpumap_i_count(m), base);

    if ((holder(m, base, limit, at, &hit) == NULL) && (hit != NULL)) {
        return fail_at(m, MPUMAP_OVERLAP, hit);
    }
    return MPUMAP_OK;
}

/*@ requires committed(m) && \valid_read(op) && \valid_read(span) && \separated(op, m) &&
             \separated(span, m) && op->base <= op->limit && op->kind == OP_MAP &&
             around(span, 0, op->base, op->limit);
    assigns m->why;
    ensures \result == MPUMAP_OK || m->why.result == (uint8_t)\result;
    ensures first: \old(first_inside(m, span, op->kind, op->attr, op->base, op->limit, \result));
*/
static enum mpumap_result check_map(struct mpumap *m, const struct op *op,
                                    const struct mpumap_span *span)
{
    if (span->attr != op->attr) {
        struct mpumap_region region = {span->base, span->limit, span->refs,
                                       mpumap_i_public_attr(m, span->attr),
                                       mpumap_i_slot_at(m, span->base)};
        enum mpumap_result r = fail_at(m, MPUMAP_CONFLICT, span);

        mpumap_i_conflict(m, &region, op->attr);
        return r;
    }
    return (span->refs >= m->refs_max) ? fail_at(m, MPUMAP_REFS, span) : MPUMAP_OK;
}

/*@ requires committed(m) && \valid_read(op) && \valid_read(span) && \separated(op, m) &&
             \separated(span, m);
    assigns m->why;
    ensures \result == MPUMAP_OK || (\result == MPUMAP_LOCKED && m->why.result == MPUMAP_LOCKED);
    ensures \result == MPUMAP_LOCKED <==> \old(locked_in(m, op->base, op->limit));
*/
static enum mpumap_result check_locked(struct mpumap *m, const struct op *op,
                                       const struct mpumap_span *span)
{
    struct mpumap_range lock;

    if (mpumap_i_locked(m, op->base, op->limit, &lock)) {
        return mpumap_i_fail(m, MPUMAP_LOCKED, lock.base, lock.limit,
                             mpumap_i_slot_at(m, span->base));
    }
    return MPUMAP_OK;
}

/*@ requires committed(m) && \valid_read(op) && \valid_read(span) && \separated(op, m) &&
             \separated(span, m) && op->base <= op->limit && op->kind == OP_UNMAP &&
             around(span, 0, op->base, op->limit) &&
             (full <==> span->base == op->base && span->limit == op->limit);
    assigns m->why;
    ensures \result == MPUMAP_OK || m->why.result == (uint8_t)\result;
    ensures first: \old(first_inside(m, span, op->kind, op->attr, op->base, op->limit, \result));
*/
static enum mpumap_result check_unmap(struct mpumap *m, const struct op *op,
                                      const struct mpumap_span *span, bool full)
{
    enum mpumap_result r = MPUMAP_OK;

    if (span->refs == 1u) {
        r = check_locked(m, op, span);
        //@ assert same_spans{Pre, Here}(m);
        if ((r == MPUMAP_OK) && !full) {
            r = fail_at(m, MPUMAP_PARTIAL, span);
        }
    }
    return r;
}

/*@ requires committed(m) && \valid_read(op) && \valid_read(span) && \separated(op, m) &&
             \separated(span, m) && op->base <= op->limit && op->kind == OP_PROTECT &&
             around(span, 0, op->base, op->limit) &&
             (full <==> span->base == op->base && span->limit == op->limit);
    assigns m->why;
    ensures \result == MPUMAP_OK || m->why.result == (uint8_t)\result;
    ensures first: \old(first_inside(m, span, op->kind, op->attr, op->base, op->limit, \result));
*/
static enum mpumap_result check_protect(struct mpumap *m, const struct op *op,
                                        const struct mpumap_span *span, bool full)
{
    enum mpumap_result r = MPUMAP_OK;

    if (span->attr != op->attr) {
        r = check_locked(m, op, span);
        //@ assert same_spans{Pre, Here}(m);
    }
    if ((r == MPUMAP_OK) && (span->refs != 1u)) {
        r = fail_at(m, MPUMAP_SHARED, span);
    }
    if ((r == MPUMAP_OK) && !full) {
        r = fail_at(m, MPUMAP_PARTIAL, span);
    }
    return r;
}

/*@ requires checkable(m) && \valid(op) && \valid(changes) && op->base <= op->limit;
    requires apart_op(m, op, changes) && OP_MAP <= op->kind <= OP_LOCK;
    requires place(list_of(m), count_of(m), op->base, op->at);
    assigns m->why, op->base, op->limit, *changes;
    ensures \result == MPUMAP_OK || m->why.result == (uint8_t)\result;
    ensures none: \result == MPUMAP_OK ==> \forall integer r;
        !\old(why_whole(m, op->kind, op->attr, op->base, op->limit, r));
    ensures first: \result != MPUMAP_OK ==>
        \old(why_whole(m, op->kind, op->attr, op->base, op->limit, \result)) &&
        \forall integer r; r < \result ==>
            !\old(why_whole(m, op->kind, op->attr, op->base, op->limit, r));
    ensures changes: \result == MPUMAP_OK ==> (*changes <==>
        \old(whole_changes(m, op->kind, op->attr, op->base, op->limit)));
    ensures range: \forall integer i; 0 <= i < \old(count_of(m)) &&
        \old(around(list_of(m), i, op->base, op->limit)) ==>
            op->base == \old(list_of(m)[i].base) && op->limit == \old(list_of(m)[i].limit);
    ensures same: (\forall integer i; 0 <= i < \old(count_of(m)) ==>
        !\old(around(list_of(m), i, op->base, op->limit))) ==>
            op->base == \old(op->base) && op->limit == \old(op->limit);
*/
enum mpumap_result mpumap_i_whole(struct mpumap *m, struct op *op, bool *changes)
{
    const struct mpumap_span *hit;
    const struct mpumap_span *span = holder(m, op->base, op->limit, op->at, &hit);
    enum mpumap_result r = MPUMAP_OK;
    bool full;

    /*@ assert hole: span == \null && hit == \null ==> \forall integer r;
            why_whole(m, op->kind, op->attr, op->base, op->limit, r) <==>
            r == MPUMAP_NOT_MAPPED && op->kind != OP_MAP; */
    /*@ assert only: span != \null ==> \forall integer i; 0 <= i < count_of(m) &&
            around(list_of(m), i, op->base, op->limit) ==> i == op->at; */
    /*@ assert alone: span != \null ==> \forall integer i; 0 <= i < count_of(m) &&
            over(list_of(m), i, op->base, op->limit) ==> i == op->at; */
    /*@ assert at: span != \null ==> span == list_of(m) + op->at && op->at < count_of(m) &&
            around(list_of(m), op->at, op->base, op->limit) &&
            over(list_of(m), op->at, op->base, op->limit); */
    /*@ assert inside: span != \null ==> \forall integer r;
            why_whole(m, op->kind, op->attr, op->base, op->limit, r) <==>
            why_inside(m, span, op->kind, op->attr, op->base, op->limit, r); */
    /*@ assert changed: span != \null ==>
            (whole_changes(m, op->kind, op->attr, op->base, op->limit) <==>
            (op->kind == OP_UNMAP && span->refs == 1) ||
            (op->kind == OP_PROTECT && span->attr != op->attr)); */
    //@ assert there: span != \null ==> \valid_read(span) && \separated(span, m, op, changes);
    *changes = false;
    //@ assert same: committed(m) && list_of(m) == \at(list_of(m), Pre);
    //@ assert span != \null ==> around(span, 0, op->base, op->limit);
    if (span == NULL) {
        if (hit != NULL) {
            r = fail_at(m, MPUMAP_OVERLAP, hit);
        } else if (op->kind != (uint8_t)OP_MAP) {
            r = mpumap_i_fail(m, MPUMAP_NOT_MAPPED, op->base, op->limit, MPUMAP_NO_SLOT);
        } else {
            *changes = true;
        }
        return r;
    }
    full = (span->base == op->base) && (span->limit == op->limit);
    switch (op->kind) {
    case OP_MAP:
        r = check_map(m, op, span);
        break;
    case OP_UNMAP:
        r = check_unmap(m, op, span, full);
        *changes = span->refs == 1u;
        break;
    case OP_PROTECT:
        r = check_protect(m, op, span, full);
        *changes = span->attr != op->attr;
        break;
    default:
        break;
    }
    op->base = span->base;
    op->limit = span->limit;
    /*@ assert moved: op->base == \at(list_of(m)[op->at].base, Pre) &&
            op->limit == \at(list_of(m)[op->at].limit, Pre); */
    /*@ assert from: \at(op->at < count_of(m) &&
            around(list_of(m), op->at, op->base, op->limit), Pre); */
    return r;
}
