/* SPDX-License-Identifier: MIT */
/* An operation that moves one edge of one region. */
#ifndef LOGIC_EDGES_H
#define LOGIC_EDGES_H

#include "src/internal.h"
#include "valid.h"

/*@ // Outside a transaction.
    predicate ready(struct mpumap *m) =
        made(m) && m->span_count <= m->span_capacity && placed(m) &&
        sorted(m->spans, m->span_count);
    predicate asks(struct mpumap *m, struct op *op) =
        \valid_read(op) && op->base <= op->limit && op->at <= m->span_count &&
        \separated(op, m, m->spans + (0 .. m->span_capacity - 1)) &&
        \separated(op, m->table + (0 .. m->regions - 1));
    // op->at is where the search for its base ends.
    predicate found_at(struct mpumap *m, struct op *op) =
        op->at > 0 ==> m->spans[op->at - 1].limit < op->base;
    predicate in_hole(struct mpumap *m, struct op *op) =
        found_at(m, op) && (op->at < m->span_count ==> op->limit < m->spans[op->at].base);
*/

#endif
