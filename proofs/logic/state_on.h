/* SPDX-License-Identifier: MIT */
/* Changes, one after another. */
#ifndef LOGIC_STATE_ON_H
#define LOGIC_STATE_ON_H

#include "state.h"

/*@ lemma state_on{L1, L2, L3}: \forall struct mpumap *m;
        same_state{L1, L2}(m) && same_state{L2, L3}(m) ==> same_state{L1, L3}(m);
    lemma fixed_on{L1, L2, L3}: \forall struct mpumap *m;
        fixed{L1, L2}(m) && fixed{L2, L3}(m) ==> fixed{L1, L3}(m);
*/

#endif
