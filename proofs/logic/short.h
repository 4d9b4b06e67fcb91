/* SPDX-License-Identifier: MIT */
/* The short ways: one slot changes, and one span. */
#ifndef LOGIC_SHORT_H
#define LOGIC_SHORT_H

#include "src/internal.h"
#include "valid.h"

/*@ // A map whose list is in order.
    predicate good(struct mpumap *m) = whole_map(m) && sorted(list_of(m), count_of(m));
    // Where the lists are, and how long the one is that an operation does not work on.
    predicate same_lists{L1, L2}(struct mpumap *m) =
        list_of{L1}(m) == list_of{L2}(m) && \at(m->in_tx, L1) == \at(m->in_tx, L2) &&
        (\at(m->in_tx, L1) ? \at(m->span_count, L1) == \at(m->span_count, L2)
                           : \at(m->pending_count, L1) == \at(m->pending_count, L2));
    // All that stands in the map itself, but for counts of spans, the record and the cost.
    predicate same_fields{L1, L2}(struct mpumap *m) =
        fixed{L1, L2}(m) && \at(m->in_tx, L1) == \at(m->in_tx, L2) &&
        \at(m->magic, L1) == \at(m->magic, L2) && \at(m->policy, L1) == \at(m->policy, L2) &&
        \at(m->waiting, L1) == \at(m->waiting, L2) &&
        \at(m->refs_max, L1) == \at(m->refs_max, L2) &&
        \at(m->lock_count, L1) == \at(m->lock_count, L2) &&
        \at(m->live_count, L1) == \at(m->live_count, L2) &&
        \at(m->saved_lock_count, L1) == \at(m->saved_lock_count, L2) &&
        \at(m->saved_live_count, L1) == \at(m->saved_live_count, L2);
    // *count is how long one of the lists of m is, whose room is apart from the map.
    predicate counts_of(struct mpumap *m, uint16_t *count, struct mpumap_span *v, integer n) =
        \separated(m, v + (0 .. n - 1)) &&
        (count == &m->span_count || count == &m->pending_count);
    // How long the other one is, and the first slot that may be free.
    predicate other_count{L1, L2}(struct mpumap *m, uint16_t *count) =
        (\at(count != &m->span_count, L1) ==> \at(m->span_count, L1) == \at(m->span_count, L2)) &&
        \at(m->free_from, L1) == \at(m->free_from, L2) &&
        (\at(count != &m->pending_count, L1) ==>
            \at(m->pending_count, L1) == \at(m->pending_count, L2));
    // The span that touches [base, limit] has one of two attributes.
    predicate joins_below(struct mpumap_span *v, integer at, integer base, integer a, integer b) =
        0 < at && v[at - 1].limit + 1 == base && (v[at - 1].attr == a || v[at - 1].attr == b);
    predicate joins_above(struct mpumap_span *v, integer n, integer next, integer limit, integer a,
                          integer b) =
        next < n && v[next].base == limit + 1 && (v[next].attr == a || v[next].attr == b);
    // Device memory; memory that can be executed.
    predicate is_device(integer a) = (a / 4) % 8 >= 3;
    predicate is_exec(integer a) = (a / 2) % 2 == 1;
*/

#endif
