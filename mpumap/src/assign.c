/* SPDX-License-Identifier: MIT */
/* Where each new region goes, and in which phase its registers are written. */
#include "plan.h"

/* Where a new region stands to the old ones that it shares bytes with. */
struct place {
    struct side old; /* the one that becomes it, if there is one */
    uint8_t left; /* the phase in which the bytes below that one are given up; 0: nobody has them */
    uint8_t right; /* the same above */
};

/* What becomes of an old region of which all pairs have been seen. slid: the new one that it slides
 * to although others wait for its bytes; not if they come with the exchange. */
/*@ requires at_work(p) && p->w.o.slot < p->m->regions;
    requires slid == NONE || slid < p->m->regions;
    assigns p->m->table[p->w.o.slot].flags, p->m->table[0 .. p->m->regions - 1].link;
    ensures walking: walking{Pre}(p) ==> walking(p);
    ensures links: \forall integer k; 0 <= k < p->m->regions ==>
        p->m->table[k].link == \old(p->m->table[k].link) || p->m->table[k].link == MPUMAP_NO_SLOT;
*/
static void mark_old(struct planner *p, uint16_t slid, bool chosen)
{
    struct mpumap_entry *o = &p->m->table[p->w.o.slot];

    o->flags &= (uint8_t)~F_BUSY;
    if (slid == NONE) {
        /* it gives up its bytes in the first phase */
    } else if (chosen) {
        o->flags &= (uint8_t)~F_PLAN;
        p->m->table[slid].link = MPUMAP_NO_SLOT;
    } else {
        o->flags |= F_EARLY;
    }
    if (p->full && (p->exchange_at < 3u)) {
        o->flags |= F_XOFF;
    } else if ((o->flags & (F_XOFF | F_PLAN)) == 0u) {
        o->flags |= F_OFF;
    } else {
        /* new in its place, or marked before */
    }
}

/* What a pair makes of its old region: new in its place, or not. Returns the new one that it slides
 * to although others wait, or NONE if it is new in its place without that; otherwise `slid`. */
/*@ requires planned(p) && p->w.o.slot < p->m->regions && p->w.number < p->news;
    requires walking(p);
    assigns p->m->table[p->w.o.slot].flags, p->m->table[p->w.number].link;
    ensures walking: walking(p);
    ensures slid: \result == slid || \result == NONE || \result == p->w.number;
*/
static uint16_t mark_pair(struct planner *p, uint16_t slid)
{
    const struct walk *w = &p->w;
    struct mpumap *m = p->m;
    struct mpumap_entry *o = &m->table[w->o.slot];

    if (w->n.slot != w->o.slot) {
        /* another becomes it, or none */
    } else if (((o->flags & F_XOFF) != 0u) || mpumap_i_is_chosen(m, w->number) ||
               (p->strict && !mpumap_i_alike(w))) {
        m->table[w->number].link = MPUMAP_NO_SLOT;
    } else {
        o->flags |= F_PLAN;
        slid = (w->slide && !(w->o.low && w->o.high)) ? w->number : NONE;
    }
    return slid;
}

/* What becomes of each old region: new in its place, off by the bitmap, or off. */
/*@ requires planned(p) && p->from <= p->end;
    assigns WALK(p), p->m->table[0 .. p->m->regions - 1].flags,
            p->m->table[0 .. p->m->regions - 1].link;
    ensures planned: planned(p);
*/
static void mark(struct planner *p)
{
    uint16_t slid = NONE;
    bool chosen = false;
    enum event e;

    mpumap_i_walk(p, p->from, 0u);
    /*@ loop invariant walking: (e != EV_END ==> walking(p)) && planned(p) && seen(p, e);
        loop invariant slid: slid == NONE || slid < p->news;
        loop assigns e, slid, chosen, WALK(p), p->m->table[0 .. \at(p->m->regions, Pre) - 1].flags,
                     p->m->table[0 .. \at(p->m->regions, Pre) - 1].link;
        loop variant TO_GO(p, e);
    */
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (e == EV_OLD) {
            mark_old(p, slid, chosen);
            slid = NONE;
            chosen = false;
        } else if (e == EV_PAIR) {
            chosen = chosen || mpumap_i_is_chosen(p->m, p->w.number);
            slid = mark_pair(p, slid);
        } else {
            /* nothing to mark */
        }
    }
}

/*@ requires at_work(p) && number < p->m->regions && slot < p->m->regions;
    assigns p->m->table[number].link, p->m->table[slot].flags;
    ensures slot: p->m->table[number].link == slot;
*/
static void settle_in(struct planner *p, uint16_t number, uint8_t slot, uint32_t flags)
{
    p->m->table[number].link = slot;
    p->m->table[slot].flags |= (uint8_t)(F_PLAN | flags);
}

/* Boot code may have left a shareability of its own in the base register of Device or Non-cacheable
 * memory, where it does not matter: with another type it does. */
/*@ requires \valid_read(p) && \valid_read(p->m) && is_port(p->m->port) && \valid_read(o) &&
             \valid_read(n) && \valid_read(p->m->table + o->slot);
    assigns \nothing;
*/
static bool base_changes(const struct planner *p, const struct side *o, const struct side *n)
{
    const struct mpumap *m = p->m;
    bool changes = mpumap_i_base_differs(o, n);

    if (!changes && (((uint32_t)(o->attr ^ n->attr) & MPUMAP_TYPE_MASK) != 0u)) {
        struct mpumap_pair next;

        //@ calls port_encode;
        m->port->encode(m->port_ctx, n->base, n->limit, n->attr, &next);
        changes = m->table[o->slot].base != next.base;
    }
    return changes;
}

/*
 * In its slot: what shrinks does so at once; what grows waits until the bytes are given up. A slide
 * grows first. Where attributes change too, one of the two registers may have to come first.
 */
/*@ requires planned(p) && p->w.number < p->news && is_port(p->m->port) && \valid_read(at) &&
             at->old.slot < p->m->regions;
    assigns p->m->table[p->w.number].base_at, p->m->table[p->w.number].limit_at;
*/
static void assign_in_place(struct planner *p, const struct place *at)
{
    const struct side *o = &at->old;
    const struct side *n = &p->w.n;
    uint8_t base = 0u;
    uint8_t limit = 0u;

    if (base_changes(p, o, n)) {
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
/*@ requires planned(p) && p->w.number < p->news && offering(p->m);
    assigns p->essential, p->late_base, p->m->table[p->w.number].base_at,
            p->m->table[p->w.number].limit_at, p->m->table[p->w.number].link,
            p->m->table[0 .. p->m->regions - 1].flags;
*/
static void assign_preload(struct planner *p)
{
    struct mpumap_entry *e = &p->m->table[p->w.number];
    struct offer x;

    mpumap_i_take(p, true, NO_PHASE, &p->w.n, &x);
    //@ admit found: x.slot < p->m->regions;
    //@ assert planned: planned(p) && p->w.number < p->news;
    p->essential--;
    e->base_at = x.base;
    e->limit_at = (!p->full && mpumap_i_in_use(p->m, x.slot)) ? 2u : 1u;
    p->late_base = p->late_base || (x.base > 1u);
    settle_in(p, p->w.number, x.slot, F_XON);
}

/* Base while disabled; then limit and enable, when nobody has the bytes any more. */
/*@ requires planned(p) && number < p->m->regions && offering(p->m) && \valid_read(n);
    assigns p->m->table[number].base_at, p->m->table[number].limit_at, p->m->table[number].link,
            p->m->table[0 .. p->m->regions - 1].flags;
*/
static void assign_fresh(struct planner *p, uint16_t number, const struct side *n, uint8_t released)
{
    struct mpumap *m = p->m;
    struct mpumap_entry *e = &m->table[number];
    struct offer x;
    uint8_t limit;

    mpumap_i_take(p, false, (uint8_t)(released + 1u), n, &x);
    //@ admit found: x.slot < m->regions;
    limit = mpumap_i_later(x.ready, (uint8_t)(released + 1u));
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
    e->base_at = (uint8_t)(x.base | x.again);
    e->limit_at = limit;
}

/* The phase in which an old region gives up the bytes that it does not keep. */
/*@ requires \valid_read(p);
    assigns \nothing;
*/
static uint8_t released_at(const struct planner *p, uint32_t flags)
{
    if ((flags & F_XOFF) != 0u) {
        return p->exchange_at;
    }
    return ((flags & (F_OFF | F_PLAN | F_EARLY)) == (F_PLAN | F_EARLY)) ? 2u : 1u;
}

/*@ requires planned(p) && p->w.o.slot < p->m->regions && p->w.number < p->news && \valid(at) &&
             APART(at, p);
    assigns at->old, at->left, at->right, p->m->table[p->w.o.slot].flags;
*/
static void assign_pair(struct planner *p, struct place *at)
{
    const struct walk *w = &p->w;
    struct mpumap_entry *e = &p->m->table[w->o.slot];
    const uint8_t released = released_at(p, e->flags);

    if (w->n.slot == w->o.slot) {
        at->old = w->o;
    } else if (w->slide) {
        /* in nobody's way */
    } else {
        if (at->old.have) {
            at->right = mpumap_i_later(at->right, released);
        } else {
            at->left = mpumap_i_later(at->left, released);
        }
        if (((e->flags & (F_OFF | F_PLAN)) == F_OFF) && !p->full &&
            !mpumap_i_is_chosen(p->m, w->number)) {
            e->flags |= F_EARLY;
        }
    }
}

/* In place, but later than it would be there if the old region went off: then that is what it does.
 * It is late only where it waits for others, so its heir comes after the first phase, too. */
/*@ requires planned(p) && p->w.number < p->news && offering(p->m) && \valid_read(at) &&
             at->old.slot < p->m->regions;
    assigns p->m->table[at->old.slot].flags;
*/
static bool gives_way(struct planner *p, const struct place *at, uint8_t released)
{
    const struct mpumap_entry *e = &p->m->table[p->w.number];
    struct mpumap_entry *old = &p->m->table[at->old.slot];
    const uint8_t flags = old->flags;
    struct offer x;

    if ((mpumap_i_later(e->base_at, e->limit_at) <= 2u) ||
        ((p->w.n.attr == at->old.attr) && at->old.shares)) {
        return false;
    }
    old->flags ^= F_PLAN | F_OFF;
    old->flags |= (uint8_t)(at->old.shares ? F_EARLY : 0u);
    x.ready = NO_PHASE;
    mpumap_i_take(p, false, (uint8_t)(released + 1u), &p->w.n, &x);
    if (x.ready <= 2u) {
        return true;
    }
    old->flags = flags;
    return false;
}

/*@ requires planned(p) && p->w.number < p->news && offering(p->m) && \valid_read(at) &&
             APART(at, p);
    requires old: p->w.n.slot != MPUMAP_NO_SLOT ==> at->old.slot < p->m->regions;
    assigns p->essential, p->late_base, p->m->table[0 .. p->m->regions - 1].base_at,
            p->m->table[0 .. p->m->regions - 1].limit_at,
            p->m->table[0 .. p->m->regions - 1].link, p->m->table[0 .. p->m->regions - 1].flags;
*/
static void assign_new(struct planner *p, const struct place *at)
{
    const uint16_t k = p->w.number;
    const uint8_t slot = p->w.n.slot;
    const uint8_t released = mpumap_i_later(at->left, at->right);

    if (p->full || mpumap_i_is_chosen(p->m, k)) {
        assign_preload(p);
    } else {
        if (slot != MPUMAP_NO_SLOT) {
            assign_in_place(p, at);
            //@ assert offering: offering(p->m);
            //@ assert planned: planned(p) && at->old.slot < p->m->regions;
            if (!gives_way(p, at, released)) {
                return;
            }
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
/*@ requires executed(p);
    assigns p->batch, p->m->table[0 .. p->m->regions - 1].flags;
*/
static void join_exchange(struct planner *p)
{
    struct mpumap *m = p->m;
    bool loaded = false;
    uint16_t count = 0u;
    uint16_t i;

    /*@ loop invariant p->from <= i <= p->end;
        loop assigns i, count, loaded, m->table[0 .. \at(p->m->regions, Pre) - 1].flags;
        loop variant p->end - i;
    */
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
    /*@ loop invariant i <= p->listed;
        loop assigns i, p->batch;
        loop variant p->listed - i;
    */
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
    assign_fresh(p, k, &v, 1u);
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

/* An old region goes off by a write of its own. `unless`: a flag with which the write counts
 * otherwise. */
/*@ requires \valid_read(p) && \valid_read(p->m) && \valid_read(p->m->table + slot);
    assigns \nothing;
*/
static bool goes_off(const struct planner *p, uint8_t slot, uint32_t unless)
{
    const struct mpumap *m = p->m;

    return ((m->table[slot].flags & (F_OFF | unless)) == F_OFF) &&
           !(p->batch && mpumap_i_in_bitmap(m, slot));
}

/* More than a plan has phases; banks of slots, of one selector value each, the last for all others.
 */
#define PHASES 8u
#define BANKS 16u

/* A register of the slot is written in that phase: does that take a write of the selector? */
/*@ requires \valid_read(m) && 1 <= m->limits.bank && \valid(banks + (0 .. PHASES - 1));
    assigns banks[0 .. PHASES - 1];
*/
static void note_bank(const struct mpumap *m, uint16_t *banks, uint8_t phase, uint8_t slot)
{
    if ((phase != 0u) && (slot >= m->limits.direct)) {
        const uint32_t bank = (uint32_t)slot / m->limits.bank;

        banks[phase % PHASES] |=
            (uint16_t)(((uint32_t)1u) << ((bank < BANKS) ? bank : (BANKS - 1u)));
    }
}

/*@ requires \valid_read(m) && \valid_read(banks + (0 .. PHASES - 1));
    assigns \nothing;
*/
static uint32_t cost_of_banks(const struct mpumap *m, const uint16_t *banks)
{
    uint32_t cost = 0u;
    uint16_t i;

    /*@ loop invariant i <= PHASES;
        loop assigns i, cost;
        loop variant PHASES - i;
    */
    for (i = 0u; i < PHASES; i++) {
        uint32_t bits = banks[i];

        /*@ loop assigns bits, cost;
            loop variant bits;
        */
        while (bits != 0u) {
            //@ assert fewer: (bits & (bits - 1)) < bits;
            bits &= bits - 1u;
            cost += mpumap_i_cost(m->limits.selector_isb ? 1u : 0u, 1u);
        }
    }
    return cost;
}

/* What the plan costs: barriers, which count most, and register writes. */
/*@ requires at_work(p) && 1 <= p->m->limits.bank && p->from <= p->end;
    requires p->listed <= p->m->regions;
    requires \forall integer k; 0 <= k < p->listed ==> p->m->table[k].link < p->m->regions;
    assigns p->plain;
*/
uint32_t mpumap_i_plan_cost(struct planner *p)
{
    const struct mpumap *m = p->m;
    uint16_t banks[PHASES] = {0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u};
    uint8_t last = p->exchange_at;
    uint32_t writes = ((p->exchange_at != 0u) ? 1u : 0u) + (p->batch ? 1u : 0u);
    struct side o;
    uint16_t i;

    /*@ loop invariant i <= p->listed;
        loop assigns i, writes, last, banks[0 .. PHASES - 1];
        loop variant p->listed - i;
    */
    for (i = 0u; i < p->listed; i++) {
        const struct mpumap_entry *x = &m->table[i];
        const uint8_t base_at = x->base_at & PHASE_MASK;

        if ((x->base_at == 0u) && (x->limit_at == 0u)) {
            continue;
        }
        if (goes_off(p, x->link, F_XON)) {
            writes++;
            note_bank(m, banks, 1u, x->link);
        }
        if (x->base_at > PHASE_MASK) {
            writes++;
        }
        writes += ((base_at != 0u) ? 1u : 0u) + ((x->limit_at != 0u) ? 1u : 0u);
        note_bank(m, banks, base_at, x->link);
        note_bank(m, banks, x->limit_at, x->link);
        last = mpumap_i_later(mpumap_i_later(last, base_at), x->limit_at);
    }
    i = mpumap_i_old(m, p->from, p->end, &o);
    /*@ loop invariant i <= p->end && (o.have ==> o.slot < m->regions);
        loop assigns i, o, writes, banks[0 .. PHASES - 1];
        loop variant 2 * (p->end - i) + (o.have ? 1 : 0);
    */
    while (o.have) {
        if (goes_off(p, o.slot, F_PLAN)) {
            writes++;
            note_bank(m, banks, 1u, o.slot);
        }
        i = mpumap_i_old(m, i, p->end, &o);
    }
    p->plain = mpumap_i_cost(last, writes);
    return p->plain + cost_of_banks(m, banks);
}
