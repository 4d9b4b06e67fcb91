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
*/

#endif
