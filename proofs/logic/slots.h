/* SPDX-License-Identifier: MIT */
/* Slots of a list, and other attributes for one of its spans. */
#ifndef LOGIC_SLOTS_H
#define LOGIC_SLOTS_H

#include "mpumap.h"

/*@ // placed(m), of a list.
    predicate in_slots(struct mpumap_span *v, integer n, integer regions) =
        \forall integer k; 0 <= k < n ==> v[k].slot < regions;
    // Span `at` of n has other attributes, and all else is as it was.
    predicate regraded{L1, L2}(struct mpumap_span *v, integer n, integer at, integer attr) =
        kept{L1, L2}(v, 0, at) && kept{L1, L2}(v, at + 1, n) &&
        \at(v[at].base, L1) == \at(v[at].base, L2) &&
        \at(v[at].limit, L1) == \at(v[at].limit, L2) &&
        \at(v[at].refs, L1) == \at(v[at].refs, L2) &&
        \at(v[at].slot, L1) == \at(v[at].slot, L2) && \at(v[at].attr, L2) == attr;
*/

#endif
