/* SPDX-License-Identifier: MIT */
/*
 * A change as it is planned, admitted, carried out and entered: what the stages owe each other, and
 * what is taken for granted of those that are not proved as wholes.
 */
#ifndef LOGIC_CHANGES_H
#define LOGIC_CHANGES_H

#include "carry.h"
#include "state.h"

/* clang-format off */
// What a change writes of the arrays of a map. Fields that are written one by one are named beside
// the array that has them: that a field is in an array is hard to see for a prover.
#define ARRAYS(m)                                                                                  \
    m->table[0 .. m->regions - 1], m->scratch[0 .. m->regions - 1],                                \
        m->spans[0 .. m->span_capacity - 1]
#define FIELDS(m)                                                                                  \
    m->table[0 .. m->regions - 1].base, m->table[0 .. m->regions - 1].limit,                       \
        m->table[0 .. m->regions - 1].flags, m->table[0 .. m->regions - 1].refs,                   \
        m->spans[0 .. m->span_capacity - 1].slot
// A plan, but for the stream and the map, which it leaves as they are.
#define PLAN(p)                                                                                    \
    p->w, p->lost, p->plain, p->from, p->end, p->news, p->listed, p->moved, p->come, p->gone,      \
        p->count, p->spare, p->essential, p->exchange_at, p->variant, p->victim, p->tight, p->low, \
        p->one_write, p->full, p->late_base, p->strict, p->batch, p->cut, p->retry, p->sequence,   \
        p->owed
#define MARKS(m) m->table[0 .. m->regions - 1], m->scratch[0 .. m->regions - 1]
// The same, and what it writes of the map itself.
#define CHANGES(m) ARRAYS(m), m->span_count, m->cost, m->free_from, m->waiting, port_state
/* clang-format on */

/*@ // Where what changes is, the map's own fields are not.
    predicate refs_apart(struct mpumap *m, struct mpumap_entry *e) =
        &e->refs != &m->regions && &e->refs != &m->span_capacity &&
        &e->refs != &m->pending_capacity && &e->refs != &m->span_count &&
        &e->refs != &m->pending_count;
    predicate byte_apart(struct mpumap *m, uint8_t *x) =
        x != &m->lock_capacity && x != &m->live_capacity && x != &m->live_limit &&
        x != &m->limits.address_bits && x != &m->limits.granule_shift && x != &m->limits.bank &&
        x != &m->limits.bitmap && x != &m->lock_count && x != &m->live_count &&
        x != &m->saved_lock_count && x != &m->saved_live_count && x != &m->free_from;
    // Steps of a walk are counted in 16 bits.
    predicate countable(struct mpumap *m) = m->span_capacity <= 0xfe00;
    // A change in work.
    predicate changing(struct planner *p, struct mpumap *m) =
        p->m == m && \valid(p) && plan_apart(p, m) && whole_map(m) && countable(m) &&
        p->from <= p->end <= m->span_count;
    // How much of a list is written anew.
    logic integer written(struct mpumap *m, struct mpumap_span *out) =
        out == \null ? 0 : out == m->pending ? m->pending_capacity : m->span_capacity;
    // Taken for granted of a plan that is answered OK, if it is no sequence.
    predicate decided(struct planner *p) = ready(p) && settling(p, p->m);
*/

/*@ requires \valid(s) && \valid_read(v + (from .. end - 1)) && \valid_read(op);
    assigns s->v \from v;
    assigns s->op \from op;
    assigns s->pos, s->i, s->end, s->top \from v[from .. end - 1], *op;
*/
void mpumap_i_stream(struct stream *s, const struct mpumap_span *v, uint16_t from, uint16_t end,
                     const struct op *op);

/*@ requires \valid(m) && \valid_read(from) && (out == \null || out == m->pending ||
             out == m->spans);
    assigns out[0 .. written(m, out) - 1],
            m->table[0 .. (out == \null ? 0 : m->regions) - 1].refs;
    ensures bounded: \result <= at + 0x40000;
    ensures counted: out != \null && at == 0 ==> \result <= written(m, out);
*/
uint32_t mpumap_i_rewrite(struct mpumap *m, const struct stream *from, uint16_t news,
                          struct mpumap_span *out, uint32_t at);

/*@ requires \valid_read(m) && \valid(from) && \valid(end) && \separated(from, end, m);
    assigns *from, *end;
    ensures window: *from <= *end <= m->span_count;
*/
void mpumap_i_window(const struct mpumap *m, const struct op *op, uint16_t *from, uint16_t *end);

/*@ requires \valid(m) && \valid(m->table + (0 .. m->regions - 1)) &&
             \separated(m, m->table + (0 .. m->regions - 1));
    assigns m->cost.gap, m->table[0 .. m->regions - 1].flags;
*/
void mpumap_i_forget(struct mpumap *m);

/*@ requires changing(p, p->m);
    assigns PLAN(p), MARKS(p->m), p->m->cost, p->m->why;
    ensures changing: changing(p, \old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
    ensures decided: \result == MPUMAP_OK ==> decided(p);
*/
enum mpumap_result mpumap_i_plan(struct planner *p);

/*@ requires changing(p, p->m);
    assigns PLAN(p), MARKS(p->m), p->m->cost, p->m->why;
    ensures changing: changing(p, \old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
    ensures decided: \result == MPUMAP_OK && !p->sequence ==> decided(p);
*/
enum mpumap_result mpumap_i_plan_commit(struct planner *p);

/*@ requires changing(p, p->m);
    assigns *p, ARRAYS(p->m), p->m->span_count, p->m->cost, p->m->free_from, p->m->waiting,
            port_state;
    ensures changing: changing(p, \old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
*/
void mpumap_i_sequence(struct planner *p);

/*@ requires changing(p, p->m);
    assigns p->fresh, p->m->span_count, p->m->spans[0 .. p->m->span_capacity - 1],
            p->m->table[0 .. p->m->regions - 1];
    ensures whole: whole_map(\old(p->m));
    ensures state: same_state{Pre, Post}(\old(p->m));
*/
void mpumap_i_replace(struct planner *p);

#endif
