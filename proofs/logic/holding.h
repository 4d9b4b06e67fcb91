/* SPDX-License-Identifier: MIT */
/* A record of mappings, and what it asks of op.c. */
#ifndef LOGIC_HOLDING_H
#define LOGIC_HOLDING_H

#include "src/internal.h"
#include "valid.h"

// What operations change.
/* clang-format off */
#define CHANGES(m)                                                                                 \
    m->why, m->cost, m->poison, m->span_count, m->pending_count, m->free_from, m->waiting,         \
        m->spans[0 .. m->span_capacity - 1], m->pending[0 .. m->pending_capacity - 1],             \
        m->table[0 .. m->regions - 1], m->scratch[0 .. m->regions - 1], port_state
/* clang-format on */

/*@ // A map that operations can be asked of: as init made it, and its lists in order.
    predicate usable(struct mpumap *m) =
        whole_map(m) && lists(m) && whole_ranges(m->ranges, m->lock_count);
    // A record with room for its mappings, apart from all of the map.
    predicate is_record(struct mpumap_holders *h) =
        \valid(h) && h->count <= h->capacity && \valid(h->list + (0 .. h->capacity - 1)) &&
        \separated(h, h->list + (0 .. h->capacity - 1));
    predicate away(struct mpumap *m, struct mpumap_holders *h, struct mpumap_holding *list,
                   integer room) =
        \separated(h, m, m->table + (0 .. m->regions - 1), m->scratch + (0 .. m->regions - 1),
                   m->spans + (0 .. m->span_capacity - 1),
                   m->pending + (0 .. m->pending_capacity - 1), list + (0 .. room - 1));
    // What a record can be used with: a map, or what mpumap_i_valid refuses.
    predicate held_by(struct mpumap *m, struct mpumap_holders *h) =
        m == \null || (\valid(m) && \separated(h, m) &&
            (m->magic == MAGIC ==> usable(m) && away(m, h, h->list, h->capacity)));
*/

// What follows from `assigns`, said of a record.
/* clang-format off */
#define KEEPS                                                                                      \
    \forall struct mpumap_holders *h, struct mpumap_holding *list, integer room;                   \
    away{Pre}(m, h, list, room) ==>                                                                \
        h->count == \old(h->count) && h->capacity == \old(h->capacity)
/* clang-format on */

/*@ requires usable(m);
    assigns CHANGES(m);
    ensures record: KEEPS;
*/
enum mpumap_result mpumap_map(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                              mpumap_attr_t attr);

/*@ requires usable(m);
    assigns CHANGES(m);
    ensures record: KEEPS;
*/
enum mpumap_result mpumap_unmap(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit);

#endif
