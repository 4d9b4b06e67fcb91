/* SPDX-License-Identifier: MIT */
/* What was so of a map is so while the lists stay as they are. */
#include "mpumap.h"

/*@
    lemma same_check_on{L1, L2, L3}: \forall struct mpumap *m;
        same_check{L1, L2}(m) && same_check{L2, L3}(m) ==> same_check{L1, L3}(m);
    lemma in_order_still{L1, L2}: \forall struct mpumap *m;
        same_check{L1, L2}(m) && in_order{L1}(m) ==> in_order{L2}(m);
*/
