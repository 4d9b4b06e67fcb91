/* SPDX-License-Identifier: MIT */
/* What was found out of a list, after something else has changed. */
/*@ lemma kept_recounted{L1, L2, L3}:
        \forall struct mpumap_span *v, integer a, e, f, base, limit, up;
        recounted{L1, L2}(v, a, e, f, base, limit, up) && kept{L2, L3}(v, a, f) ==>
        recounted{L1, L3}(v, a, e, f, base, limit, up);
    lemma kept_on{L1, L2, L3}: \forall struct mpumap_span *v, integer n;
        kept{L1, L2}(v, 0, n) && kept{L2, L3}(v, 0, n) ==> kept{L1, L3}(v, 0, n);
    lemma kept_slots{L1, L2}: \forall struct mpumap_span *v, integer n, regions;
        placed_in{L1}(v, n, regions) && kept{L1, L2}(v, 0, n) ==> placed_in{L2}(v, n, regions);
    lemma taken_slots{L1, L2}: \forall struct mpumap_span *v, integer n, at, e, f, regions;
        placed_in{L1}(v, n, regions) && spliced{L1, L2}(v, n, at, e, f) && e == at + 1 &&
        f == at ==> placed_in{L2}(v, n - 1, regions);
*/
