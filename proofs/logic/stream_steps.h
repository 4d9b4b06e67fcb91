/* SPDX-License-Identifier: MIT */
/* From one piece of a stream to the next: L1 is where the stream began, L2 where it is now. */
#include "stream.h"

/*@
    lemma count_on{L1, L2}: \forall struct mpumap_span *v, integer first, i, end, from, addr, c;
        kept{L1, L2}(v, i, end) && 0 <= first <= i <= end && spent{L1}(v, first, i, from) &&
        from <= addr && count_is{L2}(v, i, end, addr, c) ==> count_is{L1}(v, first, end, addr, c);
    lemma spent_on: \forall struct mpumap_span *v, integer i, j, from, to;
        from <= to && spent(v, i, j, from) ==> spent(v, i, j, to);
    lemma new_on{L1, L2}: \forall struct mpumap_span *v, integer first, i, end,
        integer kind, base, limit, from, addr, c;
        kept{L1, L2}(v, i, end) && 0 <= first <= i <= end && spent{L1}(v, first, i, from) &&
        from <= addr && new_is{L2}(v, i, end, kind, base, limit, addr, c) ==>
        new_is{L1}(v, first, end, kind, base, limit, addr, c);
    lemma makes_on{L1, L2}: \forall struct mpumap_span *v, integer first, i, end,
        integer kind, base, limit, from, to, c;
        kept{L1, L2}(v, i, end) && 0 <= first <= i <= end && spent{L1}(v, first, i, from) &&
        all_new{L2}(v, i, end, kind, base, limit, from, to, c) ==>
        all_new{L1}(v, first, end, kind, base, limit, from, to, c);
    lemma hole_on{L1, L2}: \forall struct mpumap_span *v, integer first, i, end,
        integer kind, base, limit, low, from;
        kept{L1, L2}(v, i, end) && 0 <= first <= i <= end && spent{L1}(v, first, i, from) &&
        no_hole{L1}(v, first, end, kind, base, limit, low) && low <= from ==>
        no_hole{L2}(v, i, end, kind, base, limit, from);
    lemma counts_on{L1, L2}: \forall struct mpumap_span *v, integer first, i, end,
        integer kind, base, limit;
        kept{L1, L2}(v, i, end) && 0 <= first <= i <= end &&
        counts_fit{L1}(v, first, end, kind, base, limit) ==>
        counts_fit{L2}(v, i, end, kind, base, limit);
*/
