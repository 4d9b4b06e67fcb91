/* SPDX-License-Identifier: MIT */
/*
 * Lemmas for mpumap_find: what describes a region of the list as it is describes it as it was, if
 * the list is the same. proofs/checks.c has them proved.
 */
/*@ predicate same_region{L1, L2}(struct mpumap *m) =
        same_spans{L1, L2}(m) && list_of{L1}(m) == list_of{L2}(m) &&
        count_of{L1}(m) == count_of{L2}(m) &&
        same_list{L1, L2}(list_of{L1}(m), count_of{L1}(m)) &&
        \at(m->policy, L1) == \at(m->policy, L2) &&
        \at(m->limits.lower_el1, L1) == \at(m->limits.lower_el1, L2);
    lemma one_run_before{L1, L2}: \forall struct mpumap_span *v, integer n, k;
        same_list{L1, L2}(v, n) && 0 <= k && k + 1 < n ==>
        (one_run{L1}(v, k) <==> one_run{L2}(v, k));
    lemma is_run_before{L1, L2}: \forall struct mpumap_span *v, integer n, i, first, last;
        same_list{L1, L2}(v, n) && 0 <= i < n && is_run{L2}(v, n, i, first, last) ==>
        0 <= first <= i <= last < n && is_run{L1}(v, n, i, first, last);
    lemma region_before{L1, L2}: \forall struct mpumap *m, integer i, first, last;
        same_region{L1, L2}(m) && 0 <= i < count_of{L1}(m) && is_region{L2}(m, i, first, last) ==>
        0 <= first <= i <= last < count_of{L1}(m) && is_region{L1}(m, i, first, last);
    lemma least_before{L1, L2}: \forall struct mpumap_span *v, integer n, first, last, refs;
        same_list{L1, L2}(v, n) && 0 <= first <= last < n && least{L2}(v, first, last, refs) ==>
        least{L1}(v, first, last, refs);
    lemma slot_before{L1, L2}: \forall struct mpumap *m, integer addr, slot;
        same_spans{L1, L2}(m) && slot_of{L2}(m, addr, slot) ==> slot_of{L1}(m, addr, slot);
    lemma describes_before{L1, L2, L3}: \forall struct mpumap *m, integer i, first, last,
        struct mpumap_region *out;
        same_region{L1, L2}(m) && 0 <= i < count_of{L1}(m) &&
        describes{L2, L3}(m, i, first, last, out) ==> describes{L1, L3}(m, i, first, last, out);
*/
