/* SPDX-License-Identifier: MIT */
/*
 * Lists that are looked at one entry after another while what is looked at is noted elsewhere.
 */
#include "bounds.h"
#include "noted.h"

/*@ // No bound, or slot, of the n spans is where an address, or a byte, is written.
    predicate bounds_off(mpumap_addr_t *at, struct mpumap_span *v, integer n) =
        \forall integer k; 0 <= k < n ==> at != &v[k].base && at != &v[k].limit;
    predicate slots_off(uint8_t *at, struct mpumap_span *v, integer n) =
        \forall integer k; 0 <= k < n ==> at != &v[k].slot;
    // Nor where a refusal is noted.
    predicate record_off(struct mpumap_why *at, struct mpumap_span *v, integer n) =
        \forall integer k; 0 <= k < n ==>
            \separated(&v[k].base, at) && \separated(&v[k].limit, at);

    // What loops over lists look at in a map is as it was.
    predicate same_counts{L1, L2}(struct mpumap *m) =
        fixed{L1, L2}(m) && \at(m->span_count, L1) == \at(m->span_count, L2) &&
        \at(m->pending_count, L1) == \at(m->pending_count, L2) &&
        \at(m->in_tx, L1) == \at(m->in_tx, L2) &&
        \at(m->lock_count, L1) == \at(m->lock_count, L2) &&
        \at(m->live_count, L1) == \at(m->live_count, L2) &&
        \at(m->saved_lock_count, L1) == \at(m->saved_lock_count, L2) &&
        \at(m->saved_live_count, L1) == \at(m->saved_live_count, L2);
*/
