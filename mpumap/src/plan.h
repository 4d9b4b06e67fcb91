/* SPDX-License-Identifier: MIT */
/*
 * What the passes of the planner share. In this order: list (the new regions, in address order,
 * into scratch[]), match (which of them keep the slot of an old one, and what is lost so), select
 * (which of them an exchange saves), assign (where each goes, and when).
 *
 * Bytes of the table's entries while a plan is made. flags: by slot. link: by number of the new
 * region: the slot of the old region that it becomes, later its slot. base_at, limit_at: by number,
 * too: the phase in which that register is written.
 */
#ifndef MPUMAP_PLAN_H
#define MPUMAP_PLAN_H

#include "internal.h"

enum event {
    EV_END,
    EV_PAIR, /* o and n share bytes, or o may slide to n; every pair once, before either ends */
    EV_OLD,  /* o is complete: no further pair with it */
    EV_NEW   /* n is complete */
};

/* Variants of a plan in order, tried one after another (planner.variant). */
#define PATIENT 1u  /* free slots are left to those that need them */
#define TIGHT 2u    /* a region may slide although others wait for its bytes */
#define EXCHANGE 4u /* everything is exchanged; by itself */

/* A weight counts, in order of importance: pairs with held bytes, granules, register writes saved.
 */
#define WEIGHT_HELD 56u
#define WEIGHT_GRANULES 12u

/* The order of writes that makes an old region a new one in its slot, with other attributes. */
#define CONVERT_NEVER 0u
#define CONVERT_BASE 1u  /* base first */
#define CONVERT_LIMIT 2u /* limit first */
#define CONVERT_ANY 3u

/*@ requires \valid_read(m);
    assigns \nothing;
    ensures \result <==> m->policy == MPUMAP_EXACT && slot < m->limits.bitmap;
*/
static inline bool mpumap_i_in_bitmap(const struct mpumap *m, uint16_t slot)
{
    return mpumap_i_is_exact(m) && (slot < m->limits.bitmap);
}

/*@ requires \valid_read(w);
    assigns \nothing;
*/
static inline bool mpumap_i_alike(const struct walk *w)
{
    return !w->slide && (w->o.attr == w->n.attr) && (w->o.slot != w->given_up) &&
           (w->n.base != w->late);
}

/* What PRBAR holds: base, permission and shareability. */
/*@ requires \valid_read(a) && \valid_read(b);
    assigns \nothing;
*/
static inline bool mpumap_i_base_differs(const struct side *a, const struct side *b)
{
    return (a->base != b->base) || (((uint32_t)(a->attr ^ b->attr) & ~MPUMAP_TYPE_MASK) != 0u);
}

/* What PRLAR holds: limit and type. */
/*@ requires \valid_read(a) && \valid_read(b);
    assigns \nothing;
*/
static inline bool mpumap_i_limit_differs(const struct side *a, const struct side *b)
{
    return (a->limit != b->limit) || (((uint32_t)(a->attr ^ b->attr) & MPUMAP_TYPE_MASK) != 0u);
}

/* Between match and assign: the new region is preloaded for the exchange. */
/*@ requires \valid_read(m) && \valid_read(m->table + number);
    assigns \nothing;
*/
static inline bool mpumap_i_is_chosen(const struct mpumap *m, uint16_t number)
{
    return m->table[number].base_at != 0u;
}

/* A weight without the writes saved: what counts as lost. */
//@ assigns \nothing;
static inline uint64_t mpumap_i_loss(uint64_t weight)
{
    return weight & ~((((uint64_t)1u) << WEIGHT_GRANULES) - 1u);
}

/* Regions that share bytes allowed alike by both maps, directly or through others of them. */
struct component {
    uint64_t alike;   /* weight of what both maps allow alike */
    uint64_t stays;   /* of that: what stays when every region keeps a slot */
    uint16_t old;     /* the first span of its first old region */
    uint16_t number;  /* its first new region */
    uint16_t end_old; /* where the next one may begin */
    uint16_t end_number;
    bool low; /* all its old regions are in the bitmap */
};

#define NO_PHASE 0xffu

/*@ assigns \nothing;
    ensures \result == \max(a, b);
*/
static inline uint8_t mpumap_i_later(uint8_t a, uint8_t b)
{
    return (a > b) ? a : b;
}

/* Where a new region may go. */
struct offer {
    uint8_t slot;
    uint8_t base;  /* the phase of its base register; 0: it is right already */
    uint8_t ready; /* the first phase in which the limit register may follow */
    uint8_t again; /* the base register is written again with the limit: what it has before */
};

/* In base_at, beside the phase: what is right in the register's first value. */
#define AGAIN_ADDRESS 0x40u
#define AGAIN_ATTR 0x80u
#define PHASE_MASK 0x3fu

/* Barriers count most. */
//@ assigns \nothing;
static inline uint32_t mpumap_i_cost(uint32_t barriers, uint32_t writes)
{
    return (barriers << 16) + writes;
}

/* walk.c */
uint16_t mpumap_i_old(const struct mpumap *m, uint16_t i, uint16_t end, struct side *out);
void mpumap_i_walk(struct planner *p, uint16_t old, uint16_t number);
bool mpumap_i_waits(const struct planner *p);
enum event mpumap_i_event(struct planner *p);
bool mpumap_i_list(struct planner *p);
void mpumap_i_enter_new(struct planner *p, const struct side *n, uint32_t marks);

/* match.c */
uint64_t mpumap_i_weight(const struct planner *p);
uint64_t mpumap_i_weight_of(struct planner *p, uint8_t slot);
bool mpumap_i_mix(const struct side *o, const struct side *n, const struct side *base,
                  const struct side *perm, const struct side *end);
uint8_t mpumap_i_conversion(const struct side *o, const struct side *n);
void mpumap_i_match(struct planner *p);

/* offer.c */
void mpumap_i_take(const struct planner *p, bool preload, uint8_t from, const struct side *n,
                   struct offer *best);

/* select.c, assign.c */
bool mpumap_i_component(struct planner *p, struct component *c);
void mpumap_i_select(struct planner *p, uint16_t room, bool held);
uint16_t mpumap_i_early(struct planner *p);
void mpumap_i_assign(struct planner *p);
uint32_t mpumap_i_plan_cost(struct planner *p);

/* plan.c */
uint8_t mpumap_i_find_victim(const struct mpumap *m, mpumap_addr_t *granules);
uint16_t mpumap_i_count_free(const struct mpumap *m, uint16_t end, uint16_t most);
enum mpumap_result mpumap_i_attempt(struct planner *p, bool cut);
enum mpumap_result mpumap_i_first_attempt(struct planner *p);
enum mpumap_result mpumap_i_complete(struct planner *p, enum mpumap_result r);

#endif
