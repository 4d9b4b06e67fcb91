/* SPDX-License-Identifier: MIT */
/*
 * What an operation may be refused for, from the rules of both policies: each reason by itself, not
 * by the order in which code looks for it. `why_*` says that a result applies; the one reported is
 * the first of them in the order of enum mpumap_result.
 */
#include "internal.h"

/*@ // Where slots are looked up.
    predicate slots(struct mpumap *m) =
        \valid_read(m->spans + (0 .. m->span_count - 1)) && sorted(m->spans, m->span_count);
    // The committed spans and the locks, apart from the record of a refusal.
    predicate committed(struct mpumap *m) =
        \valid(m) && slots(m) && \valid_read(m->ranges + (0 .. m->lock_count - 1)) &&
        \separated(m, m->spans + (0 .. m->span_count - 1),
                   m->ranges + (0 .. m->lock_count - 1)) &&
        \forall integer k; 0 <= k < m->lock_count ==> m->ranges[k].base <= m->ranges[k].limit;
    // What checks rely on.
    predicate checkable(struct mpumap *m) =
        committed(m) && lists(m) &&
        (m->in_tx ==> \separated(m, m->pending + (0 .. m->pending_count - 1)));
    // The pending spans, and where they are, are as they were.
    predicate same_pending{L1, L2}(struct mpumap *m) =
        \at(m->pending, L1) == \at(m->pending, L2) &&
        \at(m->pending_count, L1) == \at(m->pending_count, L2) &&
        \at(m->in_tx, L1) == \at(m->in_tx, L2) &&
        (\at(m->in_tx, L1) ==> \forall integer k; 0 <= k < \at(m->pending_count, L1) ==>
            \at(m->pending[k].base, L1) == \at(m->pending[k].base, L2) &&
            \at(m->pending[k].limit, L1) == \at(m->pending[k].limit, L2));
    // What checks look at is as it was.
    predicate same_list{L1, L2}(struct mpumap_span *v, integer n) =
        \forall integer k; 0 <= k < n ==>
            \at(v[k].base, L1) == \at(v[k].base, L2) &&
            \at(v[k].limit, L1) == \at(v[k].limit, L2) &&
            \at(v[k].refs, L1) == \at(v[k].refs, L2) &&
            \at(v[k].attr, L1) == \at(v[k].attr, L2);
    predicate same_locks{L1, L2}(struct mpumap *m) =
        \at(m->ranges, L1) == \at(m->ranges, L2) &&
        \at(m->lock_count, L1) == \at(m->lock_count, L2) &&
        \at(m->refs_max, L1) == \at(m->refs_max, L2) &&
        \forall integer k; 0 <= k < \at(m->lock_count, L1) ==>
            \at(m->ranges[k].base, L1) == \at(m->ranges[k].base, L2) &&
            \at(m->ranges[k].limit, L1) == \at(m->ranges[k].limit, L2);
    // The answer of a check has its places for itself.
    predicate apart_op(struct mpumap *m, struct op *op, bool *changes) =
        \separated(op, changes) &&
        \separated(op, m, m->spans + (0 .. m->span_count - 1),
                   m->ranges + (0 .. m->lock_count - 1)) &&
        \separated(changes, m, m->spans + (0 .. m->span_count - 1),
                   m->ranges + (0 .. m->lock_count - 1)) &&
        (m->in_tx ==> \separated(op, m->pending + (0 .. m->pending_count - 1)) &&
                      \separated(changes, m->pending + (0 .. m->pending_count - 1)));

    // Span i has a byte of [base, limit]; it holds all of it.
    predicate over(struct mpumap_span *v, integer i, integer base, integer limit) =
        v[i].base <= limit && base <= v[i].limit;
    predicate around(struct mpumap_span *v, integer i, integer base, integer limit) =
        v[i].base <= base && limit <= v[i].limit;

    // What mpumap_i_search answers.
    predicate place(struct mpumap_span *v, integer n, integer base, integer at) =
        0 <= at <= n && (\forall integer i; 0 <= i < at ==> v[i].limit < base) &&
        (at < n ==> base <= v[at].limit);

    // A locked byte is in [base, limit].
    predicate locked_in(struct mpumap *m, integer base, integer limit) =
        \exists integer k; 0 <= k < m->lock_count && meets(m->ranges, k, base, limit);

    // Policy `whole`: r applies to span *x, which holds the whole range.
    predicate why_inside(struct mpumap *m, struct mpumap_span *x, integer kind, integer attr,
                         integer base, integer limit, integer r) =
        (r == MPUMAP_LOCKED && locked_in(m, base, limit) &&
            ((kind == OP_UNMAP && x->refs == 1) || (kind == OP_PROTECT && x->attr != attr))) ||
        (r == MPUMAP_CONFLICT && kind == OP_MAP && x->attr != attr) ||
        (r == MPUMAP_PARTIAL && (kind == OP_UNMAP || kind == OP_PROTECT) && x->refs == 1 &&
            !(x->base == base && x->limit == limit)) ||
        (r == MPUMAP_SHARED && kind == OP_PROTECT && x->refs != 1) ||
        (r == MPUMAP_REFS && kind == OP_MAP && x->refs >= m->refs_max);
    predicate why_whole(struct mpumap *m, integer kind, integer attr, integer base, integer limit,
                        integer r) =
        (r == MPUMAP_OVERLAP && \exists integer i; 0 <= i < count_of(m) &&
            over(list_of(m), i, base, limit) && !around(list_of(m), i, base, limit)) ||
        (r == MPUMAP_NOT_MAPPED && kind != OP_MAP && \forall integer i;
            0 <= i < count_of(m) ==> !over(list_of(m), i, base, limit)) ||
        (\exists integer i; 0 <= i < count_of(m) && around(list_of(m), i, base, limit) &&
            why_inside(m, list_of(m) + i, kind, attr, base, limit, r));
    // Registers may have to change.
    predicate whole_changes(struct mpumap *m, integer kind, integer attr, integer base,
                            integer limit) =
        (kind == OP_MAP && \forall integer i; 0 <= i < count_of(m) ==>
            !over(list_of(m), i, base, limit)) ||
        (\exists integer i; 0 <= i < count_of(m) && around(list_of(m), i, base, limit) &&
            ((kind == OP_UNMAP && list_of(m)[i].refs == 1) ||
             (kind == OP_PROTECT && list_of(m)[i].attr != attr)));

    // Of two refusals the first in the order; MPUMAP_OK is none.
    logic integer first_of(integer kept, integer r) = kept == MPUMAP_OK || r < kept ? r : kept;

    // Policy `exact`: r applies to byte a, which *x holds; to byte a; to a byte of the range.
    predicate locked_byte(struct mpumap *m, integer a) =
        \exists integer k; 0 <= k < m->lock_count && m->ranges[k].base <= a <= m->ranges[k].limit;
    predicate unmapped(struct mpumap_span *v, integer n, integer a) =
        \forall integer i; 0 <= i < n ==> !holds(v, i, a);
    predicate why_held(struct mpumap *m, struct mpumap_span *x, integer kind, integer attr,
                       integer a, integer r) =
        (r == MPUMAP_LOCKED && locked_byte(m, a) &&
            ((kind == OP_UNMAP && x->refs == 1) || (kind == OP_PROTECT && x->attr != attr))) ||
        (r == MPUMAP_CONFLICT && kind == OP_MAP && x->attr != attr) ||
        (r == MPUMAP_SHARED && kind == OP_PROTECT && x->refs != 1) ||
        (r == MPUMAP_REFS && kind == OP_MAP && x->refs >= m->refs_max);
    predicate why_byte(struct mpumap *m, integer kind, integer attr, integer a, integer r) =
        (r == MPUMAP_NOT_MAPPED && kind != OP_MAP && unmapped(list_of(m), count_of(m), a)) ||
        (\exists integer i; 0 <= i < count_of(m) && holds(list_of(m), i, a) &&
            why_held(m, list_of(m) + i, kind, attr, a, r));
    predicate why_exact(struct mpumap *m, integer kind, integer attr, integer base, integer limit,
                        integer r) =
        \exists integer a; base <= a <= limit && why_byte(m, kind, attr, a, r);
    // Registers may have to change for byte a.
    predicate byte_changes(struct mpumap *m, integer kind, integer attr, integer a) =
        (kind == OP_MAP && unmapped(list_of(m), count_of(m), a)) ||
        (\exists integer i; 0 <= i < count_of(m) && holds(list_of(m), i, a) &&
            ((kind == OP_UNMAP && list_of(m)[i].refs == 1) ||
             (kind == OP_PROTECT && list_of(m)[i].attr != attr)));

    // The same, span by span: r applies to bytes [base, limit] of *x.
    predicate why_part(struct mpumap *m, struct mpumap_span *x, integer kind, integer attr,
                       integer base, integer limit, integer r) =
        (r == MPUMAP_LOCKED && locked_in(m, \max(x->base, base), \min(x->limit, limit)) &&
            ((kind == OP_UNMAP && x->refs == 1) || (kind == OP_PROTECT && x->attr != attr))) ||
        (r == MPUMAP_CONFLICT && kind == OP_MAP && x->attr != attr) ||
        (r == MPUMAP_SHARED && kind == OP_PROTECT && x->refs != 1) ||
        (r == MPUMAP_REFS && kind == OP_MAP && x->refs >= m->refs_max);
    predicate part_changes(struct mpumap_span *x, integer kind, integer attr) =
        (kind == OP_UNMAP && x->refs == 1) || (kind == OP_PROTECT && x->attr != attr);
    predicate below(struct mpumap_span *x, integer a) = x->limit < a;
    predicate hole_in(struct mpumap_span *v, integer n, integer base, integer limit) =
        \exists integer a; base <= a <= limit && unmapped(v, n, a);
    // r applies to one of spans from to end-1, or to a byte up to `last` that none holds.
    predicate why_spans(struct mpumap *m, struct mpumap_span *v, integer n, integer from,
                        integer end, integer kind, integer attr, integer base, integer limit,
                        integer last, integer r) =
        (r == MPUMAP_NOT_MAPPED && kind != OP_MAP && hole_in(v, n, base, last)) ||
        (\exists integer i; from <= i < end && why_part(m, v + i, kind, attr, base, limit, r));
    predicate spans_change(struct mpumap_span *v, integer n, integer from, integer end,
                           integer kind, integer attr, integer base, integer last) =
        (kind == OP_MAP && hole_in(v, n, base, last)) ||
        (\exists integer i; from <= i < end && part_changes(v + i, kind, attr));
*/
