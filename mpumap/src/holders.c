/* SPDX-License-Identifier: MIT */
/*
 * A record of mappings beside a map, for callers that do not keep the ranges that they mapped. The
 * map counts bytes and cannot tell one mapping from another; here each range stands with how often
 * it is held, oldest first.
 */
#include "internal.h"

/* The last range that begins at base and, unless any will do, ends at limit; or NULL. */
/*@ requires \valid_read(h) && \valid_read(h->list + (0 .. h->count - 1));
    assigns \result \from h->list, h->count, h->list[0 .. h->count - 1], base, limit, any;
    ensures none: \result == \null ==> \forall integer k; 0 <= k < h->count ==>
        !(h->list[k].base == base && (any || h->list[k].limit == limit));
    ensures one: \result != \null ==> \exists integer i; 0 <= i < h->count &&
        \result == h->list + i && h->list[i].base == base &&
        (any || h->list[i].limit == limit) && \forall integer k; i < k < h->count ==>
            !(h->list[k].base == base && (any || h->list[k].limit == limit));
*/
static struct mpumap_holding *last(const struct mpumap_holders *h, mpumap_addr_t base,
                                   mpumap_addr_t limit, bool any)
{
    uint16_t i = h->count;

    /*@ loop invariant 0 <= i <= h->count;
        loop invariant later: \forall integer k; i <= k < h->count ==>
            !(h->list[k].base == base && (any || h->list[k].limit == limit));
        loop assigns i;
        loop variant i;
    */
    while (i > 0u) {
        i--;
        if ((h->list[i].base == base) && (any || (h->list[i].limit == limit))) {
            return &h->list[i];
        }
    }
    return NULL;
}

/* A record cannot be rolled back, so there is none of what a transaction does. */
/*@ requires \valid_read(h) && held_by(h->map, h);
    assigns h->map->why, h->map->cost, h->map->poison;
    ensures \result == MPUMAP_OK ==> h->map != \null && h->map->magic == MAGIC && !h->map->in_tx;
    ensures usable: \result == MPUMAP_OK ==> usable(h->map);
    ensures away: \result == MPUMAP_OK ==> away(h->map, h, h->list, h->capacity);
*/
static enum mpumap_result start(const struct mpumap_holders *h, mpumap_addr_t base,
                                mpumap_addr_t limit)
{
    struct mpumap *m = h->map;
    const enum mpumap_result r = mpumap_i_enter(m);

    if ((r == MPUMAP_OK) && m->in_tx) {
        return mpumap_i_finish(m, mpumap_i_fail(m, MPUMAP_STATE, base, limit, MPUMAP_NO_SLOT));
    }
    /*@ assert bases: r == MPUMAP_OK ==> \forall integer k; 0 <= k < m->span_count ==>
            m->spans[k].base == \at(h->map->spans[k].base, Pre); */
    /*@ assert limits: r == MPUMAP_OK ==> \forall integer k; 0 <= k < m->span_count ==>
            m->spans[k].limit == \at(h->map->spans[k].limit, Pre); */
    /*@ assert slots: r == MPUMAP_OK ==> \forall integer k; 0 <= k < m->span_count ==>
            m->spans[k].slot == \at(h->map->spans[k].slot, Pre); */
    /*@ assert ranges: r == MPUMAP_OK ==> same_ranges{Pre, Here}(m->ranges, m->lock_count); */
    //@ assert order: r == MPUMAP_OK ==> sorted(m->spans, m->span_count);
    //@ assert fixed: r == MPUMAP_OK ==> fixed{Pre, Here}(m);
    //@ assert made: r == MPUMAP_OK ==> made(m);
    //@ assert whole: r == MPUMAP_OK ==> whole_map(m);
    return r;
}

/*@ requires is_record(h) && held_by(h->map, h);
    assigns CHANGES(h->map), h->count, h->list[0 .. h->capacity - 1];
    ensures record: h->count <= h->capacity;
    ensures refused: \result != MPUMAP_OK ==> h->count == \old(h->count);
*/
enum mpumap_result mpumap_hold(struct mpumap_holders *h, mpumap_addr_t base, mpumap_addr_t limit,
                               mpumap_attr_t attr)
{
    struct mpumap_holding *x = last(h, base, limit, false);
    enum mpumap_result r = start(h, base, limit);

    //@ assert valid: x == \null || \valid(x);
    //@ assert same: h->count == \at(h->count, Pre) && h->capacity == \at(h->capacity, Pre);
    if (r != MPUMAP_OK) {
        return r;
    }
    if ((x == NULL) && (h->count >= h->capacity)) {
        return mpumap_i_fail(h->map, MPUMAP_NO_SPACE, base, limit, MPUMAP_NO_SLOT);
    }
    if ((x != NULL) && (x->times == REFS_MAX)) {
        return mpumap_i_fail(h->map, MPUMAP_REFS, base, limit, MPUMAP_NO_SLOT);
    }
    //@ assert usable: usable(h->map) && away(h->map, h, h->list, h->capacity);
    //@ ghost Before: ;
    r = mpumap_map(h->map, base, limit, attr);
    //@ assert kept: h->count == \at(h->count, Before) && h->capacity == \at(h->capacity, Before);
    //@ assert count: h->count == \at(h->count, Pre) && h->capacity == \at(h->capacity, Pre);
    if (r != MPUMAP_OK) {
        return r;
    }
    if (x == NULL) {
        x = &h->list[h->count];
        h->count++;
        x->base = base;
        x->limit = limit;
        x->times = 0u;
    }
    x->times++;
    return MPUMAP_OK;
}

/*@ requires is_record(h) && \valid(h->map) && usable(h->map);
    requires away: away(h->map, h, h->list, h->capacity);
    requires one: \exists integer i; 0 <= i < h->count && x == h->list + i;
    assigns CHANGES(h->map), h->count, h->list[0 .. h->capacity - 1];
    ensures record: h->count <= \old(h->count);
*/
static enum mpumap_result release(struct mpumap_holders *h, struct mpumap_holding *x)
{
    //@ ghost int i = (int)(x - h->list);
    //@ assert at: 0 <= i < h->count && x == h->list + i;
    const enum mpumap_result r = mpumap_unmap(h->map, x->base, x->limit);

    //@ assert same: h->count == \at(h->count, Pre);
    if (r != MPUMAP_OK) {
        return r;
    }
    x->times--;
    if (x->times == 0u) {
        h->count--;
        /*@ loop invariant at: 0 <= i <= h->count && x == h->list + i;
            loop assigns i, x, h->list[0 .. \at(h->count, Pre) - 1];
            loop variant h->count - i;
        */
        for (; x < &h->list[h->count]; x++) {
            x[0] = x[1];
            //@ ghost i = i + 1;
        }
    }
    return MPUMAP_OK;
}

/*@ requires is_record(h) && held_by(h->map, h);
    assigns CHANGES(h->map), h->count, h->list[0 .. h->capacity - 1];
    ensures record: h->count <= \old(h->count);
*/
enum mpumap_result mpumap_release(struct mpumap_holders *h, mpumap_addr_t base, mpumap_addr_t limit)
{
    struct mpumap_holding *x = last(h, base, limit, false);
    enum mpumap_result r = start(h, base, limit);

    //@ ghost Started: ;
    //@ assert count: h->count == \at(h->count, Pre);
    if (r == MPUMAP_OK) {
        //@ assert own: \separated(h->map, h->map->ranges + (0 .. h->map->lock_count - 1));
        r = mpumap_i_check_range(h->map, base, limit);
        //@ assert locks: h->map->lock_count == \at(h->map->lock_count, Started);
        //@ assert ranges: whole_ranges(h->map->ranges, h->map->lock_count);
        //@ assert count1: h->count == \at(h->count, Started);
        /*@ assert bases: \forall integer k; 0 <= k < h->map->span_count ==>
                h->map->spans[k].base == \at(h->map->spans[k].base, Started); */
        /*@ assert limits: \forall integer k; 0 <= k < h->map->span_count ==>
                h->map->spans[k].limit == \at(h->map->spans[k].limit, Started); */
        /*@ assert slots: \forall integer k; 0 <= k < h->map->span_count ==>
                h->map->spans[k].slot == \at(h->map->spans[k].slot, Started); */
        //@ assert kept: kept{Started, Here}(h->map->spans, 0, h->map->span_count);
        //@ assert order: sorted(h->map->spans, h->map->span_count);
        //@ assert fixed: fixed{Started, Here}(h->map);
        //@ assert made: made(h->map);
        //@ assert whole: whole_map(h->map);
        //@ assert outside: !h->map->in_tx;
        //@ assert there: \valid_read(h->map->spans + (0 .. h->map->span_count - 1));
        //@ assert lists: lists(h->map);
        //@ assert usable: usable(h->map);
    }
    if (r != MPUMAP_OK) {
        return r;
    }
    return (x != NULL) ? release(h, x)
                       : mpumap_i_fail(h->map, MPUMAP_NOT_MAPPED, base, limit, MPUMAP_NO_SLOT);
}

/*@ requires is_record(h) && held_by(h->map, h);
    assigns CHANGES(h->map), h->count, h->list[0 .. h->capacity - 1];
    ensures record: h->count <= \old(h->count);
*/
enum mpumap_result mpumap_release_at(struct mpumap_holders *h, mpumap_addr_t base)
{
    struct mpumap_holding *x = last(h, base, 0u, true);
    const enum mpumap_result r = start(h, base, base);

    if (r != MPUMAP_OK) {
        return r;
    }
    return (x != NULL) ? release(h, x)
                       : mpumap_i_fail(h->map, MPUMAP_NOT_MAPPED, base, base, MPUMAP_NO_SLOT);
}
