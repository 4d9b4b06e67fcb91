/* SPDX-License-Identifier: MIT */
/* What was found out of a list, after something else has changed. */
#include "slots.h"

/*@ lemma kept_recounted{L1, L2, L3}:
        \forall struct mpumap_span *v, integer a, e, f, base, limit, up;
        recounted{L1, L2}(v, a, e, f, base, limit, up) && kept{L2, L3}(v, a, f) ==>
        recounted{L1, L3}(v, a, e, f, base, limit, up);
    lemma kept_on{L1, L2, L3}: \forall struct mpumap_span *v, integer n;
        kept{L1, L2}(v, 0, n) && kept{L2, L3}(v, 0, n) ==> kept{L1, L3}(v, 0, n);
    lemma kept_slots{L1, L2}: \forall struct mpumap_span *v, integer n, regions;
        in_slots{L1}(v, n, regions) && kept{L1, L2}(v, 0, n) ==> in_slots{L2}(v, n, regions);
    lemma taken_slots{L1, L2}: \forall struct mpumap_span *v, integer n, at, e, f, regions;
        in_slots{L1}(v, n, regions) && spliced{L1, L2}(v, n, at, e, f) && e == at + 1 &&
        f == at ==> in_slots{L2}(v, n - 1, regions);
    lemma kept_regraded{L1, L2, L3}: \forall struct mpumap_span *v, integer n, at, attr;
        regraded{L1, L2}(v, n, at, attr) && kept{L2, L3}(v, 0, n) && 0 <= at < n ==>
        regraded{L1, L3}(v, n, at, attr);
    lemma regraded_slots{L1, L2}: \forall struct mpumap_span *v, integer n, at, attr, regions;
        in_slots{L1}(v, n, regions) && regraded{L1, L2}(v, n, at, attr) && 0 <= at < n ==>
        in_slots{L2}(v, n, regions);
    lemma regraded_sorted{L1, L2}: \forall struct mpumap_span *v, integer n, at, attr;
        sorted{L1}(v, n) && regraded{L1, L2}(v, n, at, attr) && 0 <= at < n ==> sorted{L2}(v, n);
    lemma regraded_counts{L1, L2}:
        \forall struct mpumap_span *v, integer n, at, attr, base, limit;
        regraded{L1, L2}(v, n, at, attr) && 0 <= at < n ==>
        recounted{L1, L2}(v, 0, n, n, base, limit, 0);
*/
