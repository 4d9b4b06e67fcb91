/* SPDX-License-Identifier: MIT */
/*
 * What follows for a list in order that goes on, or is as it was (logic/bounds.h).
 */
#include "bounds.h"

/*@
    lemma sorted_next: \forall struct mpumap_span *v, integer i, j;
        0 <= i && sorted(v, i) && follows(v, i, j) ==> sorted(v, j);
    lemma sorted_still{L1, L2}: \forall struct mpumap_span *v, integer n;
        sorted{L1}(v, n) && same_bounds{L1, L2}(v, n) ==> sorted{L2}(v, n);
*/
