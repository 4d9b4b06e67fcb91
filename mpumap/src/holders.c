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
/*@ requires \valid_read(h) && (h->map == \null || \valid(h->map)) && \separated(h, h->map);
    assigns h->map->why, h->map->cost, h->map->poison;
    ensures \result == MPUMAP_OK ==> h->map != \null && h->map->magic == MAGIC && !h->map->in_tx;
*/
static enum mpumap_result start(const struct mpumap_holders *h, mpumap_addr_t base,
                                mpumap_addr_t limit)
{
    struct mpumap *m = h->map;
    const enum mpumap_result r = mpumap_i_enter(m);

    if ((r == MPUMAP_OK) && m->in_tx) {
        return mpumap_i_finish(m, mpumap_i_fail(m, MPUMAP_STATE, base, limit, MPUMAP_NO_SLOT));
    }
    return r;
}

enum mpumap_result mpumap_hold(struct mpumap_holders *h, mpumap_addr_t base, mpumap_addr_t limit,
                               mpumap_attr_t attr)
{
    struct mpumap_holding *x = last(h, base, limit, false);
    enum mpumap_result r = start(h, base, limit);

    if (r != MPUMAP_OK) {
        return r;
    }
    if ((x == NULL) && (h->count >= h->capacity)) {
        return mpumap_i_fail(h->map, MPUMAP_NO_SPACE, base, limit, MPUMAP_NO_SLOT);
    }
    if ((x != NULL) && (x->times == REFS_MAX)) {
        return mpumap_i_fail(h->map, MPUMAP_REFS, base, limit, MPUMAP_NO_SLOT);
    }
    r = mpumap_map(h->map, base, limit, attr);
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

static enum mpumap_result release(struct mpumap_holders *h, struct mpumap_holding *x)
{
    const enum mpumap_result r = mpumap_unmap(h->map, x->base, x->limit);

    if (r != MPUMAP_OK) {
        return r;
    }
    x->times--;
    if (x->times == 0u) {
        h->count--;
        for (; x < &h->list[h->count]; x++) {
            x[0] = x[1];
        }
    }
    return MPUMAP_OK;
}

enum mpumap_result mpumap_release(struct mpumap_holders *h, mpumap_addr_t base, mpumap_addr_t limit)
{
    struct mpumap_holding *x = last(h, base, limit, false);
    enum mpumap_result r = start(h, base, limit);

    if (r == MPUMAP_OK) {
        r = mpumap_i_check_range(h->map, base, limit);
    }
    if (r != MPUMAP_OK) {
        return r;
    }
    return (x != NULL) ? release(h, x)
                       : mpumap_i_fail(h->map, MPUMAP_NOT_MAPPED, base, limit, MPUMAP_NO_SLOT);
}

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
