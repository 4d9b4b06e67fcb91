/* SPDX-License-Identifier: MIT */
/*
 * Lists of spans as they change: what becomes of each span, and of the count of each byte.
 */
#include "mpumap.h"

/*@ // The span at `a` in L1 is the one at `b` in L2.
    predicate same{L1, L2}(struct mpumap_span *a, struct mpumap_span *b) =
        \at(a->base, L1) == \at(b->base, L2) && \at(a->limit, L1) == \at(b->limit, L2) &&
        \at(a->refs, L1) == \at(b->refs, L2) && \at(a->attr, L1) == \at(b->attr, L2) &&
        \at(a->slot, L1) == \at(b->slot, L2);

    // Spans first to end - 1 of L2 stood `up` lower in L1.
    predicate moved{L1, L2}(struct mpumap_span *v, integer first, integer end, integer up) =
        \forall integer k; first <= k < end ==> same{L1, L2}(v + (k - up), v + k);

    // Those from to end - 1 are as they were.
    predicate kept{L1, L2}(struct mpumap_span *v, integer from, integer end) =
        \forall integer k; from <= k < end ==> same{L1, L2}(v + k, v + k);

    // The same from the other side: spans first to end - 1 of L1 stand `up` higher in L2.
    predicate gone{L1, L2}(struct mpumap_span *v, integer first, integer end, integer up) =
        \forall integer k; first <= k < end ==> same{L1, L2}(v + k, v + (k + up));

    // Room for n spans, apart from where their number stands.
    predicate room(struct mpumap_span *v, uint16_t *count, integer n) =
        \valid(count) && *count <= n && n <= 0xffff && \valid(v + (0 .. n - 1)) &&
        \separated(count, v + (0 .. n - 1));

    // None of spans first to end - 1 holds the byte at addr.
    predicate free(struct mpumap_span *v, integer first, integer end, integer addr) =
        \forall integer i; first <= i < end ==> addr < v[i].base || v[i].limit < addr;

    // They give it the count c; a byte that none holds has 0.
    predicate count_is(struct mpumap_span *v, integer first, integer end, integer addr, integer c) =
        (\exists integer i; first <= i < end && holds(v, i, addr) && v[i].refs == c) ||
        (c == 0 && free(v, first, end, addr));

    // Bytes that spans a to e - 1 of L1 give a count have it from spans a to f - 1 of L2, but for
    // those in [base, limit]: theirs is higher by `up`. Bytes that no span held counted 0.
    predicate recounted{L1, L2}(struct mpumap_span *v, integer a, integer e, integer f,
                                integer base, integer limit, integer up) =
        \forall integer addr, c; count_is{L1}(v, a, e, addr, c) ==>
            count_is{L2}(v, a, f, addr, base <= addr <= limit ? c + up : c);

    // Spans a to e - 1 of the n in L1 are a to f - 1 in L2; those around are as they were.
    predicate spliced{L1, L2}(struct mpumap_span *v, integer n, integer a, integer e, integer f) =
        0 <= a <= e <= n && a <= f && kept{L1, L2}(v, 0, a) &&
        moved{L1, L2}(v, f, n + f - e, f - e);

    // Spans a to f - 1 are in order; and between those before a and those from e on.
    predicate part(struct mpumap_span *v, integer a, integer f) =
        (\forall integer i; a <= i < f ==> v[i].base <= v[i].limit) &&
        (\forall integer i, j; a <= i < j < f ==> v[i].limit < v[j].base);
    predicate above{L1, L2}(struct mpumap_span *v, integer a, integer f) =
        \forall integer k, i; 0 <= k < a <= i < f ==> \at(v[k].limit, L1) < \at(v[i].base, L2);
    predicate below{L1, L2}(struct mpumap_span *v, integer n, integer a, integer e, integer f) =
        \forall integer i, k; a <= i < f && e <= k < n ==>
            \at(v[i].limit, L2) < \at(v[k].base, L1);

    // Each of spans a to f - 1 lies before each of spans g to h - 1.
    predicate before(struct mpumap_span *v, integer a, integer f, integer g, integer h) =
        \forall integer i, j; a <= i < f && g <= j < h ==> v[i].limit < v[j].base;

    // What follows, without how the spans came there: a prover goes astray in that.
    predicate around{L1, L2}(struct mpumap_span *v, integer n, integer a, integer e, integer f) =
        \forall integer i, addr; (0 <= i < a || e <= i < n) && holds{L1}(v, i, addr) ==>
            count_is{L2}(v, 0, n + f - e, addr, \at(v[i].refs, L1));
    predicate as_free{L1, L2}(struct mpumap_span *v, integer n, integer a, integer e, integer f) =
        \forall integer addr; free{L1}(v, 0, a, addr) && free{L1}(v, e, n, addr) ==>
            free{L2}(v, 0, a, addr) && free{L2}(v, f, n + f - e, addr);

    // What lies beside [base, limit].
    predicate beside(struct mpumap_span *v, integer first, integer end, integer base,
                     integer limit) =
        \forall integer k; first <= k < end ==> v[k].limit < base || limit < v[k].base;
*/
