/* SPDX-License-Identifier: MIT */
/* The best way to let old regions become new ones in their own slots, and what it loses. */
#include "plan.h"

/* What both maps allow alike of the current pair; 0: nothing. */
/*@ requires at_work(p) && weighed(p->m);
    assigns \nothing;
*/
uint64_t mpumap_i_weight(const struct planner *p)
{
    const struct walk *w = &p->w;
    const mpumap_addr_t base = mpumap_i_max(w->o.base, w->n.base);
    const mpumap_addr_t limit = mpumap_i_min(w->o.limit, w->n.limit);
    uint64_t sum = 0u;

    if (mpumap_i_alike(w)) {
        sum = (((uint64_t)(limit - base) >> p->m->limits.granule_shift) + 1u) << WEIGHT_GRANULES;
        if (mpumap_i_held(p->m, base, limit)) {
            sum += ((uint64_t)1u) << WEIGHT_HELD;
        }
    }
    return sum;
}

/* The same for all pairs of an old region. */
/*@ requires planned(p) && p->from <= p->end && weighed(p->m);
    assigns WALK(p);
    ensures planned: planned(p);
*/
uint64_t mpumap_i_weight_of(struct planner *p, uint8_t slot)
{
    uint64_t sum = 0u;
    enum event e;

    mpumap_i_walk(p, p->from, 0u);
    /*@ loop invariant walking: (e != EV_END ==> walking(p)) && planned(p) && seen(p, e);
        loop invariant weighed: weighed(p->m);
        loop assigns e, sum, WALK(p);
        loop variant TO_GO(p, e);
    */
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if ((e == EV_PAIR) && (p->w.o.slot == slot)) {
            sum += mpumap_i_weight(p);
        }
    }
    return sum;
}

/* Whoever may access memory with the attributes `a` may do so with b; type and shareability are
 * equal. */
//@ assigns \nothing;
static bool fits(uint32_t a, uint32_t b)
{
    const uint32_t rights = MPUMAP_PERM_MASK | LOWER;

    return ((a & ~b & rights) == 0u) && (((a ^ b) & ~rights) == 0u);
}

/*
 * While a slot changes from o to n, which share bytes or touch: may it show [base.base, end.limit]
 * with perm's permission and end's type (PRBAR has base, permission and shareability, PRLAR limit
 * and type)? It may not allow what no map does (R2), give a byte a type that no map gives it, nor
 * be executable device memory.
 */
/*@ requires \valid_read(o) && \valid_read(n) && \valid_read(base) && \valid_read(perm) &&
             \valid_read(end);
    assigns \nothing;
*/
bool mpumap_i_mix(const struct side *o, const struct side *n, const struct side *base,
                  const struct side *perm, const struct side *end)
{
    const uint32_t type = (uint32_t)end->attr & MPUMAP_TYPE_MASK;
    const uint32_t attr = ((uint32_t)perm->attr & ~MPUMAP_TYPE_MASK) | type;

    if ((base->base > end->limit) || ((type >= MPUMAP_DEVICE) && ((attr & MPUMAP_EXEC) != 0u))) {
        return false;
    }
    return (((base->base >= o->base) && (end->limit <= o->limit)) || fits(attr, n->attr)) &&
           (((base->base >= n->base) && (end->limit <= n->limit)) || fits(attr, o->attr));
}

/*
 * In which order the two registers of a slot may be written when o becomes n in it. What o gives up
 * has to be given up by the first write if others wait for it.
 */
/*@ requires \valid_read(o) && \valid_read(n);
    assigns \nothing;
    ensures \result <= CONVERT_ANY;
*/
uint8_t mpumap_i_conversion(const struct side *o, const struct side *n)
{
    const bool base = mpumap_i_mix(o, n, n, n, o);
    const bool limit = mpumap_i_mix(o, n, o, o, n);

    if (base && limit) {
        return CONVERT_ANY;
    }
    if (base && o->high) {
        return CONVERT_BASE;
    }
    return (limit && o->low) ? CONVERT_LIMIT : CONVERT_NEVER;
}

/* What keeping a slot saves, against switching the old region off and writing a slot anew. */
#define SAVES_THE_PLACE 13u /* `whole`: more than the two pairs that would take its place save */
#define SAVES_TWO_WRITES 6u
#define SAVES_A_WRITE 3u
#define SAVES_WITH_BARRIER 2u /* a write, but the two that are left need a barrier between */
#define SAVES_LITTLE 1u       /* the same, and it waits for others or bytes are given up late */

//@ assigns \nothing;
static uint32_t saved_by_order(uint8_t order)
{
    if (order == CONVERT_NEVER) {
        return 0u;
    }
    return (order == CONVERT_ANY) ? SAVES_A_WRITE : SAVES_WITH_BARRIER;
}

/*@ requires at_work(p);
    assigns p->one_write;
*/
static uint32_t saved(struct planner *p)
{
    const struct side *o = &p->w.o;
    const struct side *n = &p->w.n;

    p->one_write = !p->w.slide && (!mpumap_i_base_differs(o, n) || !mpumap_i_limit_differs(o, n));
    if (!mpumap_i_is_exact(p->m) && (o->base == n->base) && (o->limit == n->limit)) {
        return SAVES_THE_PLACE;
    }
    if (p->one_write) {
        return SAVES_TWO_WRITES;
    }
    if (p->w.slide) {
        return mpumap_i_waits(p) ? SAVES_LITTLE : SAVES_WITH_BARRIER;
    }
    return (o->attr == n->attr) ? SAVES_A_WRITE : saved_by_order(mpumap_i_conversion(o, n));
}

/* Bits kept for each step of the walk, to trace the choice back. */
#define STEP_TAKE 1u /* the old region's slot becomes the new region's, if both are free */
#define STEP_OLD 2u  /* then the old region ends, else the new one */

/*@ requires planned(p) && t < 2 * p->m->regions;
    assigns \result \from p->m, t;
    ensures t < p->m->regions ? \result == &p->m->table[t].base_at
                              : \result == &p->m->table[t - p->m->regions].limit_at;
*/
static uint8_t *step_bits(const struct planner *p, uint16_t t)
{
    const uint16_t regions = p->m->regions;

    return (t < regions) ? &p->m->table[t].base_at : &p->m->table[t - regions].limit_at;
}

/* Turns the bits into the choice itself, from the last step back to the first. */
static void trace_back(struct planner *p, uint16_t t)
{
    struct mpumap *m = p->m;
    const struct mpumap_span *v = m->spans;
    uint16_t old = p->end;
    uint16_t number = p->news;
    bool old_free = false;
    bool new_free = false;

    while (t > 0u) {
        uint8_t bits;

        t--;
        bits = *step_bits(p, t);
        if ((bits & STEP_OLD) != 0u) {
            old_free = false;
            do {
                old--;
            } while (((m->table[v[old].slot].flags & F_BUSY) == 0u) ||
                     ((old > p->from) && (v[old - 1u].slot == v[old].slot)));
        } else {
            new_free = false;
            do {
                number--;
            } while ((m->scratch[number].limit & NEW_KEPT) != 0u);
        }
        if (((bits & STEP_TAKE) != 0u) && !old_free && !new_free) {
            m->table[number].link = v[old].slot;
            old_free = true;
            new_free = true;
        }
    }
    for (number = 0u; number < p->news; number++) {
        m->table[number].base_at = 0u;
        m->table[number].limit_at = 0u;
    }
}

/* The current pair is one that both maps allow alike, and held, and one of the first that cannot
 * all be kept: what to blame if it comes to that. */
/*@ requires at_work(p);
    assigns p->m->why.base, p->m->why.limit, p->m->why.slot;
*/
static void note_held(struct planner *p)
{
    struct mpumap_why *why = &p->m->why;

    why->base = mpumap_i_max(p->w.o.base, p->w.n.base);
    why->limit = mpumap_i_min(p->w.o.limit, p->w.n.limit);
    why->slot = p->w.o.slot;
}

/*
 * The best choice of pairs of which no two share a region, from a table of four states: the best so
 * far, and the best in which the current old region, the current new one, or both are not taken.
 */
void mpumap_i_match(struct planner *p)
{
    uint64_t best = 0u;
    uint64_t old_free = 0u;
    uint64_t new_free = 0u;
    uint64_t both_free = 0u;
    uint64_t alike = 0u;
    uint16_t t = 0u;
    uint8_t bits = 0u;
    enum event e;

    p->one_write = false;
    mpumap_i_walk(p, p->from, 0u);
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (e == EV_PAIR) {
            const uint64_t w = mpumap_i_weight(p);
            const uint64_t with = both_free + w + saved(p);
            const bool lost = (alike >> WEIGHT_HELD) > (best >> WEIGHT_HELD);

            alike += w;
            if (with > best) {
                best = with;
                bits = STEP_TAKE;
            }
            if (!lost && ((w >> WEIGHT_HELD) != 0u)) {
                note_held(p);
            }
        } else {
            if (e == EV_OLD) {
                bits |= STEP_OLD;
                old_free = best;
                both_free = new_free;
            } else {
                new_free = best;
                both_free = old_free;
            }
            *step_bits(p, t) = bits;
            bits = 0u;
            t++;
        }
    }
    p->lost = alike - mpumap_i_loss(best);
    trace_back(p, t);
}
