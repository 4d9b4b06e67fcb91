/* SPDX-License-Identifier: MIT */
/* Where each new region goes, and in which phase its registers are written. */
#include "plan.h"

#define NEVER 0xffu

/* Where a new region stands to the old ones that it shares bytes with. */
struct place {
    struct side old; /* the one that becomes it, if there is one */
    uint8_t left; /* the phase in which the bytes below that one are given up; 0: nobody has them */
    uint8_t right; /* the same above */
};

static uint8_t later(uint8_t a, uint8_t b)
{
    return (a > b) ? a : b;
}

/* What becomes of each old region: new in its place, off by the bitmap, or off. */
static void mark(struct planner *p)
{
    const struct walk *w = &p->w;
    struct mpumap *m = p->m;
    enum event e;

    mpumap_i_walk(p, p->from, 0u);
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        struct mpumap_entry *o;

        if ((e != EV_PAIR) && (e != EV_OLD)) {
            continue;
        }
        o = &m->table[w->o.slot];
        if (e == EV_PAIR) {
            if (w->n.slot != w->o.slot) {
                /* another becomes it, or none */
            } else if (((o->flags & F_XOFF) != 0u) || mpumap_i_is_chosen(m, w->number) ||
                       (p->strict && !mpumap_i_alike(w))) {
                m->table[w->number].link = MPUMAP_NO_SLOT;
            } else {
                o->flags |= F_PLAN;
            }
        } else {
            o->flags &= (uint8_t)~F_BUSY;
            o->flags |= (uint8_t)((p->full && (p->exchange_at < 3u))       ? F_XOFF
                                  : ((o->flags & (F_XOFF | F_PLAN)) == 0u) ? F_OFF
                                                                           : 0u);
        }
    }
}

/* The phase from which a slot may be written for another region; NEVER. */
static uint8_t available(const struct planner *p, uint16_t slot)
{
    const struct mpumap *m = p->m;
    const uint32_t flags = m->table[slot].flags;

    if ((flags & (F_RESERVED | F_RESERVED_TX | F_PLAN)) != 0u) {
        return NEVER;
    }
    if (!mpumap_i_in_use(m, slot)) {
        return 1u;
    }
    if ((flags & F_OFF) != 0u) {
        return 2u;
    }
    return ((flags & F_XOFF) != 0u) ? (uint8_t)(p->exchange_at + 1u) : (uint8_t)NEVER;
}

/* Where a new region may go. */
struct offer {
    uint8_t slot;
    uint8_t base;  /* the phase of its base register; 0: it is right already */
    uint8_t ready; /* the first phase in which the limit register may follow */
};

/* The slot of a region that goes off in the first phase, by itself: its base may already become n's
 * in that phase, if that does no harm where it is seen first. `from` above 1: others have n's bytes
 * still. */
static bool is_early(const struct mpumap *m, uint8_t slot, const struct side *n, uint8_t from)
{
    const struct mpumap_pair pair = {m->table[slot].base, m->table[slot].limit};
    struct side o;
    mpumap_attr_t attr = 0u;

    o.base = mpumap_i_base_of(m, &pair);
    o.limit = mpumap_i_limit_of(m, &pair);
    if (((n->base < o.base) && ((from > 1u) || !mpumap_i_touch(n->limit, o.base))) ||
        (n->base > o.limit) || !m->port->decode(m->port_ctx, &pair, &attr)) {
        return false;
    }
    o.attr = (uint8_t)attr;
    return mpumap_i_base_first(&o, n);
}

static void look(const struct planner *p, uint8_t slot, uint8_t at, const struct side *n,
                 mpumap_reg_t base, uint8_t from, struct offer *out)
{
    const struct mpumap *m = p->m;

    out->slot = slot;
    out->base = at;
    out->ready = (uint8_t)(at + 1u);
    if (m->table[slot].base == base) {
        out->base = 0u;
        out->ready = at;
    } else if (((m->table[slot].flags & F_OFF) != 0u) && is_early(m, slot, n, from)) {
        out->base = 1u;
        out->ready = at;
    } else {
        /* one after the other */
    }
}

/* How many slots in the bitmap are free, or will be after the first phase. */
static uint16_t count_low(const struct planner *p, uint8_t most)
{
    const struct mpumap *m = p->m;
    uint16_t count = 0u;
    uint16_t s;

    for (s = 0u; (s < m->regions) && (s < m->limits.bitmap); s++) {
        if ((available(p, s) <= most) && ((m->table[s].flags & F_XOFF) == 0u)) {
            count++;
        }
    }
    return count;
}

/*
 * The best slot for a new region. For one that the bitmap will enable: covered by the bitmap, and
 * free or given up in the first phase. For others: not needed for the exchange's own. Best is where
 * it is there first, at `from` at the earliest; then where the base is right.
 */
static void take(const struct planner *p, bool preload, uint8_t from, const struct side *n,
                 struct offer *best)
{
    const struct mpumap *m = p->m;
    const bool spare = !preload && (p->essential != 0u);
    const bool now = !spare || (count_low(p, 1u) > p->essential);
    const bool soon = !spare || (count_low(p, 2u) > p->essential);
    struct mpumap_pair next;
    uint32_t least = 0xffffu;
    uint16_t s;

    m->port->encode(m->port_ctx, n->base, n->limit, n->attr, &next);
    for (s = 0u; s < m->regions; s++) {
        const bool low = s < m->limits.bitmap;
        struct offer x;
        uint32_t cost;
        uint8_t at;

        if (mpumap_i_in_use(m, s) && ((m->table[s].flags & (F_OFF | F_XOFF)) == 0u)) {
            continue;
        }
        at = available(p, s);
        if ((at == NEVER) || (preload && (!low || ((m->table[s].flags & F_XOFF) != 0u))) ||
            (low && (((at == 1u) && !now) || ((at == 2u) && !soon)))) {
            continue;
        }
        look(p, (uint8_t)s, at, n, next.base, from, &x);
        cost = 4u * ((preload && (at == 1u)) ? 1u
                     : preload               ? x.ready
                                             : (uint32_t)later(x.ready, from)) +
               ((x.base != 0u) ? 2u : 0u) + ((at > 1u) ? 1u : 0u);
        if (p->full && (p->exchange_at == 3u) && (at > 1u) && (x.ready == 2u)) {
            /* A slot that goes off, and is ready, comes before a free one. */
            cost = (x.base != 0u) ? 2u : 0u;
        }
        if (cost < least) {
            least = cost;
            *best = x;
        }
    }
}

static void settle_in(struct planner *p, uint16_t number, uint8_t slot, uint32_t flags)
{
    p->m->table[number].link = slot;
    p->m->table[slot].flags |= (uint8_t)(F_PLAN | flags);
}

/*
 * In its slot: what shrinks does so at once; what grows waits until the bytes are given up. A slide
 * grows first. Where attributes change too, one of the two registers may have to come first.
 */
static void assign_in_place(struct planner *p, const struct place *at)
{
    const struct side *o = &at->old;
    const struct side *n = &p->w.n;
    uint8_t base = 0u;
    uint8_t limit = 0u;

    if (mpumap_i_base_differs(o, n)) {
        base = (n->base < o->base) ? (uint8_t)(at->left + 1u) : 1u;
    }
    if (mpumap_i_limit_differs(o, n)) {
        limit = (n->limit > o->limit) ? (uint8_t)(at->right + 1u) : 1u;
    }
    if (n->base > o->limit) {
        base = (uint8_t)(limit + 1u);
    } else if (n->limit < o->base) {
        limit = (uint8_t)(base + 1u);
    } else if ((base != 0u) && (limit != 0u) && (n->attr != o->attr)) {
        const uint8_t order = mpumap_i_conversion(o, n);

        if ((order == CONVERT_BASE) && (limit <= base)) {
            limit = (uint8_t)(base + 1u);
        } else if ((order == CONVERT_LIMIT) && (base <= limit)) {
            base = (uint8_t)(limit + 1u);
        } else {
            /* harmless in either order */
        }
    } else {
        /* harmless in either order */
    }
    p->m->table[p->w.number].base_at = base;
    p->m->table[p->w.number].limit_at = limit;
}

/* Preloaded while disabled, for the bitmap to enable. */
static void assign_preload(struct planner *p)
{
    struct mpumap_entry *e = &p->m->table[p->w.number];
    struct offer x;

    take(p, true, NEVER, &p->w.n, &x);
    p->essential--;
    e->base_at = x.base;
    e->limit_at = (!p->full && mpumap_i_in_use(p->m, x.slot)) ? 2u : 1u;
    p->late_base = p->late_base || (x.base > 1u);
    settle_in(p, p->w.number, x.slot, F_XON);
}

/* Base while disabled; then limit and enable, when nobody has the bytes any more. */
static void assign_fresh(struct planner *p, uint16_t number, const struct side *n, uint8_t released)
{
    struct mpumap *m = p->m;
    struct mpumap_entry *e = &m->table[number];
    struct offer x;
    uint8_t limit;

    take(p, false, (uint8_t)(released + 1u), n, &x);
    limit = later(x.ready, (uint8_t)(released + 1u));
    settle_in(p, number, x.slot, 0u);
    if ((limit == p->exchange_at) && (x.slot < m->limits.bitmap)) {
        /* The bitmap write of that phase would set this bit too, maybe before the limit is there.
         */
        if (!mpumap_i_in_use(m, x.slot)) {
            m->table[x.slot].flags |= F_XON;
            limit = 1u;
        } else {
            limit++;
        }
    }
    e->base_at = x.base;
    e->limit_at = limit;
}

static void assign_pair(struct planner *p, struct place *at)
{
    const struct walk *w = &p->w;
    struct mpumap_entry *e = &p->m->table[w->o.slot];
    const uint8_t released = ((e->flags & F_XOFF) != 0u) ? p->exchange_at : 1u;

    if (w->n.slot == w->o.slot) {
        at->old = w->o;
    } else if (w->slide) {
        /* in nobody's way */
    } else {
        if (at->old.have) {
            at->right = later(at->right, released);
        } else {
            at->left = later(at->left, released);
        }
        if (((e->flags & (F_OFF | F_PLAN)) == F_OFF) && !p->full &&
            !mpumap_i_is_chosen(p->m, w->number)) {
            e->flags |= F_EARLY;
        }
    }
}

/* In place, but later than a fresh one in a free slot would be there. */
static bool is_late(const struct planner *p, const struct place *at)
{
    const struct mpumap_entry *e = &p->m->table[p->w.number];
    struct offer x;

    if ((later(e->base_at, e->limit_at) <= 2u) ||
        ((p->w.n.attr == at->old.attr) && at->old.shares)) {
        return false;
    }
    x.slot = MPUMAP_NO_SLOT;
    take(p, false, 1u, &p->w.n, &x);
    return (x.slot != MPUMAP_NO_SLOT) && (x.ready <= 2u);
}

static void assign_new(struct planner *p, const struct place *at)
{
    struct mpumap *m = p->m;
    const uint16_t k = p->w.number;
    const uint8_t slot = p->w.n.slot;
    uint8_t released = later(at->left, at->right);

    if (p->full || mpumap_i_is_chosen(m, k)) {
        assign_preload(p);
    } else {
        if (slot != MPUMAP_NO_SLOT) {
            assign_in_place(p, at);
            if (!is_late(p, at)) {
                return;
            }
            m->table[slot].flags ^= F_PLAN | F_OFF;
            m->table[slot].flags |= F_EARLY;
            released = later(released, 1u);
        }
        assign_fresh(p, k, &p->w.n, released);
    }
}

/*
 * Old regions that go off: with an exchange, those that only make way for preloaded ones can do so
 * with it. In the first phase several go off by one write of the bitmap, unless an enable bit
 * changes there by a limit register, too: also that of one which goes off with its next limit in
 * it for the exchange.
 */
static void join_exchange(struct planner *p)
{
    struct mpumap *m = p->m;
    bool loaded = false;
    uint16_t count = 0u;
    uint16_t i;

    for (i = p->from; i < p->end; i++) {
        const uint8_t s = m->spans[i].slot;
        struct mpumap_entry *e = &m->table[s];

        if (((e->flags & F_OFF) != 0u) && mpumap_i_in_bitmap(m, s) &&
            ((i == p->from) || (m->spans[i - 1u].slot != s))) {
            if (((e->flags & (F_PLAN | F_EARLY)) == 0u) && (p->exchange_at != 0u)) {
                e->flags ^= F_OFF | F_XOFF;
            } else if ((e->flags & F_XON) == 0u) {
                count++;
            } else {
                loaded = true;
            }
        }
    }
    p->batch = (count > 1u) && !loaded && (p->victim == MPUMAP_NO_SLOT);
    for (i = 0u; i < p->listed; i++) {
        if ((m->table[i].limit_at == 1u) && !mpumap_i_in_use(m, m->table[i].link) &&
            ((m->table[m->table[i].link].flags & F_XON) == 0u)) {
            p->batch = false;
        }
    }
}

/* A region beside those that change, taken out for the duration. If it is not in the list, it
 * becomes the last there, out of order. */
static void assign_victim(struct planner *p)
{
    const struct mpumap *m = p->m;
    struct side v;
    uint16_t i = 0u;
    uint16_t k = 0u;

    do {
        i = mpumap_i_old(m, i, m->span_count, &v);
    } while (v.have && (v.slot != p->victim));
    while ((k < p->news) &&
           ((m->table[k].link != p->victim) || ((m->scratch[k].limit & NEW_KEPT) == 0u))) {
        k++;
    }
    if (k == p->news) {
        mpumap_i_enter_new(p, &v, NEW_KEPT);
    }
    p->moved = k;
    assign_fresh(p, k, &v, 0u);
}

void mpumap_i_assign(struct planner *p)
{
    static const struct place nowhere;
    struct place at = nowhere;
    enum event e;

    mark(p);
    p->late_base = false;
    if (p->victim != MPUMAP_NO_SLOT) {
        p->m->table[p->victim].flags |= F_OFF;
    }
    mpumap_i_walk(p, p->from, 0u);
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (e == EV_PAIR) {
            assign_pair(p, &at);
        } else if (e == EV_NEW) {
            assign_new(p, &at);
            at = nowhere;
        } else {
            /* old regions have been marked */
        }
    }
    if (p->victim != MPUMAP_NO_SLOT) {
        assign_victim(p);
    }
    if (p->full && !p->late_base && (p->exchange_at == 3u)) {
        p->exchange_at = 2u;
    }
    join_exchange(p);
}

/* What the plan costs: barriers, which count most, and register writes but those of selectors. */
uint32_t mpumap_i_plan_cost(const struct planner *p)
{
    const struct mpumap *m = p->m;
    uint8_t last = p->exchange_at;
    uint32_t writes = (p->exchange_at != 0u) ? 1u : 0u;
    struct side o;
    uint16_t i;

    for (i = 0u; i < p->listed; i++) {
        const struct mpumap_entry *x = &m->table[i];
        const uint32_t flags = m->table[x->link].flags;

        last = later(later(last, x->base_at), x->limit_at);
        writes += ((x->base_at != 0u) ? 1u : 0u) + ((x->limit_at != 0u) ? 1u : 0u) +
                  (((flags & (F_OFF | F_XON)) == F_OFF) ? 1u : 0u);
    }
    i = mpumap_i_old(m, p->from, p->end, &o);
    while (o.have) {
        writes += ((m->table[o.slot].flags & (F_OFF | F_PLAN)) == F_OFF) ? 1u : 0u;
        i = mpumap_i_old(m, i, p->end, &o);
    }
    return mpumap_i_cost(last, writes);
}
