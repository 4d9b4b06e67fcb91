/* SPDX-License-Identifier: MIT */
/* A span that gets other attributes, and an operation that single.c is given. */
#ifndef LOGIC_GRADE_H
#define LOGIC_GRADE_H

#include "valid.h"

/*@ // Of n spans, the one at `at` has the attributes `attr`; nothing else is other than it was, so
    // that the list is in order as it was, and every byte has the count that it had.
    predicate graded{L1, L2}(struct mpumap_span *v, integer n, integer at, integer attr) =
        (\forall integer k; 0 <= k < n ==> \at(v[k].base, L1) == \at(v[k].base, L2)) &&
        (\forall integer k; 0 <= k < n ==> \at(v[k].limit, L1) == \at(v[k].limit, L2)) &&
        (\forall integer k; 0 <= k < n ==> \at(v[k].refs, L1) == \at(v[k].refs, L2)) &&
        (\forall integer k; 0 <= k < n ==> \at(v[k].slot, L1) == \at(v[k].slot, L2)) &&
        (\forall integer k; 0 <= k < n && k != at ==> \at(v[k].attr, L1) == \at(v[k].attr, L2)) &&
        \at(v[at].attr, L2) == attr;
    // An operation, apart from all that it changes.
    predicate is_op(struct mpumap *m, struct op *op) =
        \valid_read(op) && op->base <= op->limit &&
        \separated(op, m, m->table + (0 .. m->regions - 1)) &&
        \separated(op, m->spans + (0 .. m->span_capacity - 1)) &&
        \separated(op, m->pending + (0 .. m->pending_capacity - 1));
*/

#endif
