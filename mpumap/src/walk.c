/* SPDX-License-Identifier: MIT */
/* The list of the new regions, and the walk over old and new ones side by side. */
#include "plan.h"

/* Reads the old region whose first span is i; returns the index after its last span. False in
 * out->have: there is none. */
/*@ requires \valid_read(m) && \valid_read(m->spans + (0 .. end - 1)) && \valid(out) &&
             \separated(out, m) && \separated(out, m->spans + (0 .. end - 1));
    assigns out->base, out->limit, out->attr, out->slot, out->have, out->shares;
    ensures out->have <==> i < end;
    ensures there: i < end ==> i < \result <= end && out->slot == m->spans[i].slot;
    ensures ends: i < end ==> out->base == m->spans[i].base &&
        out->limit == m->spans[\result - 1].limit;
    ensures none: i >= end ==> \result == i && out->slot == \old(out->slot);
*/
uint16_t mpumap_i_old(const struct mpumap *m, uint16_t i, uint16_t end, struct side *out)
{
    const struct mpumap_span *v = &m->spans[i];
    //@ ghost int first = i;

    out->have = i < end;
    if (out->have) {
        out->base = v->base;
        out->attr = v->attr;
        out->slot = v->slot;
        out->shares = false;
        /*@ loop invariant first <= i < end && v == m->spans + i;
            loop invariant i > first ==> out->limit == m->spans[i - 1].limit;
            loop assigns i, v, out->limit;
            loop variant end - i;
        */
        do {
            out->limit = v->limit;
            v++;
            i++;
        } while ((i < end) && (v->slot == out->slot));
    }
    return i;
}

/* ---- the list ---- */

/* Appends a region to the list. The caller has seen to the room. */
/*@ requires at_work(p) && p->listed < p->m->regions && \valid_read(n);
    requires \separated(n, p->m->table + (0 .. p->m->regions - 1)) &&
             \separated(n, p->m->scratch + (0 .. p->m->regions - 1)) && \separated(n, &p->listed);
    assigns p->listed, p->m->table[\old(p->listed)].link, p->m->table[\old(p->listed)].base_at,
            p->m->table[\old(p->listed)].limit_at, p->m->scratch[\old(p->listed)].base,
            p->m->scratch[\old(p->listed)].limit;
    ensures p->listed == \old(p->listed) + 1;
    ensures p->m->table[\old(p->listed)].link == n->slot;
*/
void mpumap_i_enter_new(struct planner *p, const struct side *n, uint32_t marks)
{
    struct mpumap_entry *e = &p->m->table[p->listed];
    struct mpumap_pair *x = &p->m->scratch[p->listed];

    x->base = n->base | (n->attr & NEW_LOW);
    x->limit = (n->limit & ~(mpumap_addr_t)NEW_LOW) | ((uint32_t)n->attr >> 5) | marks;
    e->link = n->slot;
    e->base_at = 0u;
    e->limit_at = 0u;
    p->listed++;
}

/* n->slot: its own, if it stays as it is. False: there are more than slots. */
/*@ requires at_work(p) && p->listed <= p->m->regions && \valid_read(n);
    requires \separated(n, p->m->table + (0 .. p->m->regions - 1)) &&
             \separated(n, p->m->scratch + (0 .. p->m->regions - 1)) &&
             \separated(n, &p->listed) && \separated(n, &p->come) && \separated(n, &p->range);
    requires \valid_read(p->fresh.op);
    requires linked(p->m, p->m->table, p->listed) && slot_or_none(p->m, n->slot);
    assigns p->come, p->range.base, p->range.limit, p->listed,
            p->m->table[0 .. p->m->regions - 1].link, p->m->table[0 .. p->m->regions - 1].base_at,
            p->m->table[0 .. p->m->regions - 1].limit_at,
            p->m->scratch[0 .. p->m->regions - 1].base, p->m->scratch[0 .. p->m->regions - 1].limit;
    ensures room: p->listed <= p->m->regions;
    ensures linked: linked(p->m, p->m->table, p->listed);
*/
static bool add(struct planner *p, const struct side *n, uint32_t marks)
{
    if (n->slot == MPUMAP_NO_SLOT) {
        if ((p->come == 0u) && (p->fresh.op->kind == (uint8_t)OP_NONE)) {
            p->range.base = n->base;
            p->range.limit = n->limit;
        }
        p->come++;
    }
    if (p->listed >= p->m->regions) {
        return false;
    }
    mpumap_i_enter_new(p, n, marks);
    return true;
}

/* The old region does not stay as it is. */
/*@ requires at_work(p) && p->w.o.slot < p->m->regions && p->w.next_old <= p->end;
    assigns p->gone, p->low, p->m->table[\old(p->w.o.slot)].flags, p->w.next_old, p->w.o;
    ensures at: \old(p->w.next_old) <= p->w.next_old && p->w.o.slot < p->m->regions;
    ensures have: p->w.o.have ==> \old(p->w.next_old) < p->w.next_old;
    ensures old: old_is(p, p->m->spans);
*/
static void pass(struct planner *p)
{
    struct walk *w = &p->w;

    p->gone++;
    p->low = p->low && mpumap_i_in_bitmap(p->m, w->o.slot);
    p->m->table[w->o.slot].flags |= F_BUSY;
    w->next_old = mpumap_i_old(p->m, w->next_old, p->end, &w->o);
}

/*
 * How many old regions, from o on, make up n exactly: they stay as they are, even when they could
 * be one (adopted neighbours), unless a merge of them waits to be tried again. 0: n is a change.
 */
/*@ requires at_work(p) && \valid_read(n) && p->w.next_old <= p->end;
    requires p->w.o.have ==> p->w.o.slot < p->m->regions;
    assigns \nothing;
    ensures \result != 0 ==> p->w.o.have;
*/
static uint16_t unchanged(const struct planner *p, const struct side *n)
{
    const struct mpumap *m = p->m;
    struct side o = p->w.o;
    mpumap_addr_t base = n->base;
    uint16_t i = p->w.next_old;
    uint16_t count = 0u;

    /*@ loop invariant i <= p->end && (o.have ==> o.slot < p->m->regions);
        loop invariant count != 0 || o.have ==> p->w.o.have;
        loop assigns o, base, i, count;
        loop variant 2 * (p->end - i) + (o.have ? 1 : 0);
    */
    for (;;) {
        if (!o.have || (o.base != base) || (o.attr != n->attr) || (o.limit > n->limit) ||
            (p->retry && (count != 0u) && ((m->table[o.slot].flags & F_WAITS) != 0u))) {
            return 0u;
        }
        count++;
        if (o.limit == n->limit) {
            return count;
        }
        if (!mpumap_i_is_exact(m)) {
            return 0u;
        }
        base = o.limit + 1u;
        i = mpumap_i_old(m, i, p->end, &o);
    }
}

/*
 * Where to cut n: at the second old region whose held bytes it would take over. Each of the two can
 * then stay in its own slot, so that neither is lost for an instant. The regions touch; the merge
 * waits. 0: nowhere.
 */
/*@ requires at_work(p) && guarded(p->m) && \valid_read(n);
    requires ascending(p->m->spans, p->end) && old_is(p, p->m->spans);
    assigns \nothing;
    ensures \result != 0 ==> p->w.o.have && p->w.o.limit < \result;
*/
static mpumap_addr_t cut_at(const struct planner *p, const struct side *n)
{
    struct side o = p->w.o;
    uint16_t i = p->w.next_old;
    bool first = false;

    /*@ loop invariant p->w.next_old <= i <= p->end;
        loop invariant first ==> p->w.o.have && (o.have ==> p->w.o.limit < o.base);
        loop invariant o.have ==> p->w.o.have;
        loop assigns o, i, first;
        loop variant 2 * (p->end - i) + (o.have ? 1 : 0);
    */
    while (o.have && (o.base <= n->limit)) {
        if ((o.attr == n->attr) && (o.limit >= n->base) &&
            mpumap_i_held(p->m, mpumap_i_max(o.base, n->base), mpumap_i_min(o.limit, n->limit))) {
            if (first) {
                return o.base;
            }
            first = true;
        }
        i = mpumap_i_old(p->m, i, p->end, &o);
    }
    return 0u;
}

/* Adds a run of the new map: as the old regions that it consists of, as one, or cut. */
static bool add_run(struct planner *p, struct side *n)
{
    struct walk *w = &p->w;
    const mpumap_addr_t limit = n->limit;
    uint32_t marks = 0u;
    bool good;

    for (;;) {
        mpumap_addr_t cut;
        uint16_t count;

        n->limit = limit;
        cut = p->cut ? cut_at(p, n) : 0u;
        n->limit = (cut != 0u) ? (cut - 1u) : limit;
        while (w->o.have && (w->o.limit < n->base)) {
            pass(p);
        }
        count = unchanged(p, n);
        good = (count != 0u) || add(p, n, marks);
        while (good && (count != 0u)) {
            good = add(p, &w->o, marks | NEW_KEPT);
            w->next_old = mpumap_i_old(p->m, w->next_old, p->end, &w->o);
            count--;
            marks = ((count != 0u) && ((p->m->table[w->o.slot].flags & F_WAITS) != 0u)) ? NEW_WAITS
                                                                                        : 0u;
        }
        if (!good || (cut == 0u)) {
            return good;
        }
        n->base = cut;
        marks = NEW_WAITS;
    }
}

/* Lists the new regions. False: there are more than slots. */
bool mpumap_i_list(struct planner *p)
{
    struct stream s = p->fresh;
    struct mpumap_span x;
    struct side n;
    bool good = true;

    p->listed = 0u;
    p->come = 0u;
    p->gone = 0u;
    p->low = true;
    p->w.next_old = mpumap_i_old(p->m, p->from, p->end, &p->w.o);
    n.slot = MPUMAP_NO_SLOT;
    n.have = mpumap_i_next(&s, &x);
    while (n.have && good) {
        n.base = x.base;
        n.attr = x.attr;
        do {
            n.limit = x.limit;
            n.have = mpumap_i_next(&s, &x);
        } while (n.have && mpumap_i_is_exact(p->m) && mpumap_i_touch(n.limit, x.base) &&
                 (n.attr == x.attr));
        good = add_run(p, &n);
    }
    /* Of the old regions behind an early end nothing is known: another try may keep them. */
    while (good && p->w.o.have) {
        pass(p);
    }
    p->news = p->listed;
    return good;
}

/* ---- the walk ---- */

/* Starts the walk at an old region, by its first span, and at a new one. */
/*@ requires planned(p) && old <= p->end && number <= p->news;
    assigns p->w.o.have, p->w.n.have, p->w.next_old, p->w.number, p->w.at_pair;
    ensures walking: walking(p);
    ensures at: old_from(p) == old && new_from(p) == number;
*/
void mpumap_i_walk(struct planner *p, uint16_t old, uint16_t number)
{
    p->w.o.have = false;
    p->w.n.have = false;
    p->w.next_old = old;
    p->w.number = (uint16_t)(number - 1u);
    //@ assert first: number == 0 ==> p->w.number == 0xffff;
    //@ assert next: number > 0 ==> p->w.number == number - 1;
    p->w.at_pair = false;
}

/* Of what stays as it is there is nothing to see. */
/*@ requires walking(p);
    assigns p->w.o.base, p->w.o.limit, p->w.o.attr, p->w.o.slot, p->w.o.have, p->w.o.shares,
            p->w.n.base, p->w.n.limit, p->w.n.attr, p->w.n.slot, p->w.n.have, p->w.n.shares,
            p->w.old, p->w.next_old, p->w.number;
    ensures planned: planned(p);
    ensures old: old_there(p);
    ensures new: new_there(p);
    ensures old_left: OLD_LEFT(p) <= \old(OLD_LEFT(p));
    ensures new_left: NEW_LEFT(p) <= \old(NEW_LEFT(p));
    ensures old_from: \old(old_from(p)) <= old_from(p);
    ensures new_from: \old(new_from(p)) <= new_from(p);
    ensures behind: !p->w.n.have ==> p->news <= p->w.number <= p->news + p->w.next_old + 1;
    ensures within: p->w.o.have && !p->w.n.have ==> p->w.number <= p->news + p->w.next_old;
*/
static void fetch(struct planner *p)
{
    struct walk *w = &p->w;
    const struct mpumap *m = p->m;

    if (!w->o.have) {
        /*@ loop invariant at: \at(p->w.next_old, Pre) <= w->next_old;
            loop invariant planned: planned(p);
            loop invariant old: old_there(p);
            loop assigns w->old, w->next_old, w->o.base, w->o.limit, w->o.attr, w->o.slot,
                         w->o.have, w->o.shares;
            loop variant p->end - w->next_old;
        */
        do {
            w->old = w->next_old;
            w->next_old = mpumap_i_old(m, w->next_old, p->end, &w->o);
            //@ assert old: old_there(p);
        } while (w->o.have && ((m->table[w->o.slot].flags & F_PLANNING) == 0u));
    }
    //@ assert planned: planned(p);
    //@ assert old: old_there(p);
    if (!w->n.have) {
        uint16_t k = w->number;

        /*@ loop invariant at: \at(new_from(p), Pre) <= (k == 0xffff ? 0 : k + 1);
            loop invariant first: k == w->number || k < p->news;
            loop invariant far: k <= p->news + p->w.next_old || k == 0xffff;
            loop assigns k;
            loop variant k == 0xffff ? p->news + 1 : p->news - k;
        */
        do {
            //@ ghost uint16_t last = k;
            k++;
            //@ assert first: last == 0xffff ==> k == 0;
            //@ assert next: last < 0xffff ==> k == last + 1;
        } while ((k < p->news) && ((m->scratch[k].limit & NEW_KEPT) != 0u));
        w->number = k;
        w->n.have = k < p->news;
        if (w->n.have) {
            w->n.base = mpumap_i_new_base(m, k);
            w->n.limit = mpumap_i_new_limit(m, k);
            w->n.attr = mpumap_i_new_attr(m, k);
            w->n.slot = m->table[k].link;
            w->n.shares = false;
        }
    }
}

/* Others have bytes of n. */
/*@ requires at_work(p);
    assigns \nothing;
*/
bool mpumap_i_waits(const struct planner *p)
{
    const struct walk *w = &p->w;

    return w->n.shares || ((w->next_old < p->end) && (p->m->spans[w->next_old].base <= w->n.limit));
}

/* o touches n: it may become n by growing over it and then giving up what it was, if its attributes
 * allow that. Where others wait for that, only if n has not to wait itself. */
/*@ requires at_work(p);
    assigns p->tight;
*/
static bool slides(struct planner *p)
{
    const struct side *o = &p->w.o;
    const struct side *n = &p->w.n;
    const bool alone = o->low && o->high;

    if ((!alone && mpumap_i_waits(p)) ||
        ((!mpumap_i_touch(o->limit, n->base) || !mpumap_i_mix(o, n, o, o, n)) &&
         (!mpumap_i_touch(n->limit, o->base) || !mpumap_i_mix(o, n, n, n, o)))) {
        return false;
    }
    p->tight = p->tight || !alone;
    return alone || ((p->variant & TIGHT) != 0u);
}

/* o and n end together, and the next new region touches them: o might slide to that. */
/*@ requires planned(p);
    assigns p->tight;
*/
static bool stays_for(struct planner *p, uint16_t next)
{
    const struct walk *w = &p->w;

    if ((w->o.limit != w->n.limit) || (next >= p->news) ||
        !mpumap_i_touch(w->o.limit, mpumap_i_new_base(p->m, next))) {
        return false;
    }
    p->tight = true;
    return (p->variant & TIGHT) != 0u;
}

/*@ requires walking(p);
    assigns WALK(p);
    ensures planned: planned(p);
    ensures walking: \result != EV_END ==> walking(p);
    ensures seen: seen(p, \result);
    ensures left: \result != EV_END ==> 0 <= LEFT(p) < \old(LEFT(p));
    ensures new: \result == EV_NEW ==> \old(new_from(p)) < new_from(p);
    ensures old_from: \old(old_from(p)) <= old_from(p);
    ensures new_from: \old(new_from(p)) <= new_from(p);
*/
enum event mpumap_i_event(struct planner *p)
{
    struct walk *w = &p->w;
    uint16_t next;

    fetch(p);
    next = (uint16_t)(w->number + 1u);
    if (w->o.have && w->n.have && !w->at_pair) {
        w->slide = (w->o.limit < w->n.base) || (w->n.limit < w->o.base);
        w->o.low = !w->o.shares;
        w->o.high = (next >= p->news) || (mpumap_i_new_base(p->m, next) > w->o.limit);
        w->at_pair = !w->slide || slides(p);
        if (w->at_pair) {
            w->o.shares = w->o.shares || !w->slide;
            w->n.shares = w->n.shares || !w->slide;
            return EV_PAIR;
        }
    }
    w->at_pair = false;
    if (w->o.have && (!w->n.have || ((w->o.limit <= w->n.limit) && !stays_for(p, next)))) {
        w->o.have = false;
        return EV_OLD;
    }
    if (w->n.have) {
        w->n.have = false;
        return EV_NEW;
    }
    return EV_END;
}
