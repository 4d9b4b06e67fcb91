/* SPDX-License-Identifier: MIT */
/*
 * Which slot a new region gets, and from which phase. A slot that goes off may take its next base
 * before the barrier that makes it go off, or its next limit without a barrier after the base, if
 * what it shows meanwhile does no harm.
 */
#include "plan.h"

/* The phase from which a slot may be written for another region: after that in which the old one
 * goes off; NO_PHASE. */
/*@ requires \valid_read(p) && \valid_read(p->m) && \valid_read(p->m->table + slot);
    assigns \nothing;
    ensures \result != NO_PHASE ==>
        (p->m->table[slot].flags & (F_RESERVED | F_RESERVED_TX | F_PLAN)) == 0;
*/
static uint8_t available(const struct planner *p, uint16_t slot)
{
    const struct mpumap *m = p->m;
    const uint32_t flags = m->table[slot].flags;

    if ((flags & (F_RESERVED | F_RESERVED_TX | F_PLAN)) != 0u) {
        return NO_PHASE;
    }
    if (!mpumap_i_in_use(m, slot)) {
        return 1u;
    }
    if ((flags & F_OFF) != 0u) {
        return 2u;
    }
    return ((flags & F_XOFF) != 0u) ? (uint8_t)(p->exchange_at + 1u) : (uint8_t)NO_PHASE;
}

/* What is in a slot: an old region, so its registers can be decoded. */
/*@ requires made(m) && slot < m->regions && \valid(o) && \separated(o, m) &&
             \separated(o, m->table + (0 .. m->regions - 1)) && \separated(o, m->port);
    assigns o->base, o->limit, o->attr;
    ensures at: is_at(m, slot, o);
*/
static void read_slot(const struct mpumap *m, uint8_t slot, struct side *o)
{
    const struct mpumap_pair pair = {m->table[slot].base, m->table[slot].limit};
    mpumap_attr_t attr = 0u;

    //@ calls port_decode;
    (void)m->port->decode(m->port_ctx, &pair, &attr);
    o->base = mpumap_i_base_of(m, &pair);
    o->limit = mpumap_i_limit_of(m, &pair);
    o->attr = (uint8_t)attr;
}

/* Of the old regions, that in this slot, which ends at addr or above, is the first with a byte
 * there. */
/*@ requires \valid_read(m) && \valid_read(m->spans + (0 .. m->span_count - 1));
    requires \forall integer i, j; 0 <= i < j < m->span_count ==>
        m->spans[i].limit < m->spans[j].limit;
    requires \exists integer k; 0 <= k < m->span_count && addr <= m->spans[k].limit;
    assigns \nothing;
*/
static bool is_next(const struct mpumap *m, uint8_t slot, mpumap_addr_t addr)
{
    return m->spans[mpumap_i_search(m->spans, m->span_count, addr)].slot == slot;
}

/*
 * The slot of a region o that goes off, for n. When it goes off it may show n's base with o's
 * limit: not where others have what lies between; nor, where o goes with the exchange and is not
 * lost before, less than o. In the next phase it may show o's base with n's limit: not where others
 * have come to have o's bytes.
 */
/*@ requires \valid_read(p) && \valid_read(n) && \valid(x) && made(p->m);
    requires spans: p->m->span_count <= p->m->span_capacity &&
        limits_ascend(p->m->spans, p->m->span_count);
    requires shown: shown(p->m);
    requires slot: x->slot < p->m->regions && p->m->table[x->slot].limit % 2 == 1;
    assigns x->again, x->ready, x->base;
*/
static void overlap_phases(const struct planner *p, const struct side *n, bool preload,
                           struct offer *x)
{
    const uint32_t flags = p->m->table[x->slot].flags;
    const bool off = (flags & F_OFF) != 0u;
    struct side o;
    bool early;
    bool late;

    read_slot(p->m, x->slot, &o);
    if (((n->base > o.limit) && !mpumap_i_touch(o.limit, n->base)) ||
        ((o.base > n->limit) && !mpumap_i_touch(n->limit, o.base))) {
        return;
    }
    early = (n->base <= (off ? o.limit : o.base)) && is_next(p->m, x->slot, n->base);
    late =
        !preload && ((n->base <= o.base) || ((p->exchange_at == 0u) && ((flags & F_EARLY) == 0u)));
    if (early && off && mpumap_i_mix(&o, n, n, n, &o)) {
        /* as it will be */
    } else if (late && mpumap_i_mix(&o, n, &o, &o, n)) {
        x->ready = x->base;
        return;
    } else if (early && !preload && mpumap_i_mix(&o, n, n, &o, &o) &&
               mpumap_i_mix(&o, n, n, &o, n)) {
        x->again = AGAIN_ADDRESS;
    } else if (off && late && mpumap_i_mix(&o, n, &o, n, &o) && mpumap_i_mix(&o, n, &o, n, n)) {
        x->again = AGAIN_ATTR;
    } else {
        return;
    }
    x->ready = x->base;
    x->base--;
}

/*@ requires \valid_read(p) && \valid_read(n) && \valid(out);
    requires offering: offering(p->m);
    requires slot < p->m->regions;
    requires \separated(out, p) && \separated(out, p->m) && \separated(out, n) &&
             \separated(out, p->m->table + (0 .. p->m->regions - 1)) &&
             \separated(out, p->m->spans + (0 .. p->m->span_capacity - 1));
    assigns out->slot, out->base, out->again, out->ready;
    ensures slot: out->slot == slot;
*/
static void look(const struct planner *p, uint8_t slot, uint8_t at, const struct side *n,
                 mpumap_reg_t base, bool preload, struct offer *out)
{
    const struct mpumap *m = p->m;

    out->slot = slot;
    out->base = at;
    out->again = 0u;
    out->ready = (uint8_t)(at + 1u);
    //@ assert shift: m->limits.granule_shift == \at(p->m->limits.granule_shift, Pre);
    //@ assert shown: shown_with(m, \at(low_of(p->m), Pre));
    //@ assert made: made(m);
    if (m->table[slot].base == base) {
        out->base = 0u;
        out->ready = at;
    } else if (mpumap_i_in_use(m, slot)) {
        overlap_phases(p, n, preload, out);
    } else {
        /* one after the other */
    }
}

/* How many slots in the bitmap are free, or will be after the first phase. */
/*@ requires \valid_read(p) && \valid_read(p->m) &&
             \valid_read(p->m->table + (0 .. p->m->regions - 1));
    assigns \nothing;
*/
static uint16_t count_low(const struct planner *p, uint8_t most)
{
    const struct mpumap *m = p->m;
    uint16_t count = 0u;
    uint16_t s;

    /*@ loop assigns s, count;
        loop variant m->regions - s;
    */
    for (s = 0u; (s < m->regions) && (s < m->limits.bitmap); s++) {
        if (available(p, s) <= most) {
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
/*@ requires \valid_read(p) && offering(p->m) && \valid_read(n) && \valid(best) &&
             \base_addr(best) != \base_addr(n) && APART(best, p);
    assigns *best;
    ensures slot: best->slot < p->m->regions || best->slot == \old(best->slot);
*/
void mpumap_i_take(const struct planner *p, bool preload, uint8_t from, const struct side *n,
                   struct offer *best)
{
    const struct mpumap *m = p->m;
    const uint8_t patience =
        ((p->variant & PATIENT) != 0u) ? (uint8_t)(p->exchange_at + 1u) : (uint8_t)0u;
    const bool spare = !preload && (p->essential != 0u);
    const bool now = !spare || (count_low(p, 1u) > p->essential);
    const bool soon = !spare || (count_low(p, 2u) > p->essential);
    struct mpumap_pair next;
    uint32_t least = 0xffffu;
    uint16_t s;

    //@ calls port_encode;
    m->port->encode(m->port_ctx, n->base, n->limit, n->attr, &next);
    /*@ loop invariant s <= m->regions;
        loop invariant slot: best->slot < m->regions || best->slot == \at(best->slot, Pre);
        loop invariant made: made(m);
        loop invariant shift: m->limits.granule_shift == \at(p->m->limits.granule_shift, Pre);
        loop invariant shown: shown_with(m, \at(low_of(p->m), Pre));
        loop assigns s, least, *best;
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        const bool low = s < m->limits.bitmap;
        struct offer x;
        uint32_t cost;
        uint8_t at;

        /* Most slots, seen without a call. */
        if (mpumap_i_in_use(m, s) && ((m->table[s].flags & (F_OFF | F_XOFF)) == 0u)) {
            continue;
        }
        at = available(p, s);
        if ((at == NO_PHASE) || (preload && (!low || ((m->table[s].flags & F_XOFF) != 0u))) ||
            (low && (((at == 1u) && !now) || ((at == 2u) && !soon)))) {
            continue;
        }
        //@ assert shown: shown(m);
        look(p, (uint8_t)s, at, n, next.base, preload, &x);
        //@ assert made: made(m);
        cost =
            8u * ((preload && (at == 1u)) ? 1u
                  : preload               ? x.ready
                            : (uint32_t)mpumap_i_later(mpumap_i_later(x.ready, from), patience)) +
            ((x.base != 0u) ? 2u : 0u) + ((x.again != 0u) ? 2u : 0u) +
            ((at > 1u)          ? 0u
             : (patience != 0u) ? 3u
                                : 1u);
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
