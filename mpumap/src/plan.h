/* SPDX-License-Identifier: MIT */
/*
 * What the passes of the planner share. Over the pairs of old and new regions that share bytes go,
 * in this order: survey (what is lost if regions only stay in their slots), select (which of them
 * an exchange saves), mark (what becomes of each old region), assign (where each new region goes,
 * and when).
 */
#ifndef MPUMAP_PLAN_H
#define MPUMAP_PLAN_H

#include "sweep.h"

/* Bits kept for each pair from survey to mark, in base_at and limit_at, which are free until
 * assign. */
#define PAIR_TAKE 0x01u /* the old region's slot becomes the new region's */
#define PAIR_HUB                                                                                   \
    0x02u /* survey only: the region shared with the next pair is that shared with the last */
#define PAIR_MOVE 0x04u /* both maps allow it alike, and its component is exchanged */

/* The order of writes that makes an old region a new one in its slot, with other attributes. */
#define CONVERT_NEVER 0u
#define CONVERT_BASE 1u  /* base first */
#define CONVERT_LIMIT 2u /* limit first */
#define CONVERT_ANY 3u

/* A weight counts, in order of importance: pairs with held bytes, granules, register writes saved.
 */
#define WEIGHT_HELD 56u
#define WEIGHT_GRANULES 12u

struct planner {
    struct mpumap *m;
    const struct stream *fresh;
    struct plan *out;
    uint64_t lost; /* weight of what both maps allow alike and the plan loses for a moment */
    struct mpumap_range held; /* the first held bytes that would be lost */
    uint32_t
        chosen[MPUMAP_MASK_WORDS]; /* by number of the new region: preloaded for the exchange */
    uint16_t from;
    uint16_t end;
    uint16_t olds; /* old regions that change */
    uint16_t news; /* new regions that are not there yet */
    uint16_t pairs;
    uint16_t early; /* old regions in the bitmap of which nothing becomes: free after phase 1 */
    uint16_t used;
    uint16_t capacity;
    uint16_t free_low;  /* free slots that the bitmap covers */
    uint16_t essential; /* preloads still to be placed */
    uint16_t number;    /* assign: of the next new region */
    uint8_t tail;
    uint8_t victim;
    bool low;       /* every old region that changes is in the bitmap */
    bool one_write; /* the last pair differs in one register */
    bool cut;
    bool full;   /* exchange everything */
    bool strict; /* slots are so few that none is kept for other attributes */
};

static inline uint8_t *mpumap_i_pair(struct mpumap *m, uint16_t t)
{
    struct mpumap_entry *e = &m->table[t / 2u];

    return ((t % 2u) == 0u) ? &e->base_at : &e->limit_at;
}

static inline bool mpumap_i_in_bitmap(const struct mpumap *m, uint16_t slot)
{
    return mpumap_i_is_exact(m) && (slot < m->limits.bitmap);
}

static inline void mpumap_i_encode(const struct mpumap *m, const struct side *r,
                                   struct mpumap_pair *out)
{
    m->port->encode(m->port_ctx, r->base, r->limit, r->attr, out);
}

static inline bool mpumap_i_alike(const struct sweep *s)
{
    return !s->slide && (s->o.attr == s->n.attr);
}

static inline bool mpumap_i_is_chosen(const struct planner *p, uint16_t number)
{
    return ((p->chosen[number / 32u] >> (number % 32u)) & 1u) != 0u;
}

static inline uint64_t mpumap_i_granules(uint64_t weight)
{
    return (weight >> WEIGHT_GRANULES) & ((((uint64_t)1u) << (WEIGHT_HELD - WEIGHT_GRANULES)) - 1u);
}

/* A weight without the writes saved: what counts as lost. */
static inline uint64_t mpumap_i_loss(uint64_t weight)
{
    return weight & ~((((uint64_t)1u) << WEIGHT_GRANULES) - 1u);
}

static inline bool mpumap_i_is_free(const struct mpumap *m, uint16_t slot)
{
    return !mpumap_i_in_use(m, slot) &&
           ((m->table[slot].flags & (F_RESERVED | F_RESERVED_TX | F_PLAN)) == 0u);
}

uint64_t mpumap_i_weight(const struct sweep *s);
uint8_t mpumap_i_conversion(const struct side *o, const struct side *n);
bool mpumap_i_survey(struct planner *p);
void mpumap_i_select(struct planner *p, uint16_t room);
uint8_t mpumap_i_assign_fresh(struct planner *p, const struct side *n);
void mpumap_i_assign(struct planner *p);

#endif
