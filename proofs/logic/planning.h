/* SPDX-License-Identifier: MIT */
/* A plan as a whole: what its passes ask for and leave. */
#ifndef LOGIC_PLANNING_H
#define LOGIC_PLANNING_H

#include "others.h"

/* clang-format off */
// What passes write of the table and of the list of new regions.
#define FLAGS(p) p->m->table[0 .. p->m->regions - 1].flags
#define LINKS(p) p->m->table[0 .. p->m->regions - 1].link
#define PHASES_OF(p)                                                                               \
    p->m->table[0 .. p->m->regions - 1].base_at, p->m->table[0 .. p->m->regions - 1].limit_at
#define NEWS(p) p->m->scratch[0 .. p->m->regions - 1].base, p->m->scratch[0 .. p->m->regions - 1].limit
// What listing, matching, selecting and an attempt as a whole write.
#define LISTING(p)                                                                                 \
    p->listed, p->news, p->come, p->gone, p->low, p->range.base, p->range.limit, p->w.next_old,    \
        p->w.o.base, p->w.o.limit, p->w.o.attr, p->w.o.slot, p->w.o.have, p->w.o.shares, FLAGS(p), \
        LINKS(p), PHASES_OF(p), NEWS(p)
#define MATCHING(p)                                                                                \
    p->one_write, p->lost, p->m->why.base, p->m->why.limit, p->m->why.slot, WALK(p), LINKS(p),     \
        PHASES_OF(p)
#define SELECTING(p)                                                                               \
    p->essential, p->lost, WALK(p), FLAGS(p), p->m->table[0 .. p->m->regions - 1].base_at
#define EXCHANGING(p) p->strict, p->victim, p->w.given_up, p->exchange_at, SELECTING(p)
#define CHOOSING(p) p->spare, p->full, EXCHANGING(p), MATCHING(p)
#define ATTEMPT(p) p->cut, p->w.late, p->moved, p->batch, p->retry, CHOOSING(p), LISTING(p)
/* clang-format on */

/*@ // The map of a planner, and which spans it looks at.
    predicate good_plan(struct planner *p) =
        planned(p) && p->from <= p->end && p->end <= p->m->span_count &&
        p->m->span_count <= 0xfe00 && whole_map(p->m);
    // What no part of planning changes, so that what it names is where it was.
    predicate kept{L1, L2}(struct planner *p) =
        \at(p->m, L1) == \at(p->m, L2) && \at(p->from, L1) == \at(p->from, L2) &&
        \at(p->end, L1) == \at(p->end, L2) && fixed{L1, L2}(\at(p->m, L1)) &&
        \at(p->m->span_count, L1) == \at(p->m->span_count, L2);
    // New regions are listed, and what has been decided can be assigned.
    predicate drafted(struct planner *p) =
        good_plan(p) && p->listed == p->news && linked(p->m, p->m->table, p->listed);
*/

/*@ requires good_plan(p);
    assigns LISTING(p);
    ensures good: good_plan(p) && kept{Pre, Post}(p);
    ensures drafted: drafted(p);
    ensures victim: p->victim == \old(p->victim);
*/
bool mpumap_i_list(struct planner *p);

/*@ requires good_plan(p);
    assigns MATCHING(p);
    ensures good: good_plan(p) && kept{Pre, Post}(p);
    ensures drafted: drafted{Pre}(p) ==> drafted(p);
    ensures victim: p->victim == \old(p->victim);
*/
void mpumap_i_match(struct planner *p);

/*@ requires good_plan(p);
    assigns SELECTING(p);
    ensures good: good_plan(p) && kept{Pre, Post}(p);
    ensures drafted: drafted{Pre}(p) ==> drafted(p);
    ensures victim: p->victim == \old(p->victim);
*/
void mpumap_i_select(struct planner *p, uint16_t room, bool held);

#endif
