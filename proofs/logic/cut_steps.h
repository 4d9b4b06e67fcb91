/* SPDX-License-Identifier: MIT */
/* What follows from cuts.h, in steps. */
#include "mpumap.h"

/*@
    lemma three_count: \forall struct mpumap_span *v,
        integer a, e, low, base, limit, high, outer, inner, addr, c;
        three(v, a, e, low, base, limit, high, outer, inner) && count_is(v, a, e, addr, c) ==>
        c == level(addr, low, base, limit, high, outer, inner);
    lemma three_is: \forall struct mpumap_span *v,
        integer a, e, low, base, limit, high, outer, inner, addr;
        three(v, a, e, low, base, limit, high, outer, inner) ==>
        count_is(v, a, e, addr, level(addr, low, base, limit, high, outer, inner));
    lemma level_changes:
        \forall integer low, high, base, limit, begin, end, first, last, had, refs, addr;
        joined(low, high, base, limit, begin, end, first, last) ==>
        level(addr, low, begin, end, high, had, refs) ==
        (first <= addr <= last ? level(addr, low, base, limit, high, refs, had) + (refs - had)
                               : level(addr, low, base, limit, high, refs, had));
    lemma cut_recounted{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        recounted{L1, L2}(v, a, e, f, first, last, refs - had);
    lemma three_part: \forall struct mpumap_span *v,
        integer a, e, low, base, limit, high, outer, inner;
        three(v, a, e, low, base, limit, high, outer, inner) ==>
        part(v, a, e) && v[a].base == low && v[e - 1].limit == high && a < e &&
        \forall integer i; a <= i < e ==> low <= v[i].base && v[i].limit <= high;
    lemma three_beside: \forall struct mpumap_span *v,
        integer n, a, e, low, base, limit, high, outer, inner;
        sorted(v, n) && three(v, a, e, low, base, limit, high, outer, inner) && 0 <= a && e <= n ==>
        (\forall integer k; 0 <= k < a ==> v[k].limit < low) &&
        (\forall integer k; e <= k < n ==> high < v[k].base);
    lemma cut_above{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        sorted{L1}(v, n) &&
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        above{L1, L2}(v, a, f);
    lemma cut_below{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        sorted{L1}(v, n) &&
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        below{L1, L2}(v, n, a, e, f);
    lemma cut_part{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        part{L2}(v, a, f);
    lemma cut_before{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        sorted{L1}(v, n) &&
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        before{L2}(v, a, f, f, n + f - e);
    lemma joined_beside: \forall struct mpumap_span *v,
        integer from, to, low, high, base, limit, begin, end, first, last;
        joined(low, high, base, limit, begin, end, first, last) && (
        (\forall integer k; from <= k < to ==> v[k].limit < low) ||
        (\forall integer k; from <= k < to ==> high < v[k].base)) ==>
        beside(v, from, to, first, last);
    lemma cut_beside_low{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        sorted{L1}(v, n) &&
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        beside{L1}(v, 0, a, first, last);
    lemma cut_beside_high{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        sorted{L1}(v, n) &&
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        beside{L1}(v, e, n, first, last);
    lemma part_sorted{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f;
        sorted{L1}(v, n) && spliced{L1, L2}(v, n, a, e, f) && above{L1, L2}(v, a, f) &&
        before{L2}(v, a, f, f, n + f - e) && part{L2}(v, a, f) ==> sorted{L2}(v, n + f - e);
    lemma cut_sorted{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        sorted{L1}(v, n) &&
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        sorted{L2}(v, n + f - e);
    lemma cut_counted{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        sorted{L1}(v, n) &&
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        recounted{L1, L2}(v, 0, n, n + f - e, first, last, refs - had);
*/
