/* SPDX-License-Identifier: MIT */
/*
 * The planner: from the old regions to the new ones, which slot holds what next, and in which phase
 * each register is written. docs/live-change.md argues why rules R1 to R4 hold.
 *
 * Three passes over the pairs of old and new regions that share bytes: survey (what would be lost
 * if regions only stayed in their slots), mark (what becomes of each old region), assign (where
 * each new region goes).
 */
#include "sweep.h"

/* Bits kept for each pair between survey and mark, in base_at and limit_at, which are free until
 * assign. */
#define PAIR_TAKE 0x01u /* after the trace back: the old region's slot becomes the new region's */
#define PAIR_HUB 0x02u  /* the region shared with the next pair is the one shared with the last */
#define PAIR_HARD 0x04u /* its component loses bytes when every region stays in a slot */

/* A weight counts, in order of importance: pairs with held bytes, granules, register writes saved.
 */
#define WEIGHT_HELD 56u
#define WEIGHT_GRANULES 11u

struct planner {
    struct mpumap *m;
    const struct stream *fresh;
    struct plan *out;
    uint64_t lost; /* granules that both maps allow alike and that are lost without an exchange */
    uint16_t from;
    uint16_t end;
    uint16_t lost_held; /* pairs with held bytes among them: rule R3 would break */
    uint16_t olds;      /* old regions that change */
    uint16_t news;      /* new regions that are not there yet */
    uint16_t pairs;
    uint16_t essential; /* new regions that an exchange has to preload to lose nothing */
    uint16_t early;     /* slots that are free for them after the first phase */
    uint16_t used;
    uint16_t capacity;
    uint16_t free_low;        /* free slots that the enable bitmap covers */
    struct mpumap_range held; /* the first live or locked bytes that would be lost */
    uint8_t tail;
    uint8_t victim;
    bool low;       /* every old region that changes is in the bitmap */
    bool hard_low;  /* every old region that an exchange takes over is */
    bool one_write; /* the only pair differs in one register */
    bool cut;
    bool full;     /* exchange everything */
    bool exchange; /* exchange the components that lose bytes otherwise */
};

static uint8_t *pair_bits(struct mpumap *m, uint16_t t)
{
    struct mpumap_entry *e = &m->table[t / 2u];

    return ((t % 2u) == 0u) ? &e->base_at : &e->limit_at;
}

static bool in_bitmap(const struct mpumap *m, uint8_t slot)
{
    return (m->policy == (uint8_t)MPUMAP_EXACT) && (slot < m->limits.bitmap);
}

static void encode(const struct mpumap *m, const struct side *r, struct mpumap_pair *out)
{
    m->port->encode(m->port_ctx, r->base, r->limit, r->attr, out);
}

static bool alike(const struct sweep *s)
{
    return s->o.attr == s->n.attr;
}

/* ---- survey: the best way to let old regions become new ones in their own slots ---- */

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
    uint16_t first;           /* the component's first pair */
    uint16_t t;               /* pairs so far */
    uint16_t news;            /* of the component: new regions with a pair alike ... */
    uint16_t early;           /* ... and old regions in the bitmap without */
    struct mpumap_range held; /* the last held bytes of the component */
    uint8_t hub; /* what the current pair shares with the one before: 0 nothing, else enum event */
    bool old_alike;
    bool new_alike;
    bool low;
};

/* The weight of letting o become n in its slot; 0: not possible without disabling it. */
static uint64_t weigh(struct survey *v)
{
    const struct mpumap *m = v->p->m;
    const struct side *o = &v->s.o;
    const struct side *n = &v->s.n;
    const struct mpumap_entry *e = &m->table[o->slot];
    mpumap_addr_t base = mpumap_i_max(o->base, n->base);
    mpumap_addr_t limit = mpumap_i_min(o->limit, n->limit);
    struct mpumap_pair next;
    uint64_t w;
    bool one;

    encode(m, n, &next);
    one = (next.base == e->base) || (next.limit == e->limit);
    v->p->one_write = one;
    w = one ? 2u : 1u;
    if (alike(&v->s)) {
        w += ((((uint64_t)limit - base) >> m->limits.granule_shift) + 1u) << WEIGHT_GRANULES;
        if (mpumap_i_held(m, base, limit)) {
            w += ((uint64_t)1u) << WEIGHT_HELD;
            v->held.base = base;
            v->held.limit = limit;
        }
    } else if (!one && ((o->base != n->base) || (o->limit != n->limit))) {
        w = 0u;
    } else {
        /* other attributes on the same range, or one register to write */
    }
    return w;
}

/* Completes the state after the current pair, now that it is known what the next pair shares with
 * it. */
static void resolve(struct survey *v, uint8_t hub)
{
    uint8_t *bits = pair_bits(v->p->m, (uint16_t)(v->t - 1u));

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
    if (alike(&v->s)) {
        v->alike += w;
        v->old_alike = true;
        v->new_alike = true;
        v->low = v->low && in_bitmap(v->p->m, v->s.o.slot);
    }
}

/* Turns what resolve() noted into the choice itself, from the last pair back to the first. */
static void trace_back(struct survey *v, bool hard)
{
    bool take = (v->take > v->free) && (v->take > v->taken);
    bool state = !take && (v->taken > v->free);
    uint16_t t = v->t;
    bool last = true;

    while (t > v->first) {
        uint8_t *bits;

        t--;
        bits = pair_bits(v->p->m, t);
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
        *bits = (uint8_t)((take ? PAIR_TAKE : 0u) | (hard ? PAIR_HARD : 0u));
        last = false;
    }
}

static void end_component(struct survey *v)
{
    struct planner *p = v->p;
    uint64_t granules = (((uint64_t)1u) << (WEIGHT_HELD - WEIGHT_GRANULES)) - 1u;
    bool hard = false;

    if (v->t > v->first) {
        uint64_t best = (v->taken > v->free) ? v->taken : v->free;
        uint64_t held;
        uint64_t lost;

        best = (v->take > best) ? v->take : best;
        held = (v->alike >> WEIGHT_HELD) - (best >> WEIGHT_HELD);
        lost = ((v->alike >> WEIGHT_GRANULES) & granules) - ((best >> WEIGHT_GRANULES) & granules);
        hard = (held != 0u) || (lost != 0u);
        if ((held != 0u) && (p->lost_held == 0u)) {
            p->held = v->held;
        }
        p->lost_held = (uint16_t)(p->lost_held + held);
        p->lost += lost;
        trace_back(v, hard);
    }
    if (hard) {
        p->essential = (uint16_t)(p->essential + v->news);
        p->hard_low = p->hard_low && v->low;
    }
    if (hard || (v->t == v->first)) {
        p->early = (uint16_t)(p->early + v->early);
    }
    v->first = v->t;
    v->news = 0u;
    v->early = 0u;
    v->low = true;
}

static void survey_old(struct survey *v)
{
    struct planner *p = v->p;

    p->olds++;
    p->low = p->low && in_bitmap(p->m, v->s.o.slot);
    p->m->table[v->s.o.slot].flags |= F_BUSY;
    if (!v->old_alike && in_bitmap(p->m, v->s.o.slot)) {
        v->early++;
    }
    v->old_alike = false;
    if (!v->s.n.have || !v->s.n.paired) {
        end_component(v);
    }
}

static void survey_new(struct survey *v)
{
    v->p->news++;
    if (v->new_alike) {
        v->news++;
    }
    v->new_alike = false;
    if (!v->s.o.have || !v->s.o.paired) {
        end_component(v);
    }
}

/* False: there are more pairs than any table that fits could have. */
static bool survey(struct planner *p)
{
    struct survey v = {.p = p, .low = true};
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
            survey_new(&v);
        } else {
            /* kept */
        }
        before = e;
    }
    p->pairs = v.t;
    return true;
}

/* ---- mark: what becomes of each old region ---- */

static void mark(struct planner *p)
{
    struct sweep s;
    enum event e;
    uint16_t t = 0u;
    uint8_t flag = F_OFF;

    mpumap_i_sweep(&s, p->m, p->from, p->end, p->fresh, p->cut);
    for (e = mpumap_i_event(&s); e != EV_END; e = mpumap_i_event(&s)) {
        if (e == EV_PAIR) {
            uint8_t bits = *pair_bits(p->m, t);

            t++;
            if (p->full || (p->exchange && ((bits & PAIR_HARD) != 0u) && alike(&s))) {
                flag = F_XOFF;
            } else if (((bits & PAIR_TAKE) != 0u) && !(p->exchange && ((bits & PAIR_HARD) != 0u))) {
                flag = F_PLAN;
                encode(p->m, &s.n, &p->m->scratch[s.o.slot]);
            } else {
                /* nothing becomes of it here */
            }
        } else if (e == EV_OLD) {
            struct mpumap_entry *entry = &p->m->table[s.o.slot];

            entry->flags &= (uint8_t)~F_BUSY;
            entry->flags |= (uint8_t)(p->full ? F_XOFF : flag);
            flag = F_OFF;
        } else {
            /* only old regions are marked */
        }
    }
    while (t > 0u) {
        t--;
        *pair_bits(p->m, t) = 0u;
    }
}

/* ---- assign: where each new region goes, and when its registers are written ---- */

static uint8_t later(uint8_t a, uint8_t b)
{
    return (a > b) ? a : b;
}

static bool is_free(const struct mpumap *m, uint16_t slot)
{
    return !mpumap_i_in_use(m, slot) &&
           ((m->table[slot].flags & (F_RESERVED | F_RESERVED_TX | F_PLAN)) == 0u);
}

/* A slot for a region that the bitmap will enable: one that is free, or is after the first phase.
 */
static uint8_t take_low(struct planner *p, uint8_t *from_phase)
{
    const struct mpumap *m = p->m;
    uint16_t s;

    p->essential--;
    for (s = 0u; (s < m->regions) && (s < m->limits.bitmap); s++) {
        if (is_free(m, s)) {
            *from_phase = 1u;
            return (uint8_t)s;
        }
    }
    *from_phase = 2u;
    for (s = 0u; (s < m->regions) && (s < m->limits.bitmap); s++) {
        if ((m->table[s].flags & (F_OFF | F_PLAN)) == F_OFF) {
            return (uint8_t)s;
        }
    }
    return MPUMAP_NO_SLOT;
}

/* Slots that the bitmap covers and that can be preloaded for it: more than are still needed for
 * that. */
static bool low_to_spare(const struct planner *p)
{
    const struct mpumap *m = p->m;
    uint16_t room = 0u;
    uint16_t s;

    for (s = 0u; (p->essential > 0u) && (s < m->regions) && (s < m->limits.bitmap); s++) {
        if (is_free(m, s) || ((m->table[s].flags & (F_OFF | F_PLAN)) == F_OFF)) {
            room++;
        }
    }
    return (p->essential == 0u) || (room > p->essential);
}

/* A slot for a region that is enabled by itself: free (best: with the right base in it), or given
 * up by a region of the old map; *from_phase is when its registers may be written. */
static uint8_t take_any(struct planner *p, mpumap_reg_t base, uint8_t *from_phase)
{
    const struct mpumap *m = p->m;
    bool low = low_to_spare(p);
    uint8_t best = MPUMAP_NO_SLOT;
    uint16_t s;

    *from_phase = 0xffu;
    for (s = 0u; s < m->regions; s++) {
        uint8_t flags = m->table[s].flags & (F_OFF | F_XOFF | F_PLAN);
        uint8_t phase = 0xffu;

        if ((s < m->limits.bitmap) && !low && (flags != F_XOFF)) {
            /* kept for the exchange */
        } else if (is_free(m, s)) {
            phase = 1u;
        } else if (flags == F_OFF) {
            phase = 2u;
        } else if (flags == F_XOFF) {
            phase = (uint8_t)(p->out->exchange_at + 1u);
        } else {
            /* in use */
        }
        if ((phase < *from_phase) ||
            ((phase == 1u) && (m->table[s].base == base) && (m->table[best].base != base))) {
            *from_phase = phase;
            best = (uint8_t)s;
        }
    }
    return best;
}

static void link(struct planner *p, uint8_t slot, bool waits)
{
    struct mpumap *m = p->m;

    if (p->tail == MPUMAP_NO_SLOT) {
        p->out->head = slot;
    } else {
        m->table[p->tail].link = slot;
    }
    m->table[slot].link = MPUMAP_NO_SLOT;
    p->tail = slot;
    if (waits) {
        m->table[slot].flags |= F_WILL_WAIT;
    }
}

/* Where a new region stands to the old ones that it shares bytes with. */
struct place {
    uint8_t slot; /* the old region's that becomes it, or none */
    uint8_t left; /* the phase in which the bytes below that one are given up; 0: nobody has them */
    uint8_t right; /* the same above */
    bool essential;
};

static void assign_pair(const struct planner *p, const struct sweep *s, struct place *at)
{
    const struct mpumap_entry *e = &p->m->table[s->o.slot];
    uint8_t released = ((e->flags & F_XOFF) != 0u) ? p->out->exchange_at : 1u;

    if (((e->flags & F_PLAN) != 0u) &&
        (mpumap_i_base_of(p->m, &p->m->scratch[s->o.slot]) == s->n.base)) {
        at->slot = s->o.slot;
    } else if (at->slot == MPUMAP_NO_SLOT) {
        at->left = later(at->left, released);
    } else {
        at->right = later(at->right, released);
    }
    if (((e->flags & F_XOFF) != 0u) && alike(s)) {
        at->essential = true;
    }
}

/*
 * In its slot: what shrinks does so at once; what grows waits until the bytes are given up. Where
 * both registers change the attributes of one range, executable device memory must not exist
 * between them.
 */
static void assign_in_place(struct planner *p, const struct side *n, const struct place *at)
{
    struct mpumap_entry *e = &p->m->table[at->slot];
    const struct mpumap_pair *next = &p->m->scratch[at->slot];
    struct mpumap_pair now = {e->base, e->limit};

    if (next->base != now.base) {
        e->base_at =
            (n->base < mpumap_i_base_of(p->m, &now)) ? (uint8_t)(at->left + 1u) : (uint8_t)1u;
    }
    if (next->limit != now.limit) {
        e->limit_at =
            (n->limit > mpumap_i_limit_of(p->m, &now)) ? (uint8_t)(at->right + 1u) : (uint8_t)1u;
    }
    if ((e->base_at == 1u) && (e->limit_at == 1u)) {
        mpumap_attr_t was = 0u;

        (void)p->m->port->decode(p->m->port_ctx, &now, &was);
        if (((was & MPUMAP_EXEC) != 0u) && ((n->attr & MPUMAP_TYPE_MASK) >= MPUMAP_DEVICE)) {
            e->limit_at = 2u;
        } else if (((n->attr & MPUMAP_EXEC) != 0u) && ((was & MPUMAP_TYPE_MASK) >= MPUMAP_DEVICE)) {
            e->base_at = 2u;
        } else {
            /* harmless in either order */
        }
    }
}

/* Preloaded while disabled, for the bitmap to enable. */
static uint8_t assign_preload(struct planner *p, const struct side *n)
{
    uint8_t phase;
    uint8_t slot = take_low(p, &phase);
    struct mpumap_entry *e = &p->m->table[slot];

    encode(p->m, n, &p->m->scratch[slot]);
    e->flags |= F_PLAN | F_XON;
    e->base_at = phase;
    e->limit_at = phase;
    return slot;
}

/* Base while disabled; then limit and enable, when nobody has the bytes any more. */
static uint8_t assign_fresh(struct planner *p, const struct side *n, const struct place *at)
{
    struct mpumap_pair next;
    struct mpumap_entry *e;
    uint8_t phase;
    uint8_t slot;

    encode(p->m, n, &next);
    slot = take_any(p, next.base, &phase);
    e = &p->m->table[slot];
    p->m->scratch[slot] = next;
    e->flags |= F_PLAN;
    e->base_at = (e->base == next.base) ? 0u : phase;
    e->limit_at = later((uint8_t)(phase + ((e->base_at != 0u) ? 1u : 0u)),
                        (uint8_t)(later(at->left, at->right) + 1u));
    return slot;
}

static void assign_new(struct planner *p, const struct side *n, const struct place *at)
{
    uint8_t slot;

    if (p->full || at->essential) {
        slot = assign_preload(p, n);
    } else if (at->slot != MPUMAP_NO_SLOT) {
        slot = at->slot;
        assign_in_place(p, n, at);
    } else {
        slot = assign_fresh(p, n, at);
    }
    link(p, slot, n->waits);
}

static void assign(struct planner *p)
{
    static const struct place nowhere = {MPUMAP_NO_SLOT, 0u, 0u, false};
    struct place at = nowhere;
    struct sweep s;
    enum event e;

    mpumap_i_sweep(&s, p->m, p->from, p->end, p->fresh, p->cut);
    for (e = mpumap_i_event(&s); e != EV_END; e = mpumap_i_event(&s)) {
        if (e == EV_PAIR) {
            assign_pair(p, &s, &at);
        } else if (e == EV_NEW) {
            assign_new(p, &s.n, &at);
            at = nowhere;
        } else if (e == EV_KEEP) {
            if (s.o.slot == p->victim) {
                p->out->moved_to = assign_fresh(p, &s.o, &nowhere);
                link(p, p->out->moved_to, s.n.waits);
            } else {
                link(p, s.o.slot, s.n.waits);
            }
        } else {
            /* old regions have been marked */
        }
    }
}

/* ---- the decision ---- */

static void count_slots(struct planner *p)
{
    const struct mpumap *m = p->m;
    uint16_t s;

    for (s = 0u; s < m->regions; s++) {
        if (mpumap_i_in_use(m, s)) {
            p->used++;
            p->capacity++;
        } else if (is_free(m, s)) {
            p->capacity++;
            if (in_bitmap(m, (uint8_t)s)) {
                p->free_low++;
            }
        } else {
            /* reserved */
        }
    }
}

/* The smallest region, beside those that change, that may be taken out for the duration. */
static uint8_t find_victim(const struct mpumap *m, struct mpumap_range *out)
{
    struct mpumap_region r;
    uint8_t best = MPUMAP_NO_SLOT;
    uint16_t i = 0u;

    while (i < m->span_count) {
        uint16_t k = (uint16_t)(i + 1u);

        r.base = m->spans[i].base;
        r.slot = m->spans[i].slot;
        while ((k < m->span_count) && (m->spans[k].slot == r.slot)) {
            k++;
        }
        r.limit = m->spans[k - 1u].limit;
        if (in_bitmap(m, r.slot) && ((m->table[r.slot].flags & F_BUSY) == 0u) &&
            !mpumap_i_held(m, r.base, r.limit) &&
            ((best == MPUMAP_NO_SLOT) || ((r.limit - r.base) < (out->limit - out->base)))) {
            best = r.slot;
            out->base = r.base;
            out->limit = r.limit;
        }
        i = k;
    }
    return best;
}

/*
 * Chooses how to change. One register write where that is enough; everything by one write of the
 * bitmap where there is a spare slot for each new region; else in order, with an exchange of those
 * components that would lose bytes, as far as slots reach. False: rule R3 cannot be kept.
 */
static bool choose(struct planner *p)
{
    struct mpumap *m = p->m;
    bool single = ((p->olds + p->news) <= 1u) ||
                  ((p->olds == 1u) && (p->news == 1u) && (p->pairs == 1u) && p->one_write);
    uint64_t gap = p->lost << m->limits.granule_shift;

    if (!single && in_bitmap(m, 0u) && p->low && (p->news <= p->free_low)) {
        p->full = true;
        p->essential = p->news;
        p->out->exchange_at = (p->news == 0u) ? 1u : 2u;
        gap = 0u;
    } else if (((p->lost != 0u) || (p->lost_held != 0u)) && in_bitmap(m, 0u) && p->hard_low) {
        struct mpumap_range range = {0u, 0u};
        uint32_t room = (uint32_t)p->free_low + p->early;

        if (p->essential <= room) {
            p->exchange = true;
            gap = 0u;
        } else if (p->essential == (room + 1u)) {
            uint8_t victim = find_victim(m, &range);

            if ((victim != MPUMAP_NO_SLOT) &&
                ((p->lost_held != 0u) || (((uint64_t)range.limit - range.base) + 1u < gap))) {
                p->victim = victim;
                p->out->moved = range;
                p->exchange = true;
                gap = ((uint64_t)range.limit - range.base) + 1u;
            }
        } else {
            /* too few slots */
        }
        if (p->exchange) {
            p->out->exchange_at = (p->essential <= p->free_low) ? 2u : 3u;
        }
    } else {
        /* every region in a slot */
    }
    if (!p->full && !p->exchange) {
        p->essential = 0u;
    }
    m->cost.gap = gap;
    return p->full || p->exchange || (p->lost_held == 0u);
}

void mpumap_i_forget(struct mpumap *m)
{
    uint16_t s;

    m->cost.gap = 0u;
    for (s = 0u; s < m->regions; s++) {
        m->table[s].flags &= (uint8_t)~F_PLANNING;
        m->table[s].base_at = 0u;
        m->table[s].limit_at = 0u;
    }
}

/* One attempt, with put-off merges (cut) or without. */
static enum mpumap_result attempt(struct planner *p, struct mpumap *m, uint16_t from, uint16_t end,
                                  const struct stream *fresh, struct plan *out, bool cut)
{
    static const struct planner zero = {
        .tail = MPUMAP_NO_SLOT, .victim = MPUMAP_NO_SLOT, .low = true, .hard_low = true};
    bool fits;

    *p = zero;
    p->m = m;
    p->fresh = fresh;
    p->out = out;
    p->from = from;
    p->end = end;
    p->cut = cut;
    out->head = MPUMAP_NO_SLOT;
    out->exchange_at = 0u;
    out->moved_to = MPUMAP_NO_SLOT;
    count_slots(p);
    fits = survey(p) && ((((uint32_t)p->used + p->news) - p->olds) <= p->capacity);
    if (!fits) {
        mpumap_i_forget(m);
        return mpumap_i_fail(m, MPUMAP_NO_REGION, fresh->op.base, fresh->op.limit, MPUMAP_NO_SLOT);
    }
    if (!choose(p)) {
        mpumap_i_forget(m);
        return MPUMAP_LIVE;
    }
    return MPUMAP_OK;
}

enum mpumap_result mpumap_i_plan(struct mpumap *m, uint16_t from, uint16_t end,
                                 const struct stream *fresh, struct plan *out)
{
    struct planner p;
    enum mpumap_result r = attempt(&p, m, from, end, fresh, out, false);

    if (r == MPUMAP_LIVE) {
        r = attempt(&p, m, from, end, fresh, out, true);
    }
    if (r == MPUMAP_LIVE) {
        return mpumap_i_fail(m, MPUMAP_LIVE, p.held.base, p.held.limit,
                             mpumap_i_slot_at(m, p.held.base));
    }
    if (r == MPUMAP_OK) {
        mark(&p);
        if (p.victim != MPUMAP_NO_SLOT) {
            m->table[p.victim].flags |= F_OFF;
        }
        assign(&p);
        if ((p.victim != MPUMAP_NO_SLOT) && (out->moved_to == MPUMAP_NO_SLOT)) {
            static const struct place nowhere = {MPUMAP_NO_SLOT, 0u, 0u, false};
            struct side v = {out->moved.base, out->moved.limit, 0u, p.victim, true, false, false};

            v.attr = m->spans[mpumap_i_search(m->spans, m->span_count, v.base)].attr;
            out->moved_to = assign_fresh(&p, &v, &nowhere);
        }
    }
    return r;
}
