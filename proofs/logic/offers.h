/* SPDX-License-Identifier: MIT */
/* What the search for a slot rests on (offer.c). */
#ifndef LOGIC_OFFERS_H
#define LOGIC_OFFERS_H

#include "plan.h"

/*@ // Registers say what the spans say: what is in use begins and ends no higher than the last
    // span. Taken for granted.
    predicate shown_with(struct mpumap *m, integer low) =
        \forall integer s; 0 <= s < m->regions && m->table[s].limit % 2 == 1 ==>
            0 < m->span_count &&
            (m->table[s].base & (mpumap_addr_t)~low) <= m->spans[m->span_count - 1].limit &&
            (m->table[s].limit | low) <= m->spans[m->span_count - 1].limit;
    predicate shown(struct mpumap *m) = shown_with(m, low_of(m));
    predicate limits_ascend(struct mpumap_span *v, integer n) =
        \forall integer i, j; 0 <= i < j < n ==> v[i].limit < v[j].limit;
    predicate offering(struct mpumap *m) =
        made(m) && m->span_count <= m->span_capacity && limits_ascend(m->spans, m->span_count) &&
        shown(m);
    predicate is_at(struct mpumap *m, integer slot, struct side *o) =
        o->base == (m->table[slot].base & (mpumap_addr_t)~low_of(m)) &&
        o->limit == (m->table[slot].limit | low_of(m));
*/

#endif
