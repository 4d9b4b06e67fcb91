/* SPDX-License-Identifier: MIT */
/*
 * Sets of bytes (logic/ranges.h) whose ranges are as they were.
 */
#include "ranges.h"

/*@ lemma set_still{L1, L2}: \forall struct mpumap_range *v, integer n;
        is_set{L1}(v, n) && ranges_moved{L1, L2}(v, 0, n, 0) ==> is_set{L2}(v, n);
*/
