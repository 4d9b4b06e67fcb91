/* SPDX-License-Identifier: MIT */
/* Lemmas that those of loop.h rest on. */
#include "mpumap.h"

/*@
    lemma same_locked{L1, L2}: \forall struct mpumap *m, integer base, limit;
        same_check{L1, L2}(m) ==>
        (locked_in{L1}(m, base, limit) <==> locked_in{L2}(m, base, limit));
    lemma same_part{L1, L2}: \forall struct mpumap *m, integer i, kind, attr, base, limit, r;
        same_check{L1, L2}(m) && 0 <= i < count_of{L1}(m) ==>
        (why_part{L1}(m, list_of{L1}(m) + i, kind, attr, base, limit, r) <==>
         why_part{L2}(m, list_of{L2}(m) + i, kind, attr, base, limit, r));
    lemma gap_wider: \forall struct mpumap_span *v, integer n, base, end, to;
        gap(v, n, base, end) && end <= to ==> gap(v, n, base, to);
    lemma free_next: \forall struct mpumap_span *v, integer n, i, base, next;
        sorted(v, n) && passed(v, n, i, base, next) && next < v[i].base ==> unheld(v, n, next);
    lemma held_next: \forall struct mpumap_span *v, integer n, i, base, next, a;
        sorted(v, n) && passed(v, n, i, base, next) && unheld(v, n, a) && a <= v[i].limit ==>
        a < next || next < v[i].base;
    lemma gap_down: \forall struct mpumap_span *v, integer n, i, base, next;
        sorted(v, n) && passed(v, n, i, base, next) && gap(v, n, base, v[i].limit + 1) ==>
        gap(v, n, base, next) || next < v[i].base;
    lemma gap_next: \forall struct mpumap_span *v, integer n, i, base, next;
        sorted(v, n) && passed(v, n, i, base, next) ==>
        (gap(v, n, base, v[i].limit + 1) <==> gap(v, n, base, next) || next < v[i].base);
    lemma why_hole: \forall struct mpumap *m, integer kind, attr, base, limit, i, next, end, r;
        sorted(list_of(m), count_of(m)) && passed(list_of(m), count_of(m), i, base, next) &&
        end == list_of(m)[i].limit + 1 ==>
        (why_below(m, kind, attr, base, limit, i, end, r) <==>
         why_below(m, kind, attr, base, limit, i, next, r) ||
         (r == MPUMAP_NOT_MAPPED && kind != kind_map && next < list_of(m)[i].base));
    lemma why_span: \forall struct mpumap *m, integer kind, attr, base, limit, i, j, end, r;
        0 <= i && j == i + 1 && over(list_of(m), i, base, limit) ==>
        (why_below(m, kind, attr, base, limit, j, end, r) <==>
         why_below(m, kind, attr, base, limit, i, end, r) ||
         why_part(m, list_of(m) + i, kind, attr, base, limit, r));
    lemma none_of: \forall struct mpumap *m, integer kind, attr, base, limit, n, end, r, s;
        none_first(m, kind, attr, base, limit, n, end, r) &&
        why_below(m, kind, attr, base, limit, n, end, s) ==> r != MPUMAP_OK && r <= s;
    lemma none_with: \forall struct mpumap *m, struct mpumap_span *x,
        integer kind, attr, base, limit, mid, r, s;
        first_with(m, x, kind, attr, base, limit, mid, r) &&
        (why_part(m, x, kind, attr, base, limit, s) || (mid != MPUMAP_OK && mid <= s)) ==>
        r != MPUMAP_OK && r <= s;
    lemma none_with_hole: \forall integer kind, kept, next, base, s; 0 <= kept &&
        ((kept != MPUMAP_OK && kept <= s) ||
         (s == MPUMAP_NOT_MAPPED && kind != kind_map && next < base)) ==>
        with_hole(kind, kept, next, base) != MPUMAP_OK && with_hole(kind, kept, next, base) <= s;
    lemma none_hole_at: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, next, end, first, kept, mid, s;
        hole_adds(m, kind, attr, base, limit, i, next, end, first) &&
        mid == with_hole(kind, kept, next, first) &&
        0 <= kept && none_first(m, kind, attr, base, limit, i, next, kept) &&
        why_below(m, kind, attr, base, limit, i, end, s) ==>
        mid != MPUMAP_OK && mid <= s;
    lemma none_span_at: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, j, end, mid, r, s;
        0 <= i && j == i + 1 && over(list_of(m), i, base, limit) &&
        none_first(m, kind, attr, base, limit, i, end, mid) &&
        first_with(m, list_of(m) + i, kind, attr, base, limit, mid, r) &&
        why_below(m, kind, attr, base, limit, j, end, s) ==>
        r != MPUMAP_OK && r <= s;
    lemma is_hole: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, next, end, first, kept, mid;
        hole_adds(m, kind, attr, base, limit, i, next, end, first) &&
        mid == with_hole(kind, kept, next, first) &&
        is_below(m, kind, attr, base, limit, i, next, kept) ==>
        is_below(m, kind, attr, base, limit, i, end, mid);
    lemma none_hole: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, next, end, first, kept, mid;
        hole_adds(m, kind, attr, base, limit, i, next, end, first) &&
        mid == with_hole(kind, kept, next, first) &&
        0 <= kept && none_first(m, kind, attr, base, limit, i, next, kept) ==>
        none_first(m, kind, attr, base, limit, i, end, mid);
    lemma is_span: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, j, end, mid, r;
        0 <= i && j == i + 1 && over(list_of(m), i, base, limit) &&
        is_below(m, kind, attr, base, limit, i, end, mid) &&
        first_with(m, list_of(m) + i, kind, attr, base, limit, mid, r) ==>
        is_below(m, kind, attr, base, limit, j, end, r);
    lemma none_span: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, j, end, mid, r;
        0 <= i && j == i + 1 && over(list_of(m), i, base, limit) &&
        none_first(m, kind, attr, base, limit, i, end, mid) &&
        first_with(m, list_of(m) + i, kind, attr, base, limit, mid, r) ==>
        none_first(m, kind, attr, base, limit, j, end, r);
    lemma first_hole: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, next, end, first, kept, mid;
        hole_adds(m, kind, attr, base, limit, i, next, end, first) &&
        mid == with_hole(kind, kept, next, first) &&
        0 <= kept && first_below(m, kind, attr, base, limit, i, next, kept) ==>
        first_below(m, kind, attr, base, limit, i, end, mid);
    lemma first_span: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, j, end, mid, r;
        0 <= i && j == i + 1 && over(list_of(m), i, base, limit) &&
        first_below(m, kind, attr, base, limit, i, end, mid) &&
        first_with(m, list_of(m) + i, kind, attr, base, limit, mid, r) ==>
        first_below(m, kind, attr, base, limit, j, end, r);
    lemma gap_at: \forall struct mpumap_span *v, integer n, base, end, a;
        unheld(v, n, a) && base <= a < end ==> gap(v, n, base, end);
    lemma gap_past: \forall struct mpumap_span *v, integer n, i, base, limit;
        0 <= i < n && v[i].base <= limit <= v[i].limit &&
        gap(v, n, base, v[i].limit + 1) ==> gap(v, n, base, limit + 1);
    lemma free_tail: \forall struct mpumap_span *v, integer n, i, limit, next;
        next <= limit && (\forall integer k; 0 <= k < i ==> v[k].limit < next) &&
        (\forall integer k; i <= k < n ==> limit < v[k].base) ==> unheld(v, n, next);
    lemma hole_adds_it: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, next, end, first;
        sorted(list_of(m), count_of(m)) && passed(list_of(m), count_of(m), i, base, next) &&
        end == list_of(m)[i].limit + 1 && first == list_of(m)[i].base ==>
        hole_adds(m, kind, attr, base, limit, i, next, end, first);
    lemma first_next: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, j, next, end, first, kept, mid, r;
        hole_adds(m, kind, attr, base, limit, i, next, end, first) &&
        mid == with_hole(kind, kept, next, first) && 0 <= i && j == i + 1 &&
        over(list_of(m), i, base, limit) && 0 <= kept &&
        first_below(m, kind, attr, base, limit, i, next, kept) &&
        first_with(m, list_of(m) + i, kind, attr, base, limit, mid, r) ==>
        first_below(m, kind, attr, base, limit, j, end, r);
    lemma why_all: \forall struct mpumap *m, integer kind, attr, base, limit, i, end, r;
        0 <= i <= count_of(m) && (\forall integer k; i <= k < count_of(m) ==>
            !over(list_of(m), k, base, limit)) ==>
        (why_below(m, kind, attr, base, limit, i, end, r) <==>
         why_below(m, kind, attr, base, limit, count_of(m), end, r));
    lemma changes_all: \forall struct mpumap *m, integer kind, attr, base, limit, i, end;
        0 <= i <= count_of(m) && (\forall integer k; i <= k < count_of(m) ==>
            !over(list_of(m), k, base, limit)) ==>
        (changes_below(m, kind, attr, base, limit, i, end) <==>
         changes_below(m, kind, attr, base, limit, count_of(m), end));
    lemma end_next: \forall struct mpumap_span *v, integer at, i, j, base;
        j == i + 1 && at <= i ==> end_of(v, at, j, base) == v[i].limit + 1;
    lemma past_end: \forall struct mpumap_span *v, integer n, at, i, k, base, limit;
        sorted(v, n) && over_end(v, at, i, limit) && 0 <= at && i <= k < n ==>
        !over(v, k, base, limit);
    lemma not_beyond: \forall struct mpumap_span *v, integer n, i, k, base, limit;
        beyond(v, i, n, limit) && i <= k < n ==> !over(v, k, base, limit);
    lemma why_done: \forall struct mpumap *m, integer kind, attr, base, limit, at, i, end, r;
        sorted(list_of(m), count_of(m)) && 0 <= at && over_end(list_of(m), at, i, limit) &&
        i <= count_of(m) && end == list_of(m)[i - 1].limit + 1 ==>
        (why_below(m, kind, attr, base, limit, i, end, r) <==>
         why_exact(m, kind, attr, base, limit, r));
    lemma same_done: \forall struct mpumap *m, integer kind, attr, base, limit, at, i, end;
        sorted(list_of(m), count_of(m)) && 0 <= at && over_end(list_of(m), at, i, limit) &&
        i <= count_of(m) && end == list_of(m)[i - 1].limit + 1 ==>
        same_reasons(m, kind, attr, base, limit, i, end);
    lemma first_same: \forall struct mpumap *m, integer kind, attr, base, limit, i, end, r;
        same_reasons(m, kind, attr, base, limit, i, end) &&
        first_below(m, kind, attr, base, limit, i, end, r) ==>
        first_exact(m, kind, attr, base, limit, r);
    lemma free_last: \forall struct mpumap_span *v, integer n, i, base, limit, next;
        ended(v, n, i, base, next) && next <= limit && beyond(v, i, n, limit) ==>
        unheld(v, n, next);
    lemma gap_last: \forall struct mpumap_span *v, integer n, i, base, limit, next, end;
        ended(v, n, i, base, next) && next <= limit && beyond(v, i, n, limit) &&
        end == limit + 1 ==> gap(v, n, base, end);
    lemma tail_adds: \forall struct mpumap *m, integer kind, attr, base, limit, i, next, end;
        ended(list_of(m), count_of(m), i, base, next) && next <= limit &&
        beyond(list_of(m), i, count_of(m), limit) && end == limit + 1 ==>
        hole_adds(m, kind, attr, base, limit, i, next, end, end);
    lemma first_all: \forall struct mpumap *m, integer kind, attr, base, limit, i, end, r;
        beyond(list_of(m), i, count_of(m), limit) && 0 <= i <= count_of(m) &&
        first_below(m, kind, attr, base, limit, i, end, r) ==>
        first_below(m, kind, attr, base, limit, count_of(m), end, r);
    lemma first_end: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, next, kept, r, end;
        ended(list_of(m), count_of(m), i, base, next) && next <= limit &&
        beyond(list_of(m), i, count_of(m), limit) && 0 <= kept && end == limit + 1 &&
        first_below(m, kind, attr, base, limit, i, next, kept) &&
        r == with_hole(kind, kept, next, end) ==>
        first_below(m, kind, attr, base, limit, count_of(m), end, r);
    lemma first_whole: \forall struct mpumap *m, integer kind, attr, base, limit, n, end, r;
        n == count_of(m) && end == limit + 1 &&
        first_below(m, kind, attr, base, limit, n, end, r) ==>
        first_exact(m, kind, attr, base, limit, r);
    lemma first_end_exact: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, next, kept, r, end;
        ended(list_of(m), count_of(m), i, base, next) && next <= limit &&
        beyond(list_of(m), i, count_of(m), limit) && 0 <= kept && end == limit + 1 &&
        first_below(m, kind, attr, base, limit, i, next, kept) &&
        r == with_hole(kind, kept, next, end) ==>
        first_exact(m, kind, attr, base, limit, r);
    lemma first_pass: \forall struct mpumap *m,
        integer kind, attr, base, limit, i, j, next, kept, mid, r, first, end;
        sorted(list_of(m), count_of(m)) && passed(list_of(m), count_of(m), i, base, next) &&
        over(list_of(m), i, base, limit) && j == i + 1 && 0 <= kept &&
        first == list_of(m)[i].base && mid == with_hole(kind, kept, next, first) &&
        end == list_of(m)[i].limit + 1 &&
        first_below(m, kind, attr, base, limit, i, next, kept) &&
        first_with(m, list_of(m) + i, kind, attr, base, limit, mid, r) ==>
        first_below(m, kind, attr, base, limit, j, end, r);
    lemma changes_pass: \forall struct mpumap *m, integer kind, attr, base, limit, i, j, next, end;
        sorted(list_of(m), count_of(m)) && passed(list_of(m), count_of(m), i, base, next) &&
        j == i + 1 && end == list_of(m)[i].limit + 1 &&
        over(list_of(m), i, base, limit) ==>
        (changes_below(m, kind, attr, base, limit, j, end) <==>
         changes_below(m, kind, attr, base, limit, i, next) ||
         (kind == kind_map && next < list_of(m)[i].base) ||
         part_changes(list_of(m) + i, kind, attr));
*/
