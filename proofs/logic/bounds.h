/* SPDX-License-Identifier: MIT */
/*
 * Lists of spans whose bounds are as they were, and how a list in order goes on (lemmas:
 * logic/bounds_still.h).
 */
#ifndef LOGIC_BOUNDS_H
#define LOGIC_BOUNDS_H

#include "mpumap.h"

/*@ predicate same_bounds{L1, L2}(struct mpumap_span *v, integer n) =
        \forall integer k; 0 <= k < n ==>
            \at(v[k].base, L1) == \at(v[k].base, L2) &&
            \at(v[k].limit, L1) == \at(v[k].limit, L2);
    // Span i, the last but for those from place j on, lies behind the one before it.
    predicate follows(struct mpumap_span *v, integer i, integer j) =
        j == i + 1 && v[i].base <= v[i].limit && (i > 0 ==> v[i - 1].limit < v[i].base);
*/

#endif
