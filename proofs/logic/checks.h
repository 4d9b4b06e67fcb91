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
    predicate whole_ranges(struct mpumap_range *v, integer n) =
        \forall integer k; 0 <= k < n ==> v[k].base <= v[k].limit;
    // The committed spans and the locks, apart from the record of a refusal.
    predicate committed(struct mpumap *m) =
        \valid(m) && slots(m) && \valid_read(m->ranges + (0 .. m->lock_count - 1)) &&
        \separated(m, m->spans + (0 .. m->span_count - 1),
                   m->ranges + (0 .. m->lock_count - 1)) &&
        whole_ranges(m->ranges, m->lock_count);
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

    // None of n spans holds the byte at addr; a byte of [base, end) is such a one.
    predicate unheld(struct mpumap_span *v, integer n, integer addr) =
        \forall integer i; 0 <= i < n ==> addr < v[i].base || v[i].limit < addr;
    predicate gap(struct mpumap_span *v, integer n, integer base, integer end) =
        \exists integer a; base <= a < end && unheld(v, n, a);
    // r applies to bytes [base, limit] of the first n spans, or to a byte below `end` in no span.
    predicate why_below(struct mpumap *m, integer kind, integer attr, integer base, integer limit,
                        integer n, integer end, integer r) =
        (r == MPUMAP_NOT_MAPPED && kind != kind_map && gap(list_of(m), count_of(m), base, end)) ||
        (\exists integer k; 0 <= k < n && over(list_of(m), k, base, limit) &&
            why_part(m, list_of(m) + k, kind, attr, base, limit, r));
    predicate changes_below(struct mpumap *m, integer kind, integer attr, integer base,
                            integer limit, integer n, integer end) =
        (kind == kind_map && gap(list_of(m), count_of(m), base, end)) ||
        (\exists integer k; 0 <= k < n && over(list_of(m), k, base, limit) &&
            part_changes(list_of(m) + k, kind, attr));
    // r applies to a byte of [base, limit]; registers may have to change.
    predicate why_exact(struct mpumap *m, integer kind, integer attr, integer base, integer limit,
                        integer r) =
        why_below(m, kind, attr, base, limit, count_of(m), limit + 1, r);
    predicate exact_changes(struct mpumap *m, integer kind, integer attr, integer base,
                            integer limit) =
        changes_below(m, kind, attr, base, limit, count_of(m), limit + 1);

    // r is the first of the reasons, or MPUMAP_OK if there is none.
    predicate is_below(struct mpumap *m, integer kind, integer attr, integer base,
                       integer limit, integer n, integer end, integer r) =
        r == MPUMAP_OK || why_below(m, kind, attr, base, limit, n, end, r);
    predicate none_first(struct mpumap *m, integer kind, integer attr, integer base,
                         integer limit, integer n, integer end, integer r) =
        \forall integer s; why_below(m, kind, attr, base, limit, n, end, s) ==>
            r != MPUMAP_OK && r <= s;
    predicate first_below(struct mpumap *m, integer kind, integer attr, integer base,
                          integer limit, integer n, integer end, integer r) =
        is_below(m, kind, attr, base, limit, n, end, r) &&
        none_first(m, kind, attr, base, limit, n, end, r);
    // What becomes of `mid` by the reasons that apply to *x.
    predicate first_with(struct mpumap *m, struct mpumap_span *x, integer kind, integer attr,
                         integer base, integer limit, integer mid, integer r) =
        (r == mid || why_part(m, x, kind, attr, base, limit, r)) &&
        (mid != MPUMAP_OK ==> r != MPUMAP_OK && r <= mid) &&
        \forall integer s; why_part(m, x, kind, attr, base, limit, s) ==>
            r != MPUMAP_OK && r <= s;
    // ... by a hole.
    logic integer with_hole(integer kind, integer kept, integer next, integer base) =
        kind != kind_map && next < base ? first_of(kept, MPUMAP_NOT_MAPPED) : kept;
    // The spans before i end before `next`, and span i not.
    predicate passed(struct mpumap_span *v, integer n, integer i, integer base, integer next) =
        0 <= i < n && base <= next && next <= v[i].limit + 1 &&
        \forall integer k; 0 <= k < i ==> v[k].limit < next;
    // One behind the last byte of the spans up to i.
    logic integer end_of(struct mpumap_span *v, integer at, integer i, integer base) =
        i == at ? base : v[i - 1].limit + 1;
    // What a check looks at is as it was.
    predicate same_ranges{L1, L2}(struct mpumap_range *v, integer n) =
        \forall integer k; 0 <= k < n ==>
            \at(v[k].base, L1) == \at(v[k].base, L2) && \at(v[k].limit, L1) == \at(v[k].limit, L2);
    predicate same_check{L1, L2}(struct mpumap *m) =
        same_spans{L1, L2}(m) && same_pending{L1, L2}(m) &&
        list_of{L1}(m) == list_of{L2}(m) && count_of{L1}(m) == count_of{L2}(m) &&
        same_list{L1, L2}(list_of{L1}(m), count_of{L1}(m)) &&
        \at(m->refs_max, L1) == \at(m->refs_max, L2) && \at(m->ranges, L1) == \at(m->ranges, L2) &&
        \at(m->lock_count, L1) == \at(m->lock_count, L2) &&
        same_ranges{L1, L2}(\at(m->ranges, L1), \at(m->lock_count, L1));
    predicate in_order(struct mpumap *m) =
        sorted(m->spans, m->span_count) && (m->in_tx ==> sorted(m->pending, m->pending_count)) &&
        whole_ranges(m->ranges, m->lock_count);
    // Spans i to n - 1 begin after `limit`.
    predicate beyond(struct mpumap_span *v, integer i, integer n, integer limit) =
        \forall integer k; i <= k < n ==> limit < v[k].base;
    // The same reasons apply to the first i spans and bytes below `end` as to the whole range.
    predicate same_reasons(struct mpumap *m, integer kind, integer attr, integer base,
                           integer limit, integer i, integer end) =
        \forall integer s; why_below(m, kind, attr, base, limit, i, end, s) <==>
            why_exact(m, kind, attr, base, limit, s);
    predicate first_exact(struct mpumap *m, integer kind, integer attr, integer base,
                          integer limit, integer r) =
        (r == MPUMAP_OK || why_exact(m, kind, attr, base, limit, r)) &&
        \forall integer s; why_exact(m, kind, attr, base, limit, s) ==>
            r != MPUMAP_OK && r <= s;
    // From span i to the next, by names that a prover can look for.
    predicate step_to(struct mpumap_span *v, integer i, integer j, integer first, integer end) =
        j == i + 1 && first == v[i].base && end == v[i].limit + 1;
    // The last of the spans before i holds the last byte.
    predicate over_end(struct mpumap_span *v, integer at, integer i, integer limit) =
        at < i && v[i - 1].base <= limit <= v[i - 1].limit;
    // The spans before i end before `next`.
    predicate ended(struct mpumap_span *v, integer n, integer i, integer base, integer next) =
        0 <= i <= n && base <= next && \forall integer k; 0 <= k < i ==> v[k].limit < next;
    // A hole below `first` adds its reason.
    predicate hole_adds(struct mpumap *m, integer kind, integer attr, integer base, integer limit,
                        integer i, integer next, integer end, integer first) =
        \forall integer s; why_below(m, kind, attr, base, limit, i, end, s) <==>
            why_below(m, kind, attr, base, limit, i, next, s) ||
            (s == MPUMAP_NOT_MAPPED && kind != kind_map && next < first);

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
