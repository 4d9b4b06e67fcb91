/* SPDX-License-Identifier: MIT */
/*
 * What every operation may rely on: a valid map (logic/valid.h) whose lists are in order.
 */
#include "valid.h"

/*@ logic struct mpumap_range *lives_of(struct mpumap *m) = m->ranges + m->lock_capacity;
    predicate ranged(struct mpumap *m) =
        is_set(m->ranges, m->lock_count) && is_set(lives_of(m), m->live_count);
    predicate ordered(struct mpumap *m) =
        sorted(m->spans, m->span_count) && (m->in_tx ==> sorted(m->pending, m->pending_count));
    predicate sound(struct mpumap *m) = whole_map(m) && ordered(m) && ranged(m);
    // What a public function is given.
    predicate sound_or_none(struct mpumap *m) =
        m == \null || (\valid(m) && (m->magic == 0x6d6d6d6d ==> sound(m)));
    // Where a check notes what it looks at.
    predicate apart_from(struct mpumap *m, struct mpumap_span *where) =
        \valid(where) && \separated(where, m, m->port) &&
        \separated(where, m->table + (0 .. m->regions - 1)) &&
        \separated(where, m->spans + (0 .. m->span_capacity - 1)) &&
        \separated(where, m->pending + (0 .. m->pending_capacity - 1)) &&
        \separated(where, m->ranges + (0 .. all_ranges(m) - 1));
*/
