/* SPDX-License-Identifier: MIT */
/*
 * What follows for a list of ranges that are joined, or one of which is cut (logic/ranges.h).
 */
#include "ranges.h"

/*@
    lemma range_moved_gone{L1, L2}: \forall struct mpumap_range *v, integer first, end, up;
        ranges_moved{L1, L2}(v, first, end, up) ==>
        ranges_gone{L1, L2}(v, first - up, end - up, up);
    lemma joined_set{L1, L2}:
        \forall struct mpumap_range *v, integer n, from, end, base, limit, f;
        joined{L1, L2}(v, n, from, end, base, limit, f) && is_set{L1}(v, n) &&
        around_range{L1}(v, n, from, end, base, limit) ==> is_set{L2}(v, f);
    lemma joined_only{L1, L2}:
        \forall struct mpumap_range *v, integer n, from, end, base, limit, f, addr;
        joined{L1, L2}(v, n, from, end, base, limit, f) && in_set{L2}(v, f, addr) ==>
        in_set{L1}(v, n, addr) || base <= addr <= limit;
    lemma joined_all{L1, L2}:
        \forall struct mpumap_range *v, integer n, from, end, base, limit, f, addr;
        joined{L1, L2}(v, n, from, end, base, limit, f) &&
        ranges_gone{L1, L2}(v, end, n, from + 1 - end) &&
        around_range{L1}(v, n, from, end, base, limit) &&
        (in_set{L1}(v, n, addr) || base <= addr <= limit) ==> in_set{L2}(v, f, addr);
    lemma cut_each{L1, L2}: \forall struct mpumap_range *v, integer n, i, base, limit, f;
        is_set{L1}(v, n) && cut{L1, L2}(v, n, i, base, limit, f) ==> each_range{L2}(v, f);
    lemma cut_low{L1, L2}: \forall struct mpumap_range *v, integer n, i, base, limit, f;
        is_set{L1}(v, n) && cut{L1, L2}(v, n, i, base, limit, f) ==>
        pairs{L2}(v, 0, i + 2, 0, i + 2);
    lemma cut_high{L1, L2}: \forall struct mpumap_range *v, integer n, i, base, limit, f;
        is_set{L1}(v, n) && cut{L1, L2}(v, n, i, base, limit, f) ==>
        pairs{L2}(v, i + 1, f, i + 1, f);
    lemma cut_both{L1, L2}: \forall struct mpumap_range *v, integer n, i, base, limit, f;
        is_set{L1}(v, n) && cut{L1, L2}(v, n, i, base, limit, f) ==>
        pairs{L2}(v, 0, i + 1, i + 2, f);
    lemma set_of_pairs: \forall struct mpumap_range *v, integer i, f;
        each_range(v, f) && pairs(v, 0, i + 2, 0, i + 2) && pairs(v, i + 1, f, i + 1, f) &&
        pairs(v, 0, i + 1, i + 2, f) ==> is_set(v, f);
    lemma cut_set{L1, L2}: \forall struct mpumap_range *v, integer n, i, base, limit, f;
        cut{L1, L2}(v, n, i, base, limit, f) && is_set{L1}(v, n) ==> is_set{L2}(v, f);
*/
