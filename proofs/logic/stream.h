/* SPDX-License-Identifier: MIT */
/*
 * A list of spans as an operation makes it anew: the count that each byte has afterwards. Kinds of
 * operations by number, as in logic/checks.h.
 */
#ifndef LOGIC_STREAM_H
#define LOGIC_STREAM_H

#include "mpumap.h"

/*@ // What the operation adds to the count of a byte.
    logic integer adds(integer kind, integer base, integer limit, integer addr) =
        base <= addr <= limit ? (kind == 1 ? 1 : kind == 2 ? -1 : 0) : 0;
    // The count that a byte has afterwards, of spans i to end - 1; 0: nobody has it.
    predicate new_is(struct mpumap_span *v, integer i, integer end, integer kind, integer base,
                     integer limit, integer addr, integer c) =
        count_is(v, i, end, addr, c - adds(kind, base, limit, addr));
    predicate all_new(struct mpumap_span *v, integer i, integer end, integer kind, integer base,
                      integer limit, integer from, integer to, integer c) =
        \forall integer addr; from <= addr < to ==>
            new_is(v, i, end, kind, base, limit, addr, c);

    // What the checks have found: no count passes its limit, and what is given back is there.
    predicate counts_fit(struct mpumap_span *v, integer i, integer end, integer kind, integer base,
                         integer limit) =
        (\forall integer k; i <= k < end ==> 0 < v[k].refs) &&
        (kind == 1 ==> \forall integer k; i <= k < end && v[k].base <= limit &&
            base <= v[k].limit ==> v[k].refs + 1 < 1 << MPUMAP_REFS_BITS);
    predicate no_hole(struct mpumap_span *v, integer i, integer end, integer kind, integer base,
                      integer limit, integer from) =
        kind == 2 ==> \forall integer addr; from <= addr && base <= addr <= limit ==>
            !free(v, i, end, addr);
    predicate agrees(struct mpumap_span *v, integer i, integer end, integer kind, integer base,
                     integer limit, integer from) =
        counts_fit(v, i, end, kind, base, limit) && no_hole(v, i, end, kind, base, limit, from);

    // Spans i to j - 1 end before addr.
    predicate spent(struct mpumap_span *v, integer i, integer j, integer addr) =
        \forall integer k; i <= k < j ==> v[k].limit < addr;
*/

#endif
