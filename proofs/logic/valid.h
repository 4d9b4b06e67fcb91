/* SPDX-License-Identifier: MIT */
/*
 * A map as mpumap_init leaves it and every operation keeps it: what has to hold for its memory to
 * be read and written, whatever the lists say. That they are in order is logic/map.h. Predicates
 * are stated over the fields' values: if those are as they were, nothing has to be looked into.
 */
#ifndef LOGIC_VALID_H
#define LOGIC_VALID_H

#include "port.h"

/*@ predicate is_port(struct mpumap_port *port) =
        \valid_read(port) && port->limits == &port_limits && port->encode == &port_encode &&
        port->decode == &port_decode && port->apply == &port_apply && port->read == &port_read &&
        (port->enter == \null || port->enter == &port_enter) &&
        (port->leave == \null || port->leave == &port_leave);

    // Ranges: locked and live, and with transactions a copy of both behind them.
    logic integer range_room(struct mpumap *m) = m->lock_capacity + m->live_capacity;
    logic integer all_ranges(struct mpumap *m) =
        m->pending_capacity == 0 ? range_room(m) : 2 * range_room(m);

    // Every array has the room that init was told of,
    predicate are_there(struct mpumap_entry *table, struct mpumap_pair *scratch, integer regions,
                        struct mpumap_span *spans, integer span_capacity,
                        struct mpumap_span *pending, integer pending_capacity,
                        struct mpumap_range *ranges, integer room) =
        \valid(table + (0 .. regions - 1)) && \valid(scratch + (0 .. regions - 1)) &&
        \valid(spans + (0 .. span_capacity - 1)) && \valid(pending + (0 .. pending_capacity - 1)) &&
        \valid(ranges + (0 .. room - 1));
    // and is apart from the others, the map, and the port.
    predicate are_apart(struct mpumap *m, struct mpumap_port *port, struct mpumap_entry *table,
                        struct mpumap_pair *scratch, integer regions, struct mpumap_span *spans,
                        integer span_capacity, struct mpumap_span *pending,
                        integer pending_capacity, struct mpumap_range *ranges, integer room) =
        \separated(m, port, table + (0 .. regions - 1), scratch + (0 .. regions - 1),
                   spans + (0 .. span_capacity - 1), pending + (0 .. pending_capacity - 1),
                   ranges + (0 .. room - 1));
    predicate arrays(struct mpumap *m) =
        are_there(m->table, m->scratch, m->regions, m->spans, m->span_capacity, m->pending,
                  m->pending_capacity, m->ranges, all_ranges(m)) &&
        are_apart(m, m->port, m->table, m->scratch, m->regions, m->spans, m->span_capacity,
                  m->pending, m->pending_capacity, m->ranges, all_ranges(m));
    predicate in_limits(struct mpumap *m) =
        1 <= m->regions <= MPUMAP_MAX_REGIONS && m->live_limit <= m->live_capacity &&
        (m->limits.address_bits == 32 || m->limits.address_bits == 48) &&
        (m->limits.granule_shift == 5 || m->limits.granule_shift == 6) &&
        1 <= m->limits.bank && m->limits.bitmap <= 32;
    // What mpumap_init fixes for ever.
    predicate fixed{L1, L2}(struct mpumap *m) =
        \at(m->port, L1) == \at(m->port, L2) && \at(m->table, L1) == \at(m->table, L2) &&
        \at(m->scratch, L1) == \at(m->scratch, L2) && \at(m->spans, L1) == \at(m->spans, L2) &&
        \at(m->pending, L1) == \at(m->pending, L2) && \at(m->ranges, L1) == \at(m->ranges, L2) &&
        \at(m->regions, L1) == \at(m->regions, L2) &&
        \at(m->span_capacity, L1) == \at(m->span_capacity, L2) &&
        \at(m->pending_capacity, L1) == \at(m->pending_capacity, L2) &&
        \at(m->lock_capacity, L1) == \at(m->lock_capacity, L2) &&
        \at(m->live_capacity, L1) == \at(m->live_capacity, L2) &&
        \at(m->live_limit, L1) == \at(m->live_limit, L2) &&
        \at(m->limits.address_bits, L1) == \at(m->limits.address_bits, L2) &&
        \at(m->limits.granule_shift, L1) == \at(m->limits.granule_shift, L2) &&
        \at(m->limits.bank, L1) == \at(m->limits.bank, L2) &&
        \at(m->limits.bitmap, L1) == \at(m->limits.bitmap, L2);
    predicate made(struct mpumap *m) =
        \valid(m) && in_limits(m) && is_port(m->port) && arrays(m);

    // What operations change.
    predicate counted(struct mpumap *m) =
        m->span_count <= m->span_capacity && m->lock_count <= m->lock_capacity &&
        m->live_count <= m->live_capacity && m->free_from <= m->regions &&
        (m->in_tx ==> m->pending_count <= m->pending_capacity && m->pending_capacity != 0 &&
                      m->saved_lock_count <= m->lock_capacity &&
                      m->saved_live_count <= m->live_capacity);
    // Every committed span is in a slot of the map.
    predicate placed(struct mpumap *m) =
        \forall integer k; 0 <= k < m->span_count ==> m->spans[k].slot < m->regions;

    predicate whole_map(struct mpumap *m) = made(m) && counted(m) && placed(m);
*/

#endif
