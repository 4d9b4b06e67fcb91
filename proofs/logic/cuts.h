/* SPDX-License-Identifier: MIT */
/*
 * A span that is counted in a part of it: what stands for it, before and after, is up to three
 * spans that touch, the outer ones with another count than the one between them.
 */
#include "mpumap.h"

/*@ predicate like(struct mpumap_span *v, integer i, integer base, integer limit, integer refs) =
        v[i].base == base && v[i].limit == limit && v[i].refs == refs;

    // Spans a to e - 1 are [low, base - 1], [base, limit] and [limit + 1, high]; of the first and
    // the last, those that have a byte.
    predicate three(struct mpumap_span *v, integer a, integer e, integer low, integer base,
                    integer limit, integer high, integer outer, integer inner) =
        low <= base <= limit <= high &&
        \let at = low < base ? a + 1 : a;
        e == (limit < high ? at + 2 : at + 1) && like(v, at, base, limit, inner) &&
        (low < base ==> like(v, a, low, base - 1, outer)) &&
        (limit < high ==> like(v, at + 1, limit + 1, high, outer));

    // How many they are.
    logic integer parts(integer low, integer base, integer limit, integer high) =
        1 + (low < base ? 1 : 0) + (limit < high ? 1 : 0);

    // The count that they give the byte at addr.
    logic integer level(integer addr, integer low, integer base, integer limit, integer high,
                        integer outer, integer inner) =
        base <= addr <= limit ? inner : low <= addr <= high ? outer : 0;

    // Where the range [first, last] of a span [base, limit] changes its count, and is joined with
    // what touches it below or above, to [begin, end]: from low, up to high.
    predicate joined(integer low, integer high, integer base, integer limit, integer begin,
                     integer end, integer first, integer last) =
        low <= base <= first <= last <= limit <= high && (low < base ==> base == first) &&
        (limit < high ==> last == limit) && begin == (low < base ? low : first) &&
        end == (limit < high ? high : last);

    // Of the n spans, a to e - 1 were three; now a to f - 1 are.
    predicate cut{L1, L2}(struct mpumap_span *v, integer n, integer a, integer e, integer f,
                          integer low, integer high, integer base, integer limit, integer begin,
                          integer end, integer first, integer last, integer had, integer refs) =
        joined(low, high, base, limit, begin, end, first, last) &&
        spliced{L1, L2}(v, n, a, e, f) &&
        three{L1}(v, a, e, low, base, limit, high, refs, had) &&
        three{L2}(v, a, f, low, begin, end, high, had, refs);
    // What that comes to: `now` spans in order, and other counts in [first, last] alone.
    predicate was_cut{L1, L2}(struct mpumap_span *v, integer n, integer now, integer first,
                              integer last, integer up) =
        sorted{L1}(v, n) ==>
            sorted{L2}(v, now) && recounted{L1, L2}(v, 0, n, now, first, last, up);

    // All spans from `from` on are as they were.
    predicate kept_from{L1, L2}(struct mpumap_span *v, integer from) =
        \forall integer k; from <= k ==> same{L1, L2}(v + k, v + k);
*/
