/* SPDX-License-Identifier: MIT */
/* A list that stays as it is. */
#include "mpumap.h"

/*@ lemma kept_sorted{L1, L2}: \forall struct mpumap_span *v, integer n;
        sorted{L1}(v, n) && kept{L1, L2}(v, 0, n) ==> sorted{L2}(v, n);
*/
