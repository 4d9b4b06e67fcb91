/* SPDX-License-Identifier: MIT */
/*
 * A part of a list is replaced: what follows for the order, and for the count of each byte. The
 * steps are small, as a prover goes astray in how the spans came where they are.
 */
#include "mpumap.h"

/*@
    lemma one_held: \forall struct mpumap_span *v, integer a, e, addr, c;
        e == a + 1 && count_is(v, a, e, addr, c) && holds(v, a, addr) ==> c == v[a].refs;
    lemma one_free: \forall struct mpumap_span *v, integer a, e, addr, c;
        e == a + 1 && count_is(v, a, e, addr, c) && !holds(v, a, addr) ==> c == 0;
    lemma moved_gone{L1, L2}: \forall struct mpumap_span *v, integer first, end, up;
        moved{L1, L2}(v, first, end, up) ==> gone{L1, L2}(v, first - up, end - up, up);
    lemma in_order: \forall struct mpumap_span *v, integer n; part(v, 0, n) ==> sorted(v, n);
    lemma order_low{L1, L2}: \forall struct mpumap_span *v, integer n, a;
        sorted{L1}(v, n) && kept{L1, L2}(v, 0, a) && a <= n ==> part{L2}(v, 0, a);
    lemma order_high{L1, L2}: \forall struct mpumap_span *v, integer n, first, end, up;
        sorted{L1}(v, n) && moved{L1, L2}(v, first, end, up) && 0 <= first - up &&
        end - up <= n ==> part{L2}(v, first, end);
    lemma before_middle{L1, L2}: \forall struct mpumap_span *v, integer a, f;
        kept{L1, L2}(v, 0, a) && above{L1, L2}(v, a, f) ==> before{L2}(v, 0, a, a, f);
    lemma before_high{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f;
        moved{L1, L2}(v, f, n + f - e, f - e) && below{L1, L2}(v, n, a, e, f) ==>
        before{L2}(v, a, f, f, n + f - e);
    lemma before_both{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f;
        sorted{L1}(v, n) && spliced{L1, L2}(v, n, a, e, f) ==> before{L2}(v, 0, a, f, n + f - e);
    lemma spliced_high{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f;
        spliced{L1, L2}(v, n, a, e, f) && below{L1, L2}(v, n, a, e, f) ==>
        before{L2}(v, a, f, f, n + f - e);
    lemma part_two: \forall struct mpumap_span *v, integer a, f;
        part(v, 0, a) && part(v, a, f) && before(v, 0, a, a, f) ==> part(v, 0, f);
    lemma before_two: \forall struct mpumap_span *v, integer a, f, h;
        before(v, 0, a, f, h) && before(v, a, f, f, h) ==> before(v, 0, f, f, h);
    lemma spliced_low{L1, L2}: \forall struct mpumap_span *v, integer n, a, f;
        sorted{L1}(v, n) && a <= n && kept{L1, L2}(v, 0, a) && above{L1, L2}(v, a, f) &&
        part{L2}(v, a, f) ==> part{L2}(v, 0, f);
    lemma spliced_before{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f;
        sorted{L1}(v, n) && spliced{L1, L2}(v, n, a, e, f) && before{L2}(v, a, f, f, n + f - e) ==>
        before{L2}(v, 0, f, f, n + f - e);
    lemma spliced_sorted{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f;
        sorted{L1}(v, n) && spliced{L1, L2}(v, n, a, e, f) && above{L1, L2}(v, a, f) &&
        before{L2}(v, a, f, f, n + f - e) && part{L2}(v, a, f) ==> part{L2}(v, 0, n + f - e);
    lemma free_kept{L1, L2}: \forall struct mpumap_span *v, integer first, end, addr;
        kept{L1, L2}(v, first, end) && free{L1}(v, first, end, addr) ==>
        free{L2}(v, first, end, addr);
    lemma free_moved{L1, L2}: \forall struct mpumap_span *v, integer first, end, up, addr;
        moved{L1, L2}(v, first, end, up) && free{L1}(v, first - up, end - up, addr) ==>
        free{L2}(v, first, end, addr);
    lemma free_around: \forall struct mpumap_span *v, integer n, a, e, i, addr;
        sorted(v, n) && 0 <= a <= i < e <= n && holds(v, i, addr) ==>
        free(v, 0, a, addr) && free(v, e, n, addr);
    lemma count_wide: \forall struct mpumap_span *v, integer a, f, n, addr, c;
        count_is(v, a, f, addr, c) && free(v, 0, a, addr) && free(v, f, n, addr) &&
        0 <= a <= f <= n ==> count_is(v, 0, n, addr, c);
    lemma count_one: \forall struct mpumap_span *v, integer a, e, i, addr;
        a <= i < e && holds(v, i, addr) ==> count_is(v, a, e, addr, v[i].refs);
    lemma count_low{L1, L2}: \forall struct mpumap_span *v, integer n, a, i, addr;
        kept{L1, L2}(v, 0, a) && 0 <= i < a <= n && holds{L1}(v, i, addr) ==>
        count_is{L2}(v, 0, n, addr, \at(v[i].refs, L1));
    lemma count_high{L1, L2}: \forall struct mpumap_span *v, integer first, end, up, i, addr;
        gone{L1, L2}(v, first, end, up) && first <= i < end && 0 <= first + up &&
        holds{L1}(v, i, addr) ==> count_is{L2}(v, 0, end + up, addr, \at(v[i].refs, L1));
    // The same, for what is added up: the count that a byte had from any of the n spans.
    lemma recount_low{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f, i, addr;
        spliced{L1, L2}(v, n, a, e, f) && 0 <= i < a && holds{L1}(v, i, addr) ==>
        count_is{L2}(v, 0, n + f - e, addr, \at(v[i].refs, L1));
    lemma recount_high{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f, i, addr;
        spliced{L1, L2}(v, n, a, e, f) && e <= i < n && holds{L1}(v, i, addr) ==>
        count_is{L2}(v, 0, n + f - e, addr, \at(v[i].refs, L1));
    lemma spliced_around{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f;
        spliced{L1, L2}(v, n, a, e, f) ==> around{L1, L2}(v, n, a, e, f);
    lemma spliced_free{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f;
        spliced{L1, L2}(v, n, a, e, f) ==> as_free{L1, L2}(v, n, a, e, f);
    lemma recount_any{L1, L2}:
        \forall struct mpumap_span *v, integer n, a, e, f, base, limit, up, addr, c;
        count_is{L1}(v, a, e, addr, c) && free{L1}(v, 0, a, addr) && free{L1}(v, e, n, addr) &&
        as_free{L1, L2}(v, n, a, e, f) && recounted{L1, L2}(v, a, e, f, base, limit, up) &&
        0 <= a <= f && e <= n ==>
        count_is{L2}(v, 0, n + f - e, addr, base <= addr <= limit ? c + up : c);
    lemma held_alone{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f, i, addr;
        sorted{L1}(v, n) && as_free{L1, L2}(v, n, a, e, f) && 0 <= a <= i < e <= n &&
        holds{L1}(v, i, addr) ==> free{L1}(v, 0, a, addr) && free{L1}(v, e, n, addr) &&
        count_is{L1}(v, a, e, addr, \at(v[i].refs, L1));
    lemma none_holds{L1, L2}: \forall struct mpumap_span *v, integer n, a, e, f, addr;
        as_free{L1, L2}(v, n, a, e, f) && 0 <= a <= e <= n && free{L1}(v, 0, n, addr) ==>
        free{L1}(v, 0, a, addr) && free{L1}(v, e, n, addr) && count_is{L1}(v, a, e, addr, 0);
    lemma recount_free{L1, L2}:
        \forall struct mpumap_span *v, integer n, a, e, f, base, limit, up, addr;
        as_free{L1, L2}(v, n, a, e, f) && recounted{L1, L2}(v, a, e, f, base, limit, up) &&
        0 <= a <= e <= n && a <= f && free{L1}(v, 0, n, addr) ==>
        count_is{L2}(v, 0, n + f - e, addr, base <= addr <= limit ? up : 0);
    lemma recount_middle{L1, L2}:
        \forall struct mpumap_span *v, integer n, a, e, f, base, limit, up, i, addr;
        sorted{L1}(v, n) && as_free{L1, L2}(v, n, a, e, f) &&
        recounted{L1, L2}(v, a, e, f, base, limit, up) && 0 <= a <= i < e <= n && a <= f &&
        holds{L1}(v, i, addr) ==>
        count_is{L2}(v, 0, n + f - e, addr, base <= addr <= limit ? \at(v[i].refs, L1) + up
                                                                  : \at(v[i].refs, L1));
    lemma carried_recounted{L1, L2}:
        \forall struct mpumap_span *v, integer n, a, e, f, base, limit, up;
        sorted{L1}(v, n) && as_free{L1, L2}(v, n, a, e, f) && around{L1, L2}(v, n, a, e, f) &&
        0 <= a <= e <= n && a <= f && recounted{L1, L2}(v, a, e, f, base, limit, up) &&
        beside{L1}(v, 0, a, base, limit) &&
        beside{L1}(v, e, n, base, limit) ==>
        recounted{L1, L2}(v, 0, n, n + f - e, base, limit, up);
*/
