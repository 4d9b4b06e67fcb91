/* SPDX-License-Identifier: MIT */
/* The map whose list an operation changes, and an operation in one of its spans. */
#include "src/internal.h"
#include "grade.h"
#include "short.h"

/*@ logic integer room_of(struct mpumap *m) = m->in_tx ? m->pending_capacity : m->span_capacity;
    // A list that changes, apart from the map.
    predicate roomy(struct mpumap *m) =
        \valid(m) && count_of(m) <= room_of(m) && \valid(list_of(m) + (0 .. room_of(m) - 1)) &&
        \separated(m, list_of(m) + (0 .. room_of(m) - 1));
    // Where they are; behind a name, as a prover would look at two lists.
    predicate is_list(struct mpumap *m, struct mpumap_span *v) = v == list_of(m);
    predicate is_count(struct mpumap *m, uint16_t *count) =
        count == (m->in_tx ? &m->pending_count : &m->span_count);
    // An operation in one of its spans.
    predicate inside(struct mpumap *m, struct op *op) =
        \valid_read(op) && \separated(op, m, list_of(m) + (0 .. room_of(m) - 1)) &&
        op->at < count_of(m) && op->base <= op->limit &&
        list_of(m)[op->at].base <= op->base && op->limit <= list_of(m)[op->at].limit;
    // One in a hole of the list, below span op->at.
    predicate beside_spans(struct mpumap *m, struct op *op) =
        \valid_read(op) && \separated(op, m, list_of(m) + (0 .. room_of(m) - 1)) &&
        op->at <= count_of(m) && op->base <= op->limit &&
        (0 < op->at ==> list_of(m)[op->at - 1].limit < op->base) &&
        (op->at < count_of(m) ==> op->limit < list_of(m)[op->at].base);
    // A slot's entry in the table, apart from the map and its lists.
    predicate has_entry(struct mpumap *m, integer slot) =
        \valid(m->table + slot) &&
        \separated(m->table + slot, m, list_of(m) + (0 .. room_of(m) - 1));
*/
