/* SPDX-License-Identifier: MIT */
/* What a cut comes to. */
#include "mpumap.h"

/*@ lemma cut_made{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        joined(low, high, base, limit, begin, end, first, last) &&
        spliced{L1, L2}(v, n, a, e, f) &&
        three{L1}(v, a, e, low, base, limit, high, refs, had) &&
        three{L2}(v, a, f, low, begin, end, high, had, refs) ==>
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs);
    lemma cut_was{L1, L2}: \forall struct mpumap_span *v,
        integer n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs;
        cut{L1, L2}(v, n, a, e, f, low, high, base, limit, begin, end, first, last, had, refs) ==>
        was_cut{L1, L2}(v, n, n + f - e, first, last, refs - had);
*/
