/* SPDX-License-Identifier: MIT */
/* The best way to let old regions become new ones in their own slots, and what it loses. */
#include "plan.h"

/*
 * Pairs that follow each other share a region, so a component of pairs is a path, and the best
 * choice of pairs of which no two share a region comes from a table of two states: is the region
 * shared with the next pair taken already?
 */
struct survey {
    struct planner *p;
    struct sweep s;
    uint64_t free;            /* best so far, the region shared with the current pair not taken */
    uint64_t taken;           /* best so far, it is taken */
    uint64_t take;            /* best with the current pair chosen */
    uint64_t alike;           /* weight of all pairs of the component that both maps allow alike */
    struct mpumap_range held; /* the last held bytes of the component */
    uint16_t first;           /* the component's first pair */
    uint16_t t;               /* pairs so far */
    uint8_t hub; /* what the current pair shares with the one before: 0 nothing, else enum event */
};

/* What both maps allow alike of the current pair; 0: nothing. */
uint64_t mpumap_i_weight(const struct sweep *s)
{
    mpumap_addr_t base = mpumap_i_max(s->o.base, s->n.base);
    mpumap_addr_t limit = mpumap_i_min(s->o.limit, s->n.limit);
    uint64_t w = 0u;

    if (mpumap_i_alike(s)) {
        w = ((((uint64_t)limit - base) >> s->m->limits.granule_shift) + 1u) << WEIGHT_GRANULES;
        if (mpumap_i_held(s->m, base, limit)) {
            w += ((uint64_t)1u) << WEIGHT_HELD;
        }
    }
    return w;
}

/* Whoever may access memory as a says may do so as b says, with equal shareability: what PRBAR
 * holds. */
static bool within(uint8_t a, uint8_t b)
{
    uint32_t rights = MPUMAP_PERM_MASK | LOWER;

    return (((uint32_t)a & ~(uint32_t)b & rights) == 0u) &&
           (((uint32_t)(a ^ b) & MPUMAP_SHARE_MASK) == 0u);
}

/*
 * In which order the two registers of a slot may be written when o becomes n in it, with other
 * attributes (PRBAR has base, permission and shareability, PRLAR limit and type; o and n share
 * bytes). Between the writes there is either [n.base, o.limit] with n's permission and o's type, or
 * [o.base, n.limit] with o's permission and n's type. Neither may allow what no map does (R2), give
 * a byte a type that no map gives it, nor be executable device memory; and what o gives up has to
 * be given up by the first write, because others wait for it.
 */
uint8_t mpumap_i_conversion(const struct side *o, const struct side *n)
{
    bool o_device = (o->attr & MPUMAP_TYPE_MASK) >= MPUMAP_DEVICE;
    bool n_device = (n->attr & MPUMAP_TYPE_MASK) >= MPUMAP_DEVICE;
    bool same_type = ((uint32_t)(o->attr ^ n->attr) & MPUMAP_TYPE_MASK) == 0u;
    bool base_first = ((o->limit <= n->limit) || within(n->attr, o->attr)) &&
                      ((n->base >= o->base) || same_type) &&
                      !(o_device && ((n->attr & MPUMAP_EXEC) != 0u));
    bool limit_first = ((n->limit <= o->limit) || within(o->attr, n->attr)) &&
                       ((n->base <= o->base) || same_type) &&
                       !(n_device && ((o->attr & MPUMAP_EXEC) != 0u));

    if (base_first && limit_first) {
        return CONVERT_ANY;
    }
    if (base_first && (n->limit >= o->limit)) {
        return CONVERT_BASE;
    }
    if (limit_first && (n->base <= o->base)) {
        return CONVERT_LIMIT;
    }
    return CONVERT_NEVER;
}

/* What keeping a slot saves, against switching the old region off and writing a slot anew. */
#define SAVES_TWO_WRITES 6u
#define SAVES_A_WRITE 3u
#define SAVES_WITH_BARRIER 2u /* a write, but the two that are left need a barrier between */
#define SAVES_LITTLE 1u       /* the same, and bytes are given up late */

/* The weight of letting o become n in its slot; 0: not possible without disabling it. */
static uint64_t weigh(struct survey *v)
{
    static const uint8_t saved[] = {0u, SAVES_WITH_BARRIER, SAVES_WITH_BARRIER, SAVES_A_WRITE};
    const struct side *o = &v->s.o;
    const struct side *n = &v->s.n;
    const struct mpumap_entry *e = &v->p->m->table[o->slot];
    struct mpumap_pair next;
    uint64_t w = mpumap_i_weight(&v->s);

    mpumap_i_encode(v->p->m, n, &next);
    v->p->one_write = !v->s.slide && ((next.base == e->base) || (next.limit == e->limit));
    if ((w >> WEIGHT_HELD) != 0u) {
        v->held.base = mpumap_i_max(o->base, n->base);
        v->held.limit = mpumap_i_min(o->limit, n->limit);
    }
    if (v->p->one_write) {
        w += SAVES_TWO_WRITES;
    } else if (v->s.slide) {
        w += SAVES_LITTLE;
    } else {
        w += (mpumap_i_alike(&v->s)) ? SAVES_A_WRITE : saved[mpumap_i_conversion(o, n)];
    }
    return w;
}

/* Completes the state after the current pair, now that it is known what the next pair shares with
 * it. */
static void resolve(struct survey *v, uint8_t hub)
{
    uint8_t *bits = mpumap_i_pair(v->p->m, (uint16_t)(v->t - 1u));

    if (v->hub == hub) {
        *bits = (uint8_t)(PAIR_HUB | ((v->take > v->taken) ? PAIR_TAKE : 0u));
        v->taken = (v->take > v->taken) ? v->take : v->taken;
    } else {
        *bits = (v->taken > v->free) ? PAIR_TAKE : 0u;
        v->free = (v->taken > v->free) ? v->taken : v->free;
        v->taken = v->take;
    }
    v->hub = hub;
}

static void survey_pair(struct survey *v, uint8_t hub)
{
    uint64_t w = weigh(v);

    if (v->t > v->first) {
        resolve(v, hub);
    } else {
        v->hub = 0u;
        v->free = 0u;
        v->taken = 0u;
        v->alike = 0u;
    }
    v->t++;
    v->take = v->free + w;
    v->alike += mpumap_i_loss(w);
}

/* Turns what resolve() noted into the choice itself, from the last pair back to the first. */
static void trace_back(struct survey *v)
{
    bool take = (v->take > v->free) && (v->take > v->taken);
    bool state = !take && (v->taken > v->free);
    uint16_t t = v->t;
    bool last = true;

    while (t > v->first) {
        uint8_t *bits;

        t--;
        bits = mpumap_i_pair(v->p->m, t);
        if (!last) {
            bool noted = (*bits & PAIR_TAKE) != 0u;

            if ((*bits & PAIR_HUB) != 0u) {
                take = state && noted;
                state = state && !noted;
            } else {
                take = state;
                state = !take && noted;
            }
        }
        *bits = take ? PAIR_TAKE : 0u;
        last = false;
    }
}

static void end_component(struct survey *v)
{
    struct planner *p = v->p;

    if (v->t > v->first) {
        uint64_t best = (v->taken > v->free) ? v->taken : v->free;
        uint64_t lost;

        best = (v->take > best) ? v->take : best;
        lost = v->alike - mpumap_i_loss(best);
        if (((lost >> WEIGHT_HELD) != 0u) && ((p->lost >> WEIGHT_HELD) == 0u)) {
            p->held = v->held;
        }
        p->lost += lost;
        trace_back(v);
    }
    v->first = v->t;
}

static void survey_old(struct survey *v)
{
    struct planner *p = v->p;
    bool low = mpumap_i_in_bitmap(p->m, v->s.o.slot);

    p->olds++;
    p->low = p->low && low;
    p->m->table[v->s.o.slot].flags |= F_BUSY;
    if (!v->s.n.have || !v->s.n.paired) {
        end_component(v);
    }
}

/* False: there are more pairs than any table that fits could have. */
bool mpumap_i_survey(struct planner *p)
{
    struct survey v = {.p = p};
    enum event e;
    enum event before = EV_END;

    mpumap_i_sweep(&v.s, p->m, p->from, p->end, p->fresh, p->cut);
    for (e = mpumap_i_event(&v.s); e != EV_END; e = mpumap_i_event(&v.s)) {
        if (e == EV_PAIR) {
            if ((v.t / 2u) >= p->m->regions) {
                return false;
            }
            survey_pair(&v, (uint8_t)before);
        } else if (e == EV_OLD) {
            survey_old(&v);
        } else if (e == EV_NEW) {
            if (p->news == 0u) {
                p->out->first.base = v.s.n.base;
                p->out->first.limit = v.s.n.limit;
            }
            p->news++;
            if (!v.s.o.have || !v.s.o.paired) {
                end_component(&v);
            }
        } else {
            /* kept */
        }
        before = e;
    }
    p->pairs = v.t;
    return true;
}
