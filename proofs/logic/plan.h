/* SPDX-License-Identifier: MIT */
/*
 * A plan while it is made: what has to hold for its memory to be read and written. That it loses
 * nothing is not stated here.
 */
#ifndef LOGIC_PLAN_H
#define LOGIC_PLAN_H

#include "src/plan.h"
#include "valid.h"

// What a step of the walk writes.
#define WALK(p)                                                                                    \
    p->w.o.base, p->w.o.limit, p->w.o.attr, p->w.o.slot, p->w.o.have, p->w.o.shares, p->w.o.low,   \
        p->w.o.high, p->w.n.base, p->w.n.limit, p->w.n.attr, p->w.n.slot, p->w.n.have,             \
        p->w.n.shares, p->w.old, p->w.next_old, p->w.number, p->w.at_pair, p->w.slide, p->tight
// How much is left to see, and how many steps when this one has been made. Macros, as a variant
// takes logic functions in another state.
#define OLD_LEFT(p) (p->end - p->w.next_old + (p->w.o.have ? 1 : 0))
#define NEW_LEFT(p)                                                                                \
    (p->w.number == 0xffff   ? p->news                                                             \
     : p->w.number < p->news ? p->news - p->w.number - 1 + (p->w.n.have ? 1 : 0)                   \
                             : 0)
#define LEFT(p) (2 * OLD_LEFT(p) + 2 * NEW_LEFT(p) + (p->w.at_pair ? 0 : 1))
#define TO_GO(p, e) (e == EV_END ? 0 : LEFT(p) + 1)

// What is no part of the planner, nor of its map.
#define APART(x, p)                                                                                \
    (\base_addr(x) != \base_addr(p) && \base_addr(x) != \base_addr(p->m) &&                        \
     \base_addr(x) != \base_addr(p->m->port) && \base_addr(x) != \base_addr(p->m->table) &&        \
     \base_addr(x) != \base_addr(p->m->scratch) && \base_addr(x) != \base_addr(p->m->spans) &&     \
     \base_addr(x) != \base_addr(p->m->ranges))

// What emitting a step writes (steps.c), beside the table.
#define EMITS(e)                                                                                   \
    e->next, e->selected, e->step.slot, e->step.value, e->step.kind, e->m->cost.barriers,          \
        e->m->cost.writes, port_state

// Steps are carried out from an object of their own (steps.c).
#define EMITTING(e) (\valid(e) && e->m == e->p->m && executed(e->p) && APART(e, e->p))

/*@ predicate slot_or_none(struct mpumap *m, integer slot) =
        slot < m->regions || slot == MPUMAP_NO_SLOT;

    // The planner is a variable of its own, no part of what its map has.
    predicate plan_apart(struct planner *p, struct mpumap *m) =
        \base_addr(p) != \base_addr(m) && \base_addr(p) != \base_addr(m->port) &&
        \base_addr(p) != \base_addr(m->table) && \base_addr(p) != \base_addr(m->scratch) &&
        \base_addr(p) != \base_addr(m->spans) && \base_addr(p) != \base_addr(m->pending) &&
        \base_addr(p) != \base_addr(m->ranges);
    predicate slots_below(struct mpumap_span *spans, integer end, integer regions) =
        \forall integer k; 0 <= k < end ==> spans[k].slot < regions;
    // What a walk reads; its steps are to be counted in 16 bits.
    predicate lists_there(struct mpumap *m, struct mpumap_entry *table, struct mpumap_pair *scratch,
                          integer regions, struct mpumap_span *spans, integer end) =
        regions <= 0xff && end <= 0xfe00 && \valid(table + (0 .. regions - 1)) &&
        \valid(scratch + (0 .. regions - 1)) && \valid_read(spans + (0 .. end - 1)) &&
        slots_below(spans, end, regions);
    predicate lists_apart(struct mpumap *m, struct mpumap_entry *table, struct mpumap_pair *scratch,
                          integer regions, struct mpumap_span *spans, integer end) =
        \separated(m, table + (0 .. regions - 1), scratch + (0 .. regions - 1),
                   spans + (0 .. end - 1));
    predicate at_work(struct planner *p) =
        \valid(p) && \valid(p->m) && plan_apart(p, p->m) &&
        lists_there(p->m, p->m->table, p->m->scratch, p->m->regions, p->m->spans, p->end) &&
        lists_apart(p->m, p->m->table, p->m->scratch, p->m->regions, p->m->spans, p->end);
    // Where held ranges are.
    predicate guarded(struct mpumap *m) =
        \valid_read(m) && \valid_read(m->ranges + (0 .. all_ranges(m) - 1)) &&
        m->lock_count <= m->lock_capacity && m->live_count <= m->live_capacity;
    // Where each of the first n new regions was, or will be.
    predicate linked(struct mpumap *m, struct mpumap_entry *table, integer n) =
        \forall integer k; 0 <= k < n ==>
            table[k].link < m->regions || table[k].link == MPUMAP_NO_SLOT;
    predicate planned(struct planner *p) = at_work(p) && p->news <= p->m->regions;

    // Old regions are read in order.
    predicate ascending(struct mpumap_span *v, integer end) =
        \forall integer i, j; 0 <= i < j < end ==> v[i].limit < v[j].base;
    predicate old_is(struct planner *p, struct mpumap_span *v) =
        p->w.next_old <= p->end && (p->w.o.have ==> p->w.o.slot < p->m->regions &&
            0 < p->w.next_old && p->w.o.limit == v[p->w.next_old - 1].limit);

    // The walk. It begins before the first new region: at number -1, in 16 bits.
    logic integer old_from(struct planner *p) = p->w.o.have ? p->w.old : p->w.next_old;
    logic integer new_from(struct planner *p) =
        p->w.n.have ? p->w.number : p->w.number == 0xffff ? 0 : p->w.number + 1;
    predicate old_there(struct planner *p) =
        p->w.next_old <= p->end &&
        (p->w.o.have ==> p->w.o.slot < p->m->regions && p->w.old < p->w.next_old);
    predicate new_there(struct planner *p) = p->w.n.have ==> p->w.number < p->news;
    // Behind the last new region the number goes up with each old one that is left.
    predicate walking(struct planner *p) =
        planned(p) && old_there(p) && new_there(p) &&
        (p->w.number < p->news || p->w.number == 0xffff ||
         (!p->w.o.have && p->w.number <= p->news + p->w.next_old));
    predicate seen(struct planner *p, enum event e) =
        (e == EV_END || e == EV_PAIR || e == EV_OLD || e == EV_NEW) &&
        (e == EV_PAIR ==> p->w.o.have && p->w.n.have) &&
        (e == EV_PAIR || e == EV_OLD ==>
            p->w.o.slot < p->m->regions && p->w.old < p->w.next_old <= p->end) &&
        (e == EV_PAIR || e == EV_NEW ==> p->w.number < p->news);
    // A plan that is carried out: every new region has a slot.
    predicate in_slots(struct mpumap_entry *table, integer n, integer regions) =
        \forall integer k; 0 <= k < n ==> table[k].link < regions;
    predicate executed(struct planner *p) =
        at_work(p) && made(p->m) && p->from <= p->end && p->listed <= p->m->regions &&
        in_slots(p->m->table, p->listed, p->m->regions);
    // What weights rest on.
    predicate weighed(struct mpumap *m) = guarded(m) && m->limits.granule_shift < 64;
*/

#endif
