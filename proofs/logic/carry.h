/* SPDX-License-Identifier: MIT */
/* Carrying out a plan (steps.c): what its parts leave as it was. */
#ifndef LOGIC_CARRY_H
#define LOGIC_CARRY_H

#include "plan.h"

/* clang-format off */
// What the steps of a plan write, and what settling writes when they are done.
#define RUNNING(p)                                                                                 \
    p->owed, p->m->cost.barriers, p->m->cost.writes, port_state,                                   \
        p->m->table[0 .. p->m->regions - 1].base, p->m->table[0 .. p->m->regions - 1].limit
#define SETTLING(p)                                                                                \
    p->m->table[0 .. p->m->regions - 1].flags, p->m->table[0 .. p->m->regions - 1].refs,           \
        p->m->free_from, p->m->waiting, p->m->spans[0 .. p->m->span_count - 1].slot
/* clang-format on */

/*@ // The bitmap enables what has a bit there. Taken for granted.
    predicate enabled_low(struct mpumap_entry *table, integer n) =
        \forall integer k; 0 <= k < n && (table[table[k].link].flags & F_XON) != 0 ==>
            table[k].link < 32;
    // The region that is taken out for the duration.
    predicate moves(struct planner *p) =
        slot_or_none(p->m, p->victim) && (p->moved == NONE || p->moved < p->listed);
    // What settling asks for.
    predicate settling(struct planner *p, struct mpumap *m) =
        \valid_read(p) && \valid(m) && \valid(m->table + (0 .. m->regions - 1)) &&
        \valid_read(m->scratch + (0 .. m->regions - 1)) &&
        \valid(m->spans + (0 .. m->span_count - 1)) &&
        \separated(p, m, m->table + (0 .. m->regions - 1), m->spans + (0 .. m->span_count - 1)) &&
        p->end <= m->span_count && p->listed <= m->regions && m->free_from <= m->regions &&
        slots_below(m->spans, m->span_count, m->regions) &&
        in_slots(m->table, p->listed, m->regions) && moves(p);
    predicate ready(struct planner *p) =
        executed(p) && moves(p) && enabled_low(p->m->table, p->listed);
*/

#endif
