/* SPDX-License-Identifier: MIT */
/* Lemmas for mpumap_i_exact: from one span to the next, and from the last one to the answer. */
#include "mpumap.h"

/*@
    lemma first_with_before{L1, L2}: \forall struct mpumap *m,
        integer i, kind, attr, base, limit, mid, r;
        same_check{L1, L2}(m) && 0 <= i < count_of{L1}(m) &&
        first_with{L2}(m, list_of{L2}(m) + i, kind, attr, base, limit, mid, r) ==>
        first_with{L1}(m, list_of{L1}(m) + i, kind, attr, base, limit, mid, r);
    lemma passed_at: \forall struct mpumap_span *v, integer n, at, i, base, next;
        sorted(v, n) && place(v, n, base, at) && at <= i < n && next == end_of(v, at, i, base) ==>
        passed(v, n, i, base, next);
    lemma over_at: \forall struct mpumap_span *v, integer n, at, i, base, limit;
        sorted(v, n) && place(v, n, base, at) && at <= i < n && v[i].base <= limit ==>
        over(v, i, base, limit);
    lemma ended_at: \forall struct mpumap_span *v, integer n, at, i, base, next;
        sorted(v, n) && place(v, n, base, at) && at <= i <= n && next == end_of(v, at, i, base) ==>
        ended(v, n, i, base, next);
    lemma first_step: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, j, next, kept, mid, r, first, end;
        sorted(list_of(m), count_of(m)) && passed(list_of(m), count_of(m), i, base, next) &&
        over(list_of(m), i, base, limit) && step_to(list_of(m), i, j, first, end) && 0 <= kept &&
        first_below(m, kind, attr, base, limit, i, next, kept) &&
        mid == with_hole(kind, kept, next, first) &&
        first_with(m, list_of(m) + i, kind, attr, base, limit, mid, r) ==>
        first_below(m, kind, attr, base, limit, j, end, r);
    lemma changes_step: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, j, next, first, end;
        sorted(list_of(m), count_of(m)) && passed(list_of(m), count_of(m), i, base, next) &&
        over(list_of(m), i, base, limit) && step_to(list_of(m), i, j, first, end) ==>
        (changes_below(m, kind, attr, base, limit, j, end) <==>
         changes_below(m, kind, attr, base, limit, i, next) ||
         (kind == kind_map && next < first) || part_changes(list_of(m) + i, kind, attr));
    lemma first_done: \forall struct mpumap *m, integer kind, attr, base, limit, at, i, end, r;
        sorted(list_of(m), count_of(m)) && 0 <= at && over_end(list_of(m), at, i, limit) &&
        i <= count_of(m) && end == list_of(m)[i - 1].limit + 1 &&
        first_below(m, kind, attr, base, limit, i, end, r) ==>
        first_exact(m, kind, attr, base, limit, r);
    lemma changes_done: \forall struct mpumap *m, integer kind, attr, base, limit, at, i, end;
        sorted(list_of(m), count_of(m)) && 0 <= at && over_end(list_of(m), at, i, limit) &&
        i <= count_of(m) && end == list_of(m)[i - 1].limit + 1 ==>
        (changes_below(m, kind, attr, base, limit, i, end) <==>
         exact_changes(m, kind, attr, base, limit));
    lemma first_tail: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, next, kept, r;
        ended(list_of(m), count_of(m), i, base, next) && next <= limit &&
        beyond(list_of(m), i, count_of(m), limit) && 0 <= kept &&
        first_below(m, kind, attr, base, limit, i, next, kept) &&
        r == with_hole(kind, kept, next, limit + 1) ==>
        first_exact(m, kind, attr, base, limit, r);
    lemma changes_tail: \forall struct mpumap *m, integer kind, attr, base, limit, i, next;
        ended(list_of(m), count_of(m), i, base, next) && next <= limit &&
        beyond(list_of(m), i, count_of(m), limit) ==>
        (exact_changes(m, kind, attr, base, limit) <==>
         kind == kind_map || changes_below(m, kind, attr, base, limit, i, next));
    lemma beyond_at: \forall struct mpumap_span *v, integer n, i, limit;
        sorted(v, n) && 0 <= i && (i < n ==> limit < v[i].base) ==> beyond(v, i, n, limit);
*/
