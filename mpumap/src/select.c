/* SPDX-License-Identifier: MIT */
/*
 * Which new regions are preloaded into spare slots and exchanged, when there are fewer spare slots
 * than new regions. Regions that share bytes allowed alike by both maps form components; one that
 * would lose bytes if its regions kept their slots may be exchanged as a whole: its old regions go
 * off by the bitmap, the new ones that were chosen go on; new ones that were not are written
 * afterwards, and their bytes are lost meanwhile. Components that would lose held bytes come first,
 * then the others in address order; within a component the heaviest new regions are chosen.
 */
#include "plan.h"

/*@ requires \valid_read(p);
    assigns \nothing;
*/
static bool taken(const struct planner *p)
{
    return (p->w.n.slot == p->w.o.slot) && (mpumap_i_alike(&p->w) || !p->strict);
}

/* Reads the component at or after span c->end_old and new region c->end_number. False: none. */
bool mpumap_i_component(struct planner *p, struct component *c)
{
    struct walk *w = &p->w;
    enum event e;
    bool old_in = false;
    bool new_in = false;

    c->alike = 0u;
    c->stays = 0u;
    c->low = true;
    c->old = c->end_old;
    c->number = c->end_number;
    mpumap_i_walk(p, c->end_old, c->end_number);
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (e == EV_OLD) {
            old_in = false;
        } else if (e == EV_NEW) {
            new_in = false;
        } else if (mpumap_i_alike(w)) {
            const uint64_t weight = mpumap_i_weight(p);

            if (!old_in && !new_in) {
                if (c->alike != 0u) {
                    break;
                }
                c->old = w->old;
                c->number = w->number;
            }
            old_in = true;
            new_in = true;
            c->alike += weight;
            c->stays += taken(p) ? weight : 0u;
            c->low = c->low && mpumap_i_in_bitmap(p->m, w->o.slot);
        } else {
            /* not alike */
        }
    }
    c->end_old = (e == EV_END) ? p->end : w->old;
    c->end_number = (e == EV_END) ? p->news : w->number;
    return c->alike != 0u;
}

/* The heaviest new region of the component that is not chosen yet; 0: there is none. */
/*@ requires planned(p) && weighed(p->m) && \valid_read(c) && \valid(number) &&
             APART(c, p) && APART(number, p) &&
             \base_addr(number) != \base_addr(c);
    requires c->old <= p->end && c->number <= p->news;
    assigns *number, WALK(p);
    ensures planned: planned(p);
    ensures new: \result != 0 ==> *number < p->news;
*/
static uint64_t heaviest(struct planner *p, const struct component *c, uint16_t *number)
{
    uint64_t most = 0u;
    uint64_t current = 0u;
    enum event e;

    mpumap_i_walk(p, c->old, c->number);
    /*@ loop invariant walking: (e != EV_END ==> walking(p)) && planned(p) && seen(p, e);
        loop invariant weighed: weighed(p->m);
        loop invariant new: most != 0 ==> *number < p->news;
        loop assigns e, current, most, *number, WALK(p);
        loop variant TO_GO(p, e);
    */
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (p->w.number >= c->end_number) {
            break;
        }
        if (e == EV_PAIR) {
            current += mpumap_i_weight(p);
        } else if (e == EV_NEW) {
            if ((current > most) && !mpumap_i_is_chosen(p->m, p->w.number)) {
                most = current;
                *number = p->w.number;
            }
            current = 0u;
        } else {
            /* no matter */
        }
    }
    return most;
}

/* The old region that the walk is at goes off by the bitmap. */
/*@ requires walking(p) && p->w.o.slot < p->m->regions;
    assigns p->m->table[p->w.o.slot].flags;
    ensures walking: walking(p);
    ensures left: LEFT(p) == \old(LEFT(p));
*/
static void mark_exchanged(const struct planner *p)
{
    p->m->table[p->w.o.slot].flags |= F_XOFF;
}

/* Marks the old regions of the component that go off by the bitmap. */
/*@ requires planned(p) && \valid_read(c) && APART(c, p);
    requires c->old <= p->end && c->number <= p->news;
    assigns p->m->table[0 .. p->m->regions - 1].flags, WALK(p);
    ensures planned: planned(p);
*/
static void mark(struct planner *p, const struct component *c)
{
    enum event e;

    mpumap_i_walk(p, c->old, c->number);
    /*@ loop invariant walking: (e != EV_END ==> walking(p)) && planned(p) && seen(p, e);
        loop invariant regions: p->m->regions == \at(p->m->regions, Pre);
        loop assigns e, WALK(p), p->m->table[0 .. \at(p->m->regions, Pre) - 1].flags;
        loop variant TO_GO(p, e);
    */
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (p->w.number >= c->end_number) {
            break;
        }
        if ((e == EV_PAIR) && mpumap_i_alike(&p->w)) {
            mark_exchanged(p);
        }
    }
}

/* Exchanges the component if that loses less. Returns how many slots that takes. */
static uint16_t try_exchange(struct planner *p, const struct component *c, uint16_t room)
{
    struct mpumap *m = p->m;
    uint64_t sum = 0u;
    uint16_t count = 0u;
    uint16_t k = 0u;

    while (c->low && (count < room)) {
        const uint64_t w = heaviest(p, c, &k);

        if (w == 0u) {
            break;
        }
        m->table[k].base_at = 1u;
        sum += w;
        count++;
    }
    if (sum > c->stays) {
        mark(p, c);
        p->lost += c->alike - sum;
        return count;
    }
    for (k = c->number; k < c->end_number; k++) {
        m->table[k].base_at = 0u;
    }
    p->lost += c->alike - c->stays;
    return 0u;
}

/* Old regions in the bitmap of which nothing becomes: their slots are free after the first phase.
 */
/*@ requires planned(p) && p->from <= p->end;
    assigns WALK(p);
    ensures planned: planned(p);
*/
uint16_t mpumap_i_early(struct planner *p)
{
    uint16_t count = 0u;
    bool used = false;
    enum event e;

    mpumap_i_walk(p, p->from, 0u);
    /*@ loop invariant walking: (e != EV_END ==> walking(p)) && planned(p) && seen(p, e);
        loop assigns e, count, used, WALK(p);
        loop variant TO_GO(p, e);
    */
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (e == EV_PAIR) {
            used = used || mpumap_i_alike(&p->w) || taken(p);
        } else if (e == EV_OLD) {
            count += (uint16_t)((!used && mpumap_i_in_bitmap(p->m, p->w.o.slot)) ? 1u : 0u);
            used = false;
        } else {
            /* no matter */
        }
    }
    return count;
}

/* Decides about the components that would lose held bytes, or about the others. Returns the room
 * that is left. */
static uint16_t pass(struct planner *p, uint16_t room, bool held)
{
    struct component c;

    c.end_old = p->from;
    c.end_number = 0u;
    while (mpumap_i_component(p, &c)) {
        const uint64_t lost = c.alike - c.stays;

        if ((lost != 0u) && (((lost >> WEIGHT_HELD) != 0u) == held)) {
            const uint16_t count = try_exchange(p, &c, room);

            room = (uint16_t)(room - count);
            p->essential = (uint16_t)(p->essential + count);
        }
    }
    return room;
}

/* Chooses for `room` slots beside those free after the first phase; p->lost becomes what is lost
 * then. `held`: some of what would be lost without an exchange is held. */
void mpumap_i_select(struct planner *p, uint16_t room, bool held)
{
    uint16_t k;

    for (k = p->from; k < p->end; k++) {
        p->m->table[p->m->spans[k].slot].flags &= (uint8_t)~F_XOFF;
    }
    for (k = 0u; k < p->news; k++) {
        p->m->table[k].base_at = 0u;
    }
    room = (uint16_t)(room + mpumap_i_early(p));
    p->essential = 0u;
    p->lost = 0u;
    if (held) {
        room = pass(p, room, true);
    }
    (void)pass(p, room, false);
}
