/* SPDX-License-Identifier: MIT */
/* Where each new region goes, and in which phase its registers are written. */
#include "plan.h"

static uint8_t later(uint8_t a, uint8_t b)
{
    return (a > b) ? a : b;
}

/* A slot for a region that the bitmap will enable: one that is free, or is after the first phase.
 */
static uint8_t take_low(struct planner *p, uint8_t *from_phase)
{
    const struct mpumap *m = p->m;
    uint16_t s;

    p->essential--;
    for (s = 0u; (s < m->regions) && (s < m->limits.bitmap); s++) {
        if (mpumap_i_is_free(m, s)) {
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

/* What may be taken from the slots that the bitmap covers, without starving the exchange of
 * preloads. */
static void low_to_spare(const struct planner *p, bool *free, bool *given_up)
{
    const struct mpumap *m = p->m;
    uint16_t now = 0u;
    uint16_t later_on = 0u;
    uint16_t s;

    for (s = 0u; (s < m->regions) && (s < m->limits.bitmap); s++) {
        if (mpumap_i_is_free(m, s)) {
            now++;
        } else if ((m->table[s].flags & (F_OFF | F_PLAN)) == F_OFF) {
            later_on++;
        } else {
            /* in use */
        }
    }
    *free = (p->essential == 0u) || (now > p->essential);
    *given_up = (p->essential == 0u) || (((uint32_t)now + later_on) > p->essential);
}

/* A slot for a region that is enabled by itself: free (best: with the right base in it), or given
 * up by a region of the old map; *from_phase is when its registers may be written. */
static uint8_t take_any(const struct planner *p, mpumap_reg_t base, uint8_t *from_phase)
{
    const struct mpumap *m = p->m;
    uint8_t best = MPUMAP_NO_SLOT;
    bool low_free;
    bool low_given_up;
    uint16_t s;

    low_to_spare(p, &low_free, &low_given_up);
    *from_phase = 0xffu;
    for (s = 0u; s < m->regions; s++) {
        uint8_t flags = m->table[s].flags & (F_OFF | F_XOFF | F_PLAN);
        bool high = s >= m->limits.bitmap;
        uint8_t phase = 0xffu;

        if (mpumap_i_is_free(m, s)) {
            phase = (high || low_free) ? 1u : 0xffu;
        } else if (flags == F_OFF) {
            phase = (high || low_given_up) ? 2u : 0xffu;
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
    struct side old; /* of that slot */
    uint8_t slot;    /* the old region's that becomes it, or none */
    uint8_t left; /* the phase in which the bytes below that one are given up; 0: nobody has them */
    uint8_t right; /* the same above */
};

static void assign_pair(const struct planner *p, const struct sweep *s, struct place *at)
{
    struct mpumap_entry *e = &p->m->table[s->o.slot];
    uint8_t released = ((e->flags & F_XOFF) != 0u) ? p->out->exchange_at : 1u;

    if (((e->flags & F_PLAN) != 0u) &&
        (mpumap_i_base_of(p->m, &p->m->scratch[s->o.slot]) == s->n.base)) {
        at->slot = s->o.slot;
        at->old = s->o;
    } else if (s->slide) {
        /* in nobody's way */
    } else if (at->slot == MPUMAP_NO_SLOT) {
        at->left = later(at->left, released);
    } else {
        at->right = later(at->right, released);
    }
    if (((e->flags & (F_OFF | F_PLAN)) == F_OFF) && !p->full && !s->slide &&
        !mpumap_i_is_chosen(p, p->number)) {
        e->flags |= F_EARLY;
    }
}

/*
 * In its slot: what shrinks does so at once; what grows waits until the bytes are given up. A slide
 * grows first. Where attributes change too, one of the two registers may have to come first.
 */
static void assign_in_place(struct planner *p, const struct side *n, const struct place *at)
{
    struct mpumap_entry *e = &p->m->table[at->slot];
    const struct mpumap_pair *next = &p->m->scratch[at->slot];

    if (next->base != e->base) {
        e->base_at = (n->base < at->old.base) ? (uint8_t)(at->left + 1u) : (uint8_t)1u;
    }
    if (next->limit != e->limit) {
        e->limit_at = (n->limit > at->old.limit) ? (uint8_t)(at->right + 1u) : (uint8_t)1u;
    }
    if (n->base > at->old.limit) {
        e->base_at = (uint8_t)(e->limit_at + 1u);
    } else if (n->limit < at->old.base) {
        e->limit_at = (uint8_t)(e->base_at + 1u);
    } else if ((e->base_at != 0u) && (e->limit_at != 0u) && (n->attr != at->old.attr)) {
        uint8_t order = mpumap_i_conversion(&at->old, n);

        if ((order == CONVERT_BASE) && (e->limit_at <= e->base_at)) {
            e->limit_at = (uint8_t)(e->base_at + 1u);
        } else if ((order == CONVERT_LIMIT) && (e->base_at <= e->limit_at)) {
            e->base_at = (uint8_t)(e->limit_at + 1u);
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

    mpumap_i_encode(p->m, n, &p->m->scratch[slot]);
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

    mpumap_i_encode(p->m, n, &next);
    slot = take_any(p, next.base, &phase);
    e = &p->m->table[slot];
    p->m->scratch[slot] = next;
    e->flags |= F_PLAN;
    e->base_at = (e->base == next.base) ? 0u : phase;
    e->limit_at = later((uint8_t)(phase + ((e->base_at != 0u) ? 1u : 0u)),
                        (uint8_t)(later(at->left, at->right) + 1u));
    if ((e->limit_at == p->out->exchange_at) && (slot < p->m->limits.bitmap)) {
        /* The bitmap write of that phase would set this bit too, maybe before the limit is there.
         */
        if (phase < e->limit_at) {
            e->flags |= F_XON;
            e->limit_at = phase;
        } else {
            e->limit_at++;
        }
    }
    return slot;
}

/* A region that is taken out for the duration: back in a slot that is given up meanwhile. */
uint8_t mpumap_i_assign_fresh(struct planner *p, const struct side *n)
{
    static const struct place nowhere = {.slot = MPUMAP_NO_SLOT};

    return assign_fresh(p, n, &nowhere);
}

static uint8_t last_phase(const struct mpumap *m, uint8_t slot)
{
    return later(m->table[slot].base_at, m->table[slot].limit_at);
}

static bool has_free(const struct planner *p)
{
    uint8_t phase;

    (void)take_any(p, 0u, &phase);
    return phase == 1u;
}

/* An old region whose slot was to become a new one after all goes off. */
static void give_up(struct mpumap *m, uint8_t slot)
{
    struct mpumap_entry *e = &m->table[slot];

    e->flags = (uint8_t)((e->flags & ~F_PLAN) | F_OFF);
    e->base_at = 0u;
    e->limit_at = 0u;
}

static void assign_new(struct planner *p, const struct side *n, const struct place *at)
{
    bool chosen = mpumap_i_is_chosen(p, p->number);
    uint8_t slot;

    p->number++;
    if (p->full || chosen) {
        slot = assign_preload(p, n);
    } else if (at->slot != MPUMAP_NO_SLOT) {
        slot = at->slot;
        assign_in_place(p, n, at);
        if (((n->attr != at->old.attr) || !at->old.shares) && (last_phase(p->m, slot) > 2u) &&
            has_free(p)) {
            give_up(p->m, slot);
            slot = assign_fresh(p, n, at);
        }
    } else {
        slot = assign_fresh(p, n, at);
    }
    link(p, slot, n->waits);
}

/* With an exchange, an old region that only makes way for preloaded ones can go off with it. */
static void join_exchange(struct planner *p)
{
    struct mpumap *m = p->m;
    uint16_t s;

    for (s = 0u; s < m->regions; s++) {
        struct mpumap_entry *e = &m->table[s];

        if ((e->flags & (F_OFF | F_PLAN)) == F_OFF) {
            if (((e->flags & F_EARLY) == 0u) && (p->out->exchange_at != 0u) &&
                mpumap_i_in_bitmap(m, s)) {
                e->flags ^= F_OFF | F_XOFF;
            }
            e->flags &= (uint8_t)~F_EARLY;
        }
    }
}

void mpumap_i_assign(struct planner *p)
{
    static const struct place nowhere = {.slot = MPUMAP_NO_SLOT};
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
                p->out->moved_to = mpumap_i_assign_fresh(p, &s.o);
                link(p, p->out->moved_to, s.n.waits);
            } else {
                link(p, s.o.slot, s.n.waits);
            }
        } else {
            /* old regions have been marked */
        }
    }
    join_exchange(p);
}
