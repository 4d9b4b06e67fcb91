/* SPDX-License-Identifier: MIT */
/*
 * What an operation may be refused for, from the rules of both policies: each reason by itself, not
 * by the order in which code looks for it. `why_*` says that a result applies; the one reported is
 * the first of them in the order of enum mpumap_result.
 */
#include "mpumap.h"

/*@ // enum op_kind: with other numbers nothing would prove.
    logic integer kind_map = 1;
    logic integer kind_unmap = 2;
    logic integer kind_protect = 3;

    // Where slots are looked up.
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
            ((kind == kind_unmap && x->refs == 1) || (kind == kind_protect && x->attr != attr))) ||
        (r == MPUMAP_CONFLICT && kind == kind_map && x->attr != attr) ||
        (r == MPUMAP_PARTIAL && (kind == kind_unmap || kind == kind_protect) && x->refs == 1 &&
            !(x->base == base && x->limit == limit)) ||
        (r == MPUMAP_SHARED && kind == kind_protect && x->refs != 1) ||
        (r == MPUMAP_REFS && kind == kind_map && x->refs >= m->refs_max);
    // The first of them; MPUMAP_OK if there is none.
    predicate first_inside(struct mpumap *m, struct mpumap_span *x, integer kind, integer attr,
                           integer base, integer limit, integer r) =
        (r == MPUMAP_OK ==> \forall integer k; !why_inside(m, x, kind, attr, base, limit, k)) &&
        (r != MPUMAP_OK ==> why_inside(m, x, kind, attr, base, limit, r) &&
            \forall integer k; k < r ==> !why_inside(m, x, kind, attr, base, limit, k));
    predicate why_whole(struct mpumap *m, integer kind, integer attr, integer base, integer limit,
                        integer r) =
        (r == MPUMAP_OVERLAP && \exists integer i; 0 <= i < count_of(m) &&
            over(list_of(m), i, base, limit) && !around(list_of(m), i, base, limit)) ||
        (r == MPUMAP_NOT_MAPPED && kind != kind_map && \forall integer i;
            0 <= i < count_of(m) ==> !over(list_of(m), i, base, limit)) ||
        (\exists integer i; 0 <= i < count_of(m) && around(list_of(m), i, base, limit) &&
            why_inside(m, list_of(m) + i, kind, attr, base, limit, r));
    // Registers may have to change.
    predicate whole_changes(struct mpumap *m, integer kind, integer attr, integer base,
                            integer limit) =
        (kind == kind_map && \forall integer i; 0 <= i < count_of(m) ==>
            !over(list_of(m), i, base, limit)) ||
        (\exists integer i; 0 <= i < count_of(m) && around(list_of(m), i, base, limit) &&
            ((kind == kind_unmap && list_of(m)[i].refs == 1) ||
             (kind == kind_protect && list_of(m)[i].attr != attr)));

    // Of two refusals the first in the order; MPUMAP_OK is none.
    logic integer first_of(integer kept, integer r) = kept == MPUMAP_OK || r < kept ? r : kept;

    // Policy `exact`: r applies to bytes [base, limit] of *x.
    predicate why_part(struct mpumap *m, struct mpumap_span *x, integer kind, integer attr,
                       integer base, integer limit, integer r) =
        (r == MPUMAP_LOCKED && locked_in(m, \max(x->base, base), \min(x->limit, limit)) &&
            ((kind == kind_unmap && x->refs == 1) || (kind == kind_protect && x->attr != attr))) ||
        (r == MPUMAP_CONFLICT && kind == kind_map && x->attr != attr) ||
        (r == MPUMAP_SHARED && kind == kind_protect && x->refs != 1) ||
        (r == MPUMAP_REFS && kind == kind_map && x->refs >= m->refs_max);
    predicate part_changes(struct mpumap_span *x, integer kind, integer attr) =
        (kind == kind_unmap && x->refs == 1) || (kind == kind_protect && x->attr != attr);

    // What mpumap_find answers of spans first to last.
    predicate found(struct mpumap_span *v, integer first, integer last, integer base,
                    integer limit, integer r) =
        (r == MPUMAP_FOUND && v[first].base == base && v[last].limit == limit) ||
        (r == MPUMAP_INCLUSIVE && v[first].base <= base && limit <= v[last].limit &&
            !(v[first].base == base && v[last].limit == limit)) ||
        (r == MPUMAP_FOUND_OVERLAP && !(v[first].base <= base && limit <= v[last].limit));
    // Span i is the lowest that has a byte of the range.
    predicate lowest(struct mpumap_span *v, integer n, integer i, integer base, integer limit) =
        0 <= i < n && over(v, i, base, limit) &&
        \forall integer k; 0 <= k < i ==> !over(v, k, base, limit);
*/
