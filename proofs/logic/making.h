/* SPDX-License-Identifier: MIT */
/* A map that is made, what it is made of, and what boot code has enabled. */
#ifndef LOGIC_MAKING_H
#define LOGIC_MAKING_H

#include "valid.h"

/*@ // No span, no range, no transaction.
    predicate is_empty(struct mpumap *m) =
        m->span_count == 0 && m->lock_count == 0 && m->live_count == 0 && m->free_from == 0 &&
        !m->in_tx && !m->waiting;

    // What a caller gives: arrays as long as it says, apart from each other, and a port.
    predicate complete(struct mpumap_config *c) =
        c->table != \null && c->scratch != \null && c->spans != \null &&
        (c->ranges != \null || (c->lock_capacity == 0 && c->live_capacity == 0)) &&
        (c->pending != \null || c->pending_capacity == 0);
    logic integer ranges_of(struct mpumap_config *c) =
        c->pending_capacity == 0 ? c->lock_capacity + c->live_capacity
                                 : 2 * (c->lock_capacity + c->live_capacity);
    predicate mask_of(struct mpumap_config *c, uint32_t *mask, integer words) =
        mask == \null ||
        (\valid_read(mask + (0 .. words - 1)) &&
         \separated(mask + (0 .. words - 1), c->table + (0 .. c->regions - 1)));
    predicate gives(struct mpumap *m, struct mpumap_config *c) =
        are_there(c->table, c->scratch, c->regions, c->spans, c->span_capacity, c->pending,
                  c->pending_capacity, c->ranges, ranges_of(c)) &&
        are_apart(m, c->port, c->table, c->scratch, c->regions, c->spans, c->span_capacity,
                  c->pending, c->pending_capacity, c->ranges, ranges_of(c)) &&
        \separated(c, c->table + (0 .. c->regions - 1)) &&
        mask_of(c, c->boot_mask, (c->regions + 31) / 32);
    // A map may use less of the arrays.
    lemma apart_less: \forall struct mpumap *m, struct mpumap_port *port,
        struct mpumap_entry *table, struct mpumap_pair *scratch, integer regions, less,
        struct mpumap_span *spans, integer span_capacity, struct mpumap_span *pending,
        integer pending_capacity, struct mpumap_range *ranges, integer room;
        are_apart(m, port, table, scratch, regions, spans, span_capacity, pending,
                  pending_capacity, ranges, room) && less <= regions ==>
        are_apart(m, port, table, scratch, less, spans, span_capacity, pending, pending_capacity,
                  ranges, room);
    lemma there_less: \forall struct mpumap_entry *table, struct mpumap_pair *scratch,
        integer regions, less, struct mpumap_span *spans, integer span_capacity,
        struct mpumap_span *pending, integer pending_capacity, struct mpumap_range *ranges,
        integer room;
        are_there(table, scratch, regions, spans, span_capacity, pending, pending_capacity, ranges,
                  room) && less <= regions ==>
        are_there(table, scratch, less, spans, span_capacity, pending, pending_capacity, ranges,
                  room);
    predicate offered(struct mpumap *m, struct mpumap_config *c) =
        \valid_read(c) && \separated(c, m) &&
        (c->port != \null ==> is_port(c->port) && \separated(m, c->port) &&
                              (complete(c) ==> gives(m, c)));

    // The map is of what was given.
    predicate made_of(struct mpumap *m, struct mpumap_config *c) =
        m->port == c->port && m->table == c->table && m->scratch == c->scratch &&
        m->spans == c->spans && m->pending == c->pending && m->ranges == c->ranges &&
        m->span_capacity == c->span_capacity &&
        m->pending_capacity == c->pending_capacity && m->lock_capacity == c->lock_capacity &&
        m->live_capacity == c->live_capacity && m->policy == (uint8_t)c->policy;

    // What a port may say of an MPU.
    predicate in_ports(struct mpumap *m) =
        m->limits.regions <= MPUMAP_MAX_REGIONS &&
        (m->limits.address_bits == 32 || m->limits.address_bits == 48) &&
        (m->limits.granule_shift == 5 || m->limits.granule_shift == 6) &&
        1 <= m->limits.bank && m->limits.bitmap <= 32;
    predicate same_config{L1, L2}(struct mpumap_config *c) =
        \at(c->port, L1) == \at(c->port, L2) && \at(c->table, L1) == \at(c->table, L2) &&
        \at(c->scratch, L1) == \at(c->scratch, L2) && \at(c->spans, L1) == \at(c->spans, L2) &&
        \at(c->pending, L1) == \at(c->pending, L2) && \at(c->ranges, L1) == \at(c->ranges, L2) &&
        \at(c->regions, L1) == \at(c->regions, L2) &&
        \at(c->boot_mask, L1) == \at(c->boot_mask, L2) &&
        \at(c->span_capacity, L1) == \at(c->span_capacity, L2) &&
        \at(c->pending_capacity, L1) == \at(c->pending_capacity, L2) &&
        \at(c->lock_capacity, L1) == \at(c->lock_capacity, L2) &&
        \at(c->live_capacity, L1) == \at(c->live_capacity, L2) &&
        \at(c->policy, L1) == \at(c->policy, L2);

    // What stands in a map beside what is fixed, but for what it says of the last operation.
    predicate same_counts{L1, L2}(struct mpumap *m) =
        \at(m->in_tx, L1) == \at(m->in_tx, L2) &&
        \at(m->policy, L1) == \at(m->policy, L2) && \at(m->magic, L1) == \at(m->magic, L2) &&
        \at(m->waiting, L1) == \at(m->waiting, L2) &&
        \at(m->free_from, L1) == \at(m->free_from, L2) &&
        \at(m->span_count, L1) == \at(m->span_count, L2) &&
        \at(m->pending_count, L1) == \at(m->pending_count, L2) &&
        \at(m->lock_count, L1) == \at(m->lock_count, L2) &&
        \at(m->live_count, L1) == \at(m->live_count, L2) &&
        \at(m->saved_lock_count, L1) == \at(m->saved_lock_count, L2) &&
        \at(m->saved_live_count, L1) == \at(m->saved_live_count, L2);

    // The same, without what spans, policy and magic are, as one span more leaves it.
    predicate same_rest{L1, L2}(struct mpumap *m) =
        \at(m->in_tx, L1) == \at(m->in_tx, L2) &&
        \at(m->free_from, L1) == \at(m->free_from, L2) &&
        \at(m->pending_count, L1) == \at(m->pending_count, L2) &&
        \at(m->lock_count, L1) == \at(m->lock_count, L2) &&
        \at(m->live_count, L1) == \at(m->live_count, L2) &&
        \at(m->saved_lock_count, L1) == \at(m->saved_lock_count, L2) &&
        \at(m->saved_live_count, L1) == \at(m->saved_live_count, L2);

    // The numbers of which these consist, by their size.
    predicate same_words{L1, L2}(struct mpumap *m) =
        \at(m->regions, L1) == \at(m->regions, L2) &&
        \at(m->span_capacity, L1) == \at(m->span_capacity, L2) &&
        \at(m->pending_capacity, L1) == \at(m->pending_capacity, L2) &&
        \at(m->pending_count, L1) == \at(m->pending_count, L2);
    predicate same_bytes{L1, L2}(struct mpumap *m) =
        \at(m->lock_capacity, L1) == \at(m->lock_capacity, L2) &&
        \at(m->live_capacity, L1) == \at(m->live_capacity, L2) &&
        \at(m->live_limit, L1) == \at(m->live_limit, L2) &&
        \at(m->limits.address_bits, L1) == \at(m->limits.address_bits, L2) &&
        \at(m->limits.granule_shift, L1) == \at(m->limits.granule_shift, L2) &&
        \at(m->limits.bank, L1) == \at(m->limits.bank, L2) &&
        \at(m->limits.bitmap, L1) == \at(m->limits.bitmap, L2) &&
        \at(m->free_from, L1) == \at(m->free_from, L2) &&
        \at(m->lock_count, L1) == \at(m->lock_count, L2) &&
        \at(m->live_count, L1) == \at(m->live_count, L2) &&
        \at(m->saved_lock_count, L1) == \at(m->saved_lock_count, L2) &&
        \at(m->saved_live_count, L1) == \at(m->saved_live_count, L2);

    // Entries whose private bytes are clear; that are not in use.
    predicate cleared(struct mpumap_entry *table, integer n) =
        \forall integer k; 0 <= k < n ==>
            table[k].refs == 0 && table[k].flags == 0 && table[k].link == MPUMAP_NO_SLOT;
    predicate all_off(struct mpumap_entry *table, integer n) =
        \forall integer k; 0 <= k < n ==> table[k].limit % 2 == 0;
*/

#endif
