/* SPDX-License-Identifier: MIT */
/*
 * The planner: from the old regions to the new ones, which slot holds what next, and in which phase
 * each register is written. docs/live-change.md argues why rules R1 to R4 hold.
 */
#include "plan.h"

/* The smallest region, beside those that change, that may be taken out for the duration, and how
 * many granules it has. */
/*@ requires whole_map(m) && m->span_count <= 0xfe00;
    requires \valid(granules) && \separated(granules, m) &&
             \separated(granules, m->port) &&
             \separated(granules, m->table + (0 .. m->regions - 1)) &&
             \separated(granules, m->spans + (0 .. m->span_capacity - 1));
    assigns *granules;
    ensures slot_or_none(m, \result);
*/
uint8_t mpumap_i_find_victim(const struct mpumap *m, mpumap_addr_t *granules)
{
    struct side o;
    uint8_t best = MPUMAP_NO_SLOT;
    uint16_t i = mpumap_i_old(m, 0u, m->span_count, &o);

    /*@ loop invariant i <= m->span_count && (o.have ==> o.slot < m->regions);
        loop invariant slot_or_none(m, best);
        loop assigns i, o, best, *granules;
        loop variant 2 * (m->span_count - i) + (o.have ? 1 : 0);
    */
    while (o.have) {
        const mpumap_addr_t size = ((o.limit - o.base) >> m->limits.granule_shift) + 1u;

        if (mpumap_i_in_bitmap(m, o.slot) && ((m->table[o.slot].flags & F_BUSY) == 0u) &&
            !mpumap_i_held(m, o.base, o.limit) &&
            ((best == MPUMAP_NO_SLOT) || (size < *granules))) {
            best = o.slot;
            *granules = size;
        }
        i = mpumap_i_old(m, i, m->span_count, &o);
    }
    return best;
}

/* Free slots below `end`, counted up to `most`. */
/*@ requires \valid_read(m) && \valid_read(m->table + (0 .. m->regions - 1));
    assigns \nothing;
    ensures \result <= most;
*/
uint16_t mpumap_i_count_free(const struct mpumap *m, uint16_t end, uint16_t most)
{
    uint16_t count = 0u;
    uint16_t s;

    /*@ loop invariant count <= most;
        loop assigns s, count;
        loop variant m->regions - s;
    */
    for (s = m->free_from; (s < end) && (s < m->regions) && (count < most); s++) {
        if (mpumap_i_is_free(m, s)) {
            count++;
        }
    }
    return count;
}

/*
 * A victim among the regions that change: off in the first phase, so that a new region can be
 * preloaded into its slot. It does not come back; what is lost is what both maps allow alike of it.
 * Taken if that loses less than p->lost.
 */
static void give_up(struct planner *p, uint16_t spare, uint16_t room, bool held)
{
    struct mpumap *m = p->m;
    uint64_t least = p->lost;
    uint8_t best = MPUMAP_NO_SLOT;
    bool tried = false;
    struct side o;
    uint16_t i = mpumap_i_old(m, p->from, p->end, &o);

    while (o.have) {
        if (((m->table[o.slot].flags & F_BUSY) != 0u) && mpumap_i_in_bitmap(m, o.slot) &&
            !mpumap_i_held(m, o.base, o.limit)) {
            uint64_t cost;

            p->w.given_up = MPUMAP_NO_SLOT;
            cost = mpumap_i_weight_of(p, o.slot);
            p->w.given_up = o.slot;
            if (cost < least) {
                mpumap_i_select(p, spare, held);
                tried = true;
                if ((p->lost + cost) < least) {
                    least = p->lost + cost;
                    best = o.slot;
                }
            }
        }
        i = mpumap_i_old(m, i, p->end, &o);
    }
    p->w.given_up = best;
    if (best != MPUMAP_NO_SLOT) {
        p->victim = MPUMAP_NO_SLOT;
        room = spare;
    }
    if (tried) {
        mpumap_i_select(p, room, held);
        p->lost = least;
    }
}

/*
 * Fewer spare slots than new regions: exchanges what would be lost otherwise, as far as slots
 * reach; with one more slot, that of a victim, if that loses less than it saves or if held bytes
 * demand it.
 */
static void exchange_some(struct planner *p)
{
    struct mpumap *m = p->m;
    const uint16_t spare = mpumap_i_count_free(m, m->limits.bitmap, m->regions);
    const bool held = (p->lost >> WEIGHT_HELD) != 0u;
    mpumap_addr_t granules = 0u;
    uint8_t victim = MPUMAP_NO_SLOT;
    uint64_t lost;
    uint64_t price;

    mpumap_i_select(p, spare, held);
    if ((p->lost != 0u) && (p->gone > 1u)) {
        p->strict = true;
        mpumap_i_select(p, spare, held);
    }
    if (p->lost != 0u) {
        victim = mpumap_i_find_victim(m, &granules);
    }
    lost = p->lost;
    price = ((uint64_t)granules) << WEIGHT_GRANULES;
    if ((victim != MPUMAP_NO_SLOT) && (price < lost)) {
        mpumap_i_select(p, (uint16_t)(spare + 1u), held);
        p->lost += price;
        if (p->lost < lost) {
            p->victim = victim;
        } else {
            mpumap_i_select(p, spare, held);
        }
    }
    if ((p->lost != 0u) && (p->gone > 1u)) {
        give_up(p, spare, (uint16_t)(spare + ((p->victim != MPUMAP_NO_SLOT) ? 1u : 0u)), held);
    }
    if (p->essential != 0u) {
        p->exchange_at = (p->essential <= spare) ? 2u : 3u;
    } else {
        p->strict = false;
    }
}

/*
 * Chooses how to change. One visible register write where that is enough; everything by one write
 * of the bitmap where there is a spare slot for each new region; else in order.
 */
static void choose(struct planner *p)
{
    const struct mpumap *m = p->m;
    const uint16_t changes = (uint16_t)(p->come + p->gone);
    bool can = (changes > 1u) && mpumap_i_in_bitmap(m, 0u) && p->low;

    p->spare = can ? mpumap_i_count_free(m, m->limits.bitmap, p->come) : (uint16_t)0u;
    can = can && (p->spare >= p->come);
    p->full = can && ((p->come != 1u) || (p->gone != 1u));
    if (!p->full) {
        mpumap_i_match(p);
        p->full = can && !p->one_write;
    }
    if (p->full) {
        p->lost = 0u;
        p->essential = p->come;
        p->exchange_at = (p->come == 0u) ? 1u : 2u;
    } else if ((p->lost != 0u) && mpumap_i_in_bitmap(m, 0u)) {
        exchange_some(p);
    } else {
        /* every region in a slot */
    }
}

/*@ requires \valid(m) && \valid(m->table + (0 .. m->regions - 1)) &&
             \separated(m, m->table + (0 .. m->regions - 1));
    assigns m->cost.gap, m->table[0 .. m->regions - 1].flags;
*/
void mpumap_i_forget(struct mpumap *m)
{
    uint16_t s;

    m->cost.gap = 0u;
    /*@ loop invariant s <= m->regions;
        loop assigns s, m->table[0 .. \at(m->regions, Pre) - 1].flags;
        loop variant m->regions - s;
    */
    for (s = 0u; s < m->regions; s++) {
        m->table[s].flags &= (uint8_t)~F_PLANNING;
    }
}

/* One attempt, with put-off merges (cut) or without. */
enum mpumap_result mpumap_i_attempt(struct planner *p, bool cut)
{
    const struct mpumap *m = p->m;
    bool listed;

    p->cut = cut;
    p->essential = 0u;
    p->exchange_at = 0u;
    p->victim = MPUMAP_NO_SLOT;
    p->w.given_up = MPUMAP_NO_SLOT;
    p->w.late = p->sequence ? p->w.late : (mpumap_addr_t)NOBODY;
    p->moved = NONE;
    p->strict = false;
    p->batch = false;
    p->retry = p->sequence;
    listed = mpumap_i_list(p);
    if (m->waiting && (!listed || ((p->come | p->gone) != 0u))) {
        p->retry = true;
        listed = mpumap_i_list(p);
    }
    if (!listed ||
        ((p->come > p->gone) && (mpumap_i_count_free(m, m->regions, (uint16_t)(p->come - p->gone)) <
                                 (p->come - p->gone)))) {
        return MPUMAP_NO_REGION;
    }
    choose(p);
    return ((p->lost >> WEIGHT_HELD) == 0u) ? MPUMAP_OK : MPUMAP_LIVE;
}

/* Takes back what assign has decided, but for the list of new regions. */
/*@ requires planned(p);
    assigns p->m->table[0 .. p->m->regions - 1].flags, p->m->table[0 .. p->m->regions - 1].link;
    ensures linked: linked{Pre}(p->m, p->m->table, p->listed) ==>
        linked(p->m, p->m->table, p->listed);
*/
static void restart(struct planner *p)
{
    struct mpumap *m = p->m;
    uint16_t k;

    /*@ loop invariant k <= m->regions;
        loop assigns k, m->table[0 .. \at(p->m->regions, Pre) - 1].flags;
        loop variant m->regions - k;
    */
    for (k = 0u; k < m->regions; k++) {
        if ((m->table[k].flags & F_PLANNING) != 0u) {
            m->table[k].flags &= (uint8_t)~F_PLANNING;
            m->table[k].flags |= (uint8_t)(mpumap_i_in_use(m, k) ? F_BUSY : 0u);
        }
    }
    /*@ loop invariant k <= p->news;
        loop invariant \forall integer i; 0 <= i < m->regions ==>
            m->table[i].link == \at(p->m->table[i].link, Pre) ||
            m->table[i].link == MPUMAP_NO_SLOT;
        loop assigns k, m->table[0 .. \at(p->m->regions, Pre) - 1].link;
        loop variant p->news - k;
    */
    for (k = 0u; k < p->news; k++) {
        if ((m->scratch[k].limit & NEW_KEPT) == 0u) {
            m->table[k].link = MPUMAP_NO_SLOT;
        }
    }
}

/* Assigns for an exchange of everything, into spare slots and those of old regions of which nothing
 * stays, which go off before. */
static void exchange_all(struct planner *p)
{
    struct mpumap *m = p->m;
    enum event e;

    restart(p);
    mpumap_i_walk(p, p->from, 0u);
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if ((e == EV_PAIR) && mpumap_i_alike(&p->w)) {
            m->table[p->w.o.slot].flags |= F_XOFF;
        }
    }
    p->full = true;
    p->exchange_at = 3u;
    p->essential = p->come;
    mpumap_i_assign(p);
}

/* May the variant be cheaper than the plan in order, without selectors? */
static bool is_promising(struct planner *p, uint32_t v, uint32_t plain)
{
    if (v != EXCHANGE) {
        return (plain >= mpumap_i_cost(3u, 0u)) && (((v & TIGHT) == 0u) || p->tight);
    }
    p->strict = true;
    return (plain > mpumap_i_cost(2u, p->come + 1u)) && p->low && (p->lost == 0u) &&
           (p->come <= (p->spare + p->gone)) && (p->come <= (p->spare + mpumap_i_early(p)));
}

static void make(struct planner *p, uint32_t variant)
{
    p->variant = (uint8_t)variant;
    if (variant == EXCHANGE) {
        exchange_all(p);
    } else {
        mpumap_i_forget(p->m);
        (void)mpumap_i_attempt(p, p->cut);
        mpumap_i_assign(p);
    }
}

#define VARIANTS 4u

/* Compares the plan with variants of it, each with what has proved good before, and takes the
 * cheapest: the last entry makes the best again. */
static void improve(struct planner *p)
{
    static const uint8_t variants[VARIANTS] = {PATIENT, TIGHT, EXCHANGE, 0u};
    uint32_t least = mpumap_i_plan_cost(p);
    const uint32_t plain = p->plain;
    uint32_t best = 0u;
    uint16_t i;

    for (i = 0u; i < VARIANTS; i++) {
        const uint32_t v = variants[i] | ((variants[i] != EXCHANGE) ? best : 0u);

        if ((v != p->variant) && ((variants[i] == 0u) || is_promising(p, v, plain))) {
            uint32_t cost;

            make(p, v);
            cost = mpumap_i_plan_cost(p);
            if (cost < least) {
                least = cost;
                best = v;
            }
        }
    }
}

/* What is left to do after the first attempt, without put-off merges, which has had this result. */
enum mpumap_result mpumap_i_complete(struct planner *p, enum mpumap_result r)
{
    struct mpumap *m = p->m;

    if ((r == MPUMAP_LIVE) && mpumap_i_is_exact(m)) {
        mpumap_i_forget(m);
        r = mpumap_i_attempt(p, true);
    }
    if (r == MPUMAP_OK) {
        mpumap_i_assign(p);
        if (!p->full) {
            improve(p);
        }
        m->cost.gap = (p->lost >> WEIGHT_GRANULES) << m->limits.granule_shift;
    } else {
        mpumap_i_forget(m);
        p->news = 0u;
    }
    return r;
}

/* Of a plan of one change, in order, without put-off merges. */
enum mpumap_result mpumap_i_first_attempt(struct planner *p)
{
    p->sequence = false;
    p->owed = false;
    p->variant = 0u;
    p->tight = false;
    return mpumap_i_attempt(p, false);
}

enum mpumap_result mpumap_i_plan(struct planner *p)
{
    return mpumap_i_complete(p, mpumap_i_first_attempt(p));
}
