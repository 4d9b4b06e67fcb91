/* SPDX-License-Identifier: MIT */
/*
 * Spans that move one after another, or in more than one step.
 */
#include "mpumap.h"

/*@
    lemma moved_lower{L1, L2, L3}: \forall struct mpumap_span *v, integer first, end, up;
        moved{L1, L2}(v, first + 1, end, up) && kept{L2, L3}(v, first + 1, end) &&
        same{L1, L3}(v + (first - up), v + first) ==> moved{L1, L3}(v, first, end, up);
    lemma moved_higher{L1, L2, L3}: \forall struct mpumap_span *v, integer first, end, up;
        moved{L1, L2}(v, first, end, up) && kept{L2, L3}(v, first, end) &&
        same{L1, L3}(v + (end - up), v + end) ==> moved{L1, L3}(v, first, end + 1, up);
    lemma kept_kept{L1, L2, L3}: \forall struct mpumap_span *v, integer n, first, end;
        kept{L1, L2}(v, first, n) && kept{L2, L3}(v, first, end) && end <= n ==>
        kept{L1, L3}(v, first, end);
    lemma kept_moved{L1, L2, L3}:
        \forall struct mpumap_span *v, integer n, first, end, up;
        kept{L1, L2}(v, 0, n) && moved{L2, L3}(v, first, end, up) && 0 <= first - up &&
        end - up <= n ==> moved{L1, L3}(v, first, end, up);
*/
