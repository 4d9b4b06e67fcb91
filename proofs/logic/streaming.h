/* SPDX-License-Identifier: MIT */
/* The stream that reads a list of spans through an operation: what it needs. */
#ifndef LOGIC_STREAMING_H
#define LOGIC_STREAMING_H

#include "src/internal.h"
#include "stream.h"

/*@ // Where it stands; behind the last address, which has no number of 64 bits, when all is read.
    logic integer at_of(struct stream *s) = s->top ? 0x10000000000000000 : s->pos;

    predicate is_op(struct op *op) =
        \valid_read(op) && op->base <= op->limit;
    // What is left to read, and apart from what reads.
    predicate unread(struct mpumap_span *v, integer i, integer end) =
        0 <= i <= end && \valid_read(v + (i .. end - 1)) && part(v, i, end);
    predicate stream_apart(struct stream *s, struct mpumap_span *v, integer i, integer end,
                           struct op *op) =
        \separated(s, op) && \separated(s, v + (i .. end - 1));
    predicate reads(struct stream *s) =
        \valid(s) && is_op(s->op) && unread(s->v, s->i, s->end) &&
        stream_apart(s, s->v, s->i, s->end, s->op) &&
        (s->i < s->end ==> at_of(s) <= s->v[s->i].limit);
    // Where a piece goes.
    predicate piece_apart(struct mpumap_span *out, struct stream *s) =
        \valid(out) && \separated(out, s) && \separated(out, s->op) &&
        \separated(out, s->v + (s->i .. s->end - 1));

    // What the operation makes of the bytes from `from` up to `to` - 1.
    predicate makes(struct stream *s, integer from, integer to, integer c) =
        all_new(s->v, s->i, s->end, s->op->kind, s->op->base, s->op->limit, from, to, c);
    predicate fits(struct stream *s) =
        agrees(s->v, s->i, s->end, s->op->kind, s->op->base, s->op->limit, at_of(s));
*/

#endif
