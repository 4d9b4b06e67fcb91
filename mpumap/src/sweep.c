/* SPDX-License-Identifier: MIT */
/* The old regions and the new ones, side by side in address order: what a plan is made from. */
#include "sweep.h"

/* Reads the region whose first span is i; returns the index after its last span. */
static uint16_t group(const struct mpumap *m, uint16_t i, uint16_t end, struct side *out)
{
    uint16_t k = (uint16_t)(i + 1u);

    out->base = m->spans[i].base;
    out->attr = m->spans[i].attr;
    out->slot = m->spans[i].slot;
    while ((k < end) && (m->spans[k].slot == out->slot)) {
        k++;
    }
    out->limit = m->spans[k - 1u].limit;
    out->have = true;
    out->paired = false;
    out->shares = false;
    out->waits = false;
    return k;
}

/* Both maps allow bytes of o and n alike, and some of these bytes are live or locked. */
static bool held_alike(const struct mpumap *m, const struct side *o, const struct side *n)
{
    return (o->attr == n->attr) &&
           mpumap_i_held(m, mpumap_i_max(o->base, n->base), mpumap_i_min(o->limit, n->limit));
}

/*
 * Cuts n below the second old region whose held bytes it would take over: each of the two can then
 * stay in its own slot, so that neither is lost for an instant. The regions touch; the merge waits.
 */
static void cut_new(struct sweep *s)
{
    struct side o = s->o;
    uint16_t i = s->next_old;
    bool first = false;

    for (;;) {
        if (o.have && (o.base > s->n.limit)) {
            return;
        }
        if (o.have && (o.limit >= s->n.base) && held_alike(s->m, &o, &s->n)) {
            if (first) {
                s->rest = s->n;
                s->rest.base = o.base;
                s->rest.waits = true;
                s->n.limit = o.base - 1u;
                return;
            }
            first = true;
        }
        if (i >= s->end_old) {
            return;
        }
        i = group(s->m, i, s->end_old, &o);
    }
}

static void fetch_new(struct sweep *s)
{
    if (s->rest.have) {
        s->n = s->rest;
        s->rest.have = false;
    } else if (s->have_ahead) {
        s->n.base = s->ahead.base;
        s->n.attr = s->ahead.attr;
        s->n.slot = MPUMAP_NO_SLOT;
        s->n.have = true;
        s->n.paired = false;
        s->n.shares = false;
        s->n.waits = false;
        do {
            s->n.limit = s->ahead.limit;
            s->have_ahead = mpumap_i_next(&s->fresh, &s->ahead);
        } while (s->have_ahead && mpumap_i_is_exact(s->m) &&
                 mpumap_i_touch(s->n.limit, s->ahead.base) && (s->ahead.attr == s->n.attr));
    } else {
        return;
    }
    if (s->cut) {
        cut_new(s);
    }
}

/*
 * How many old regions, from o on, make up n exactly: they stay as they are, even when they could
 * be one (adopted neighbours), unless a merge of them waits to be tried again. 0: n is a change.
 */
static uint16_t unchanged(const struct sweep *s)
{
    struct side o = s->o;
    uint16_t i = s->next_old;
    uint16_t count = 1u;

    if ((o.base != s->n.base) || (o.attr != s->n.attr)) {
        return 0u;
    }
    while (o.limit < s->n.limit) {
        struct side next;

        if (!mpumap_i_is_exact(s->m) || (i >= s->end_old)) {
            return 0u;
        }
        i = group(s->m, i, s->end_old, &next);
        if (!mpumap_i_touch(o.limit, next.base) || (next.attr != o.attr) ||
            ((s->m->table[next.slot].flags & F_WAITS) != 0u)) {
            return 0u;
        }
        o = next;
        count++;
    }
    return (o.limit == s->n.limit) ? count : 0u;
}

void mpumap_i_sweep(struct sweep *s, const struct mpumap *m, uint16_t from, uint16_t end,
                    const struct stream *fresh, bool cut)
{
    s->m = m;
    s->fresh = *fresh;
    s->have_ahead = mpumap_i_next(&s->fresh, &s->ahead);
    s->next_old = from;
    s->end_old = end;
    s->o.have = false;
    s->n.have = false;
    s->rest.have = false;
    s->keep = 0u;
    s->at_pair = false;
    s->slide = false;
    s->cut = cut;
}

/*
 * Neither o nor n shares a byte with any region of the other map, and they touch with equal
 * attributes: o may become n by growing over it and then giving up what it was.
 */
static bool slides(const struct sweep *s)
{
    const struct mpumap_span *next = (s->next_old < s->end_old) ? &s->m->spans[s->next_old] : NULL;
    bool after =
        mpumap_i_touch(s->o.limit, s->n.base) && ((next == NULL) || (next->base > s->n.limit));
    bool before = mpumap_i_touch(s->n.limit, s->o.base) &&
                  (s->rest.have ? (s->rest.base > s->o.limit)
                                : (!s->have_ahead || (s->ahead.base > s->o.limit)));

    return (after || before) && !s->o.shares && !s->n.shares && (s->o.attr == s->n.attr);
}

static enum event end_old(struct sweep *s)
{
    s->o.have = false;
    s->at_pair = false;
    return EV_OLD;
}

static enum event end_new(struct sweep *s)
{
    s->n.have = false;
    s->at_pair = false;
    return EV_NEW;
}

/* o and n are both there, and neither is kept. */
static enum event next_pair(struct sweep *s)
{
    bool apart = (s->o.limit < s->n.base) || (s->n.limit < s->o.base);

    if (!s->at_pair && (!apart || slides(s))) {
        s->at_pair = true;
        s->slide = apart;
        s->o.paired = true;
        s->n.paired = true;
        s->o.shares = s->o.shares || !apart;
        s->n.shares = s->n.shares || !apart;
        return EV_PAIR;
    }
    return (s->o.limit <= s->n.limit) ? end_old(s) : end_new(s);
}

enum event mpumap_i_event(struct sweep *s)
{
    if (!s->o.have && (s->next_old < s->end_old)) {
        s->next_old = group(s->m, s->next_old, s->end_old, &s->o);
    }
    if (!s->n.have) {
        fetch_new(s);
    }
    if (!s->o.have && !s->n.have) {
        return EV_END;
    }
    if ((s->keep == 0u) && s->o.have && s->n.have && !s->o.paired && !s->n.paired) {
        s->keep = unchanged(s);
    }
    if (s->keep > 0u) {
        s->keep--;
        s->o.have = false;
        s->n.have = s->keep > 0u;
        return EV_KEEP;
    }
    if (!s->n.have) {
        return end_old(s);
    }
    if (!s->o.have) {
        return end_new(s);
    }
    return next_pair(s);
}
