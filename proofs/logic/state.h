/* SPDX-License-Identifier: MIT */
/* What no change touches. */
#ifndef LOGIC_STATE_H
#define LOGIC_STATE_H

#include "valid.h"

/*@ predicate same_state{L1, L2}(struct mpumap *m) =
        fixed{L1, L2}(m) && \at(m->in_tx, L1) == \at(m->in_tx, L2) &&
        \at(m->pending_count, L1) == \at(m->pending_count, L2) &&
        \at(m->lock_count, L1) == \at(m->lock_count, L2) &&
        \at(m->live_count, L1) == \at(m->live_count, L2) &&
        \at(m->saved_lock_count, L1) == \at(m->saved_lock_count, L2) &&
        \at(m->saved_live_count, L1) == \at(m->saved_live_count, L2);
*/

#endif
