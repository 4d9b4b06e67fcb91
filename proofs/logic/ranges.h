/* SPDX-License-Identifier: MIT */
/*
 * Sets of bytes as lists of ranges: in order, and never two where one would do.
 */
#ifndef LOGIC_RANGES_H
#define LOGIC_RANGES_H

#include "mpumap.h"

/*@ // Room for n ranges, apart from where their number stands.
    predicate range_list(struct mpumap_range *v, uint8_t *count, integer n) =
        \valid(count) && *count <= n && n <= 0xff && \valid(v + (0 .. n - 1)) &&
        \separated(count, v + (0 .. n - 1));

    predicate same_range{L1, L2}(struct mpumap_range *a, struct mpumap_range *b) =
        \at(a->base, L1) == \at(b->base, L2) && \at(a->limit, L1) == \at(b->limit, L2);
    // Ranges first to end - 1 of L2 stood `up` lower in L1.
    predicate ranges_moved{L1, L2}(struct mpumap_range *v, integer first, integer end,
                                   integer up) =
        \forall integer k; first <= k < end ==> same_range{L1, L2}(v + (k - up), v + k);

    // The same from the other side: ranges first to end - 1 of L1 stand `up` higher in L2.
    predicate ranges_gone{L1, L2}(struct mpumap_range *v, integer first, integer end,
                                  integer up) =
        \forall integer k; first <= k < end ==> same_range{L1, L2}(v + k, v + (k + up));

    predicate is_set(struct mpumap_range *v, integer n) =
        (\forall integer i; 0 <= i < n ==> v[i].base <= v[i].limit) &&
        (\forall integer i, j; 0 <= i < j < n ==> v[i].limit + 1 < v[j].base);
    predicate in_set(struct mpumap_range *v, integer n, integer addr) =
        \exists integer i; 0 <= i < n && v[i].base <= addr <= v[i].limit;

    // Ranges `from` to end - 1 of the n in L1 are [base, limit] in L2, which has f ranges.
    predicate joined{L1, L2}(struct mpumap_range *v, integer n, integer from, integer end,
                             integer base, integer limit, integer f) =
        0 <= from <= end <= n && f == n - end + from + 1 &&
        ranges_moved{L1, L2}(v, 0, from, 0) &&
        ranges_moved{L1, L2}(v, from + 1, f, from + 1 - end) &&
        \at(v[from].base, L2) == base && \at(v[from].limit, L2) == limit;
    predicate around_range(struct mpumap_range *v, integer n, integer from, integer end,
                           integer base, integer limit) =
        base <= limit && (\forall integer i; 0 <= i < from ==> v[i].limit + 1 < base) &&
        (\forall integer i; end <= i < n ==> limit + 1 < v[i].base) &&
        (\forall integer i; from <= i < end ==> base <= v[i].base && v[i].limit <= limit);

    // [base, limit], which is inside range i of the n in L1, is a gap in L2, which has f ranges.
    predicate cut{L1, L2}(struct mpumap_range *v, integer n, integer i, integer base,
                          integer limit, integer f) =
        0 <= i < n && f == n + 1 && base <= limit && ranges_moved{L1, L2}(v, 0, i, 0) &&
        ranges_moved{L1, L2}(v, i + 2, f, 1) &&
        \at(v[i].base, L1) == \at(v[i].base, L2) < base && \at(v[i].limit, L2) == base - 1 &&
        \at(v[i + 1].base, L2) == limit + 1 <= \at(v[i].limit, L1) &&
        \at(v[i + 1].limit, L2) == \at(v[i].limit, L1);
    predicate each_range(struct mpumap_range *v, integer n) =
        \forall integer k; 0 <= k < n ==> v[k].base <= v[k].limit;
    predicate pairs(struct mpumap_range *v, integer a, integer b, integer c, integer d) =
        \forall integer j, k; a <= j < b && c <= k < d && j < k ==> v[j].limit + 1 < v[k].base;
*/

#endif
