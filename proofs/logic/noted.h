/* SPDX-License-Identifier: MIT */
/*
 * A valid map (logic/valid.h), and where a check notes what it looks at.
 */
#include "valid.h"

/*@ predicate apart_from(struct mpumap *m, struct mpumap_span *where) =
        \valid(where) && \separated(where, m, m->port) &&
        \separated(where, m->table + (0 .. m->regions - 1)) &&
        \separated(where, m->spans + (0 .. m->span_capacity - 1)) &&
        \separated(where, m->pending + (0 .. m->pending_capacity - 1)) &&
        \separated(where, m->ranges + (0 .. all_ranges(m) - 1));
*/
