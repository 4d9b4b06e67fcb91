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

/* After the last span of the old region whose first is i. */
/*@ requires \valid_read(m) && \valid_read(m->spans + (0 .. end - 1)) && i < end;
    assigns \nothing;
    ensures i < \result <= end;
*/
static uint16_t end_of_old(const struct mpumap *m, uint16_t i, uint16_t end)
{
    struct side o;

    return mpumap_i_old(m, i, end, &o);
}

/* May it go off in the first phase, for good? */
/*@ requires \valid_read(m) && \valid_read(m->spans + (0 .. end - 1)) && i < end;
    requires m->spans[i].slot < m->regions && \valid_read(m->table + (0 .. m->regions - 1));
    requires guarded(m);
    assigns \nothing;
*/
static bool may_go(const struct mpumap *m, uint16_t i, uint16_t end)
{
    struct side o;

    (void)mpumap_i_old(m, i, end, &o);
    return ((m->table[o.slot].flags & F_BUSY) != 0u) && mpumap_i_in_bitmap(m, o.slot) &&
           !mpumap_i_held(m, o.base, o.limit);
}

/* Gives no region up, or the one in that slot. */
/*@ requires drafted(p);
    assigns p->w.given_up;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static void set_given_up(struct planner *p, uint8_t slot)
{
    p->w.given_up = slot;
}

/* What the pairs of the old region in that slot weigh, none given up. */
/*@ requires drafted(p);
    assigns WALK(p);
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static uint64_t weight_of(struct planner *p, uint8_t slot)
{
    return mpumap_i_weight_of(p, slot);
}

/* What the plan loses. */
/*@ requires drafted(p);
    assigns p->lost;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static void set_lost(struct planner *p, uint64_t lost)
{
    p->lost = lost;
}

/* Gives the old region in that slot up; returns what that loses by itself. */
/*@ requires drafted(p);
    assigns WALK(p), p->w.given_up;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static uint64_t cost_without(struct planner *p, uint8_t slot)
{
    uint64_t cost;

    set_given_up(p, MPUMAP_NO_SLOT);
    //@ assert none: drafted(p) && kept{Pre, Here}(p);
    cost = weight_of(p, slot);
    //@ assert weighed: drafted(p) && kept{Pre, Here}(p);
    set_given_up(p, slot);
    return cost;
}

/* Finds the region that loses least if it goes first: p->w.given_up; none if that does not lose
 * less than p->lost, which becomes the least. True: what is exchanged has to be selected again. */
/*@ requires drafted(p);
    assigns SELECTING(p), p->w.given_up;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static bool find_to_give_up(struct planner *p, uint16_t spare, bool held)
{
    uint64_t least = p->lost;
    uint8_t best = MPUMAP_NO_SLOT;
    bool tried = false;
    uint16_t i;

    /*@ loop invariant good: drafted(p) && kept{Pre, Here}(p);
        loop assigns i, least, best, tried, p->w.given_up, SELECTING(p);
        loop variant p->end - i;
    */
    for (i = p->from; i < p->end; i = end_of_old(p->m, i, p->end)) {
        /*@ assert same: p->m == \at(p->m, Pre) && p->m->table == \at(p->m->table, Pre) &&
                p->m->regions == \at(p->m->regions, Pre); */
        //@ assert slot: p->m->spans[i].slot < p->m->regions;
        if (may_go(p->m, i, p->end)) {
            const uint8_t slot = p->m->spans[i].slot;
            const uint64_t cost = cost_without(p, slot);

            //@ assert alone: drafted(p) && kept{Pre, Here}(p);
            /*@ assert still: p->m == \at(p->m, Pre) && p->m->table == \at(p->m->table, Pre) &&
                    p->m->regions == \at(p->m->regions, Pre); */
            if (cost < least) {
                mpumap_i_select(p, spare, held);
                tried = true;
                if ((p->lost + cost) < least) {
                    least = p->lost + cost;
                    best = slot;
                }
                //@ assert chosen: drafted(p) && kept{Pre, Here}(p);
            }
        }
        //@ assert good: drafted(p) && kept{Pre, Here}(p);
    }
    set_lost(p, least);
    //@ assert lost: drafted(p) && kept{Pre, Here}(p);
    set_given_up(p, best);
    return tried;
}

/* Takes no region out for the duration, or the one in that slot. */
/*@ requires drafted(p);
    assigns p->victim;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
    ensures victim: p->victim == slot;
*/
static void set_victim(struct planner *p, uint8_t slot)
{
    p->victim = slot;
}

/*
 * A victim among the regions that change: off in the first phase, so that a new region can be
 * preloaded into its slot. It does not come back; what is lost is what both maps allow alike of it.
 * Taken if that loses less than p->lost.
 */
/*@ requires drafted(p);
    assigns SELECTING(p), p->w.given_up, p->victim;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
    ensures victim: p->victim == \old(p->victim) || p->victim == MPUMAP_NO_SLOT;
*/
static void give_up(struct planner *p, uint16_t spare, bool held)
{
    const bool tried = find_to_give_up(p, spare, held);
    const uint64_t least = p->lost;
    uint16_t room = spare;

    //@ assert found: drafted(p) && kept{Pre, Here}(p);
    //@ assert same: p->victim == \at(p->victim, Pre);
    if (p->w.given_up != MPUMAP_NO_SLOT) {
        set_victim(p, MPUMAP_NO_SLOT);
        //@ assert victim: drafted(p) && kept{Pre, Here}(p);
    }
    if (p->victim != MPUMAP_NO_SLOT) {
        room++;
    }
    //@ assert good: drafted(p) && kept{Pre, Here}(p);
    //@ assert none: p->victim == \at(p->victim, Pre) || p->victim == MPUMAP_NO_SLOT;
    if (tried) {
        mpumap_i_select(p, room, held);
        //@ assert chosen: drafted(p) && kept{Pre, Here}(p);
        //@ assert still: p->victim == \at(p->victim, Pre) || p->victim == MPUMAP_NO_SLOT;
        set_lost(p, least);
        //@ assert end: p->victim == \at(p->victim, Pre) || p->victim == MPUMAP_NO_SLOT;
    }
}

/* Takes the region in that slot out for the duration if that, at that price, loses less. */
/*@ requires drafted(p) && p->victim == MPUMAP_NO_SLOT && victim < p->m->regions;
    assigns SELECTING(p), p->victim;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
    ensures victim: slot_or_none(p->m, p->victim);
*/
static void try_out(struct planner *p, uint8_t victim, uint64_t price, uint16_t spare, bool held)
{
    const uint64_t lost = p->lost;

    mpumap_i_select(p, (uint16_t)(spare + 1u), held);
    p->lost += price;
    //@ assert good: drafted(p) && kept{Pre, Here}(p);
    if (p->lost < lost) {
        set_victim(p, victim);
        //@ assert taken: drafted(p) && kept{Pre, Here}(p) && slot_or_none(p->m, p->victim);
    } else {
        mpumap_i_select(p, spare, held);
        //@ assert none: p->victim == MPUMAP_NO_SLOT;
        //@ assert left: drafted(p) && kept{Pre, Here}(p);
    }
}

/* Takes a region out for the duration, beside those that change, if that loses less than p->lost.
 */
/*@ requires drafted(p) && p->victim == MPUMAP_NO_SLOT;
    assigns SELECTING(p), p->victim;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
    ensures victim: slot_or_none(p->m, p->victim);
*/
static void take_out(struct planner *p, uint16_t spare, bool held)
{
    mpumap_addr_t granules = 0u;
    const uint8_t victim = mpumap_i_find_victim(p->m, &granules);
    const uint64_t price = ((uint64_t)granules) << WEIGHT_GRANULES;

    if ((victim != MPUMAP_NO_SLOT) && (price < p->lost)) {
        try_out(p, victim, price, spare, held);
    }
}

/* Selects for the spare slots alone: with what the others leave free, then as if slots were few. */
/*@ requires drafted(p);
    assigns SELECTING(p), p->strict;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static void select_some(struct planner *p, uint16_t spare, bool held)
{
    mpumap_i_select(p, spare, held);
    if ((p->lost != 0u) && (p->gone > 1u)) {
        p->strict = true;
        mpumap_i_select(p, spare, held);
    }
}

/* The phase in which the exchange is made that has been selected. */
/*@ requires drafted(p);
    assigns p->exchange_at, p->strict;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static void place_exchange(struct planner *p, uint16_t spare)
{
    if (p->essential != 0u) {
        p->exchange_at = (p->essential <= spare) ? 2u : 3u;
    } else {
        p->strict = false;
    }
}

/*
 * Fewer spare slots than new regions: exchanges what would be lost otherwise, as far as slots
 * reach; with one more slot, that of a victim, if that loses less than it saves or if held bytes
 * demand it.
 */
/*@ requires drafted(p) && p->victim == MPUMAP_NO_SLOT;
    assigns EXCHANGING(p);
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
    ensures victim: slot_or_none(p->m, p->victim);
*/
static void exchange_some(struct planner *p)
{
    const uint16_t spare = mpumap_i_count_free(p->m, p->m->limits.bitmap, p->m->regions);
    const bool held = (p->lost >> WEIGHT_HELD) != 0u;

    select_some(p, spare, held);
    if (p->lost != 0u) {
        take_out(p, spare, held);
        //@ assert out: drafted(p) && kept{Pre, Here}(p);
    }
    //@ assert taken: drafted(p) && kept{Pre, Here}(p);
    //@ assert victim: slot_or_none(p->m, p->victim);
    /*@ assert same: p->m == \at(p->m, Pre) && p->m->table == \at(p->m->table, Pre) &&
            p->m->scratch == \at(p->m->scratch, Pre) && p->m->regions == \at(p->m->regions, Pre) &&
            \valid(p) && \valid(p->m); */
    if ((p->lost != 0u) && (p->gone > 1u)) {
        give_up(p, spare, held);
        //@ assert given: drafted(p) && kept{Pre, Here}(p) && slot_or_none(p->m, p->victim);
    }
    //@ assert ready: drafted(p) && kept{Pre, Here}(p) && slot_or_none(p->m, p->victim);
    place_exchange(p, spare);
}

/* Is there a spare slot for each new region, so that all can be exchanged by one write? */
/*@ requires good_plan(p);
    assigns p->spare;
    ensures good: good_plan(p) && kept{Pre, Post}(p);
*/
static bool all_fit(struct planner *p)
{
    const struct mpumap *m = p->m;
    const uint32_t changes = (uint32_t)p->come + p->gone;
    const bool can = (changes > 1u) && mpumap_i_in_bitmap(m, 0u) && p->low;

    p->spare = can ? mpumap_i_count_free(m, m->limits.bitmap, p->come) : (uint16_t)0u;
    return can && (p->spare >= p->come);
}

/* Is everything exchanged? Where one register write is enough, and where slots do not reach, slots
 * are matched. */
/*@ requires drafted(p);
    assigns p->spare, MATCHING(p);
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
    ensures victim: p->victim == \old(p->victim);
*/
static bool match_unless_full(struct planner *p)
{
    const bool can = all_fit(p);

    //@ assert listed: p->listed == p->news && linked(p->m, p->m->table, p->listed);
    //@ assert drafted: drafted(p) && kept{Pre, Here}(p);
    if (can && ((p->come != 1u) || (p->gone != 1u))) {
        return true;
    }
    mpumap_i_match(p);
    //@ assert matched: drafted(p) && kept{Pre, Here}(p);
    return can && !p->one_write;
}

/* Everything is exchanged, and nothing lost. */
/*@ requires drafted(p);
    assigns p->full, p->lost, p->essential, p->exchange_at;
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static void exchange_at_once(struct planner *p)
{
    p->full = true;
    p->lost = 0u;
    p->essential = p->come;
    p->exchange_at = (p->come == 0u) ? 1u : 2u;
}

/* In order: every region in a slot, or an exchange of some. */
/*@ requires drafted(p) && p->victim == MPUMAP_NO_SLOT;
    assigns p->full, EXCHANGING(p);
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static void go_in_order(struct planner *p)
{
    p->full = false;
    //@ assert good: good_plan(p) && kept{Pre, Here}(p);
    if ((p->lost != 0u) && mpumap_i_in_bitmap(p->m, 0u)) {
        exchange_some(p);
    }
}

/*
 * Chooses how to change. One visible register write where that is enough; everything by one write
 * of the bitmap where there is a spare slot for each new region; else in order.
 */
/*@ requires drafted(p) && p->victim == MPUMAP_NO_SLOT;
    assigns CHOOSING(p);
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
static void choose(struct planner *p)
{
    const bool full = match_unless_full(p);

    //@ assert matched: drafted(p) && kept{Pre, Here}(p);
    /*@ assert same: p->m == \at(p->m, Pre) && p->m->table == \at(p->m->table, Pre) &&
            p->m->scratch == \at(p->m->scratch, Pre) && p->m->regions == \at(p->m->regions, Pre) &&
            \valid(p) && \valid(p->m); */
    if (full) {
        exchange_at_once(p);
        //@ assert full: drafted(p) && kept{Pre, Here}(p);
    } else {
        go_in_order(p);
        //@ assert in_order: drafted(p) && kept{Pre, Here}(p);
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

/* Begins an attempt: forgets what the one before has decided. */
/*@ requires good_plan(p);
    assigns p->cut, p->essential, p->exchange_at, p->victim, p->w.given_up, p->w.late, p->moved,
            p->strict, p->batch, p->retry;
    ensures good: good_plan(p) && kept{Pre, Post}(p);
    ensures victim: p->victim == MPUMAP_NO_SLOT;
*/
static void begin_attempt(struct planner *p, bool cut)
{
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
}

/* Lists the new regions, with merges that were put off if anything changes. */
/*@ requires good_plan(p);
    assigns LISTING(p), p->retry;
    ensures good: good_plan(p) && kept{Pre, Post}(p);
    ensures drafted: drafted(p);
    ensures victim: p->victim == \old(p->victim);
*/
static bool list_news(struct planner *p)
{
    bool listed = mpumap_i_list(p);

    //@ assert first: drafted(p) && kept{Pre, Here}(p);
    /*@ assert same: p->m == \at(p->m, Pre) && p->m->table == \at(p->m->table, Pre) &&
            p->m->scratch == \at(p->m->scratch, Pre) && p->m->regions == \at(p->m->regions, Pre) &&
            \valid(p) && \valid(p->m); */
    if (p->m->waiting && (!listed || ((p->come | p->gone) != 0u))) {
        p->retry = true;
        //@ assert good: good_plan(p) && kept{Pre, Here}(p);
        listed = mpumap_i_list(p);
        //@ assert again: drafted(p) && kept{Pre, Here}(p);
    }
    return listed;
}

/* One attempt, with put-off merges (cut) or without. */
/*@ requires good_plan(p);
    assigns ATTEMPT(p);
    ensures drafted: drafted(p) && kept{Pre, Post}(p);
*/
enum mpumap_result mpumap_i_attempt(struct planner *p, bool cut)
{
    bool listed;

    begin_attempt(p, cut);
    //@ assert begun: good_plan(p) && kept{Pre, Here}(p);
    /*@ assert same: p->m == \at(p->m, Pre) && p->m->table == \at(p->m->table, Pre) &&
            p->m->scratch == \at(p->m->scratch, Pre) && p->m->regions == \at(p->m->regions, Pre) &&
            \valid(p) && \valid(p->m); */
    listed = list_news(p);
    //@ assert listed: drafted(p) && kept{Pre, Here}(p);
    /*@ assert still: p->m == \at(p->m, Pre) && p->m->table == \at(p->m->table, Pre) &&
            p->m->scratch == \at(p->m->scratch, Pre) && p->m->regions == \at(p->m->regions, Pre) &&
            \valid(p) && \valid(p->m); */
    //@ assert victim: p->victim == MPUMAP_NO_SLOT;
    if (!listed || ((p->come > p->gone) &&
                    (mpumap_i_count_free(p->m, p->m->regions, (uint16_t)(p->come - p->gone)) <
                     (p->come - p->gone)))) {
        return MPUMAP_NO_REGION;
    }
    choose(p);
    //@ assert chosen: drafted(p) && kept{Pre, Here}(p);
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
