/* SPDX-License-Identifier: MIT */
/*
 * A transaction as several changes, one after another, where a single one would lose bytes for lack
 * of spare slots. What is left of the old map at first is its components (plan.h), each becomes one
 * region that spans its bytes (the hull), and that is split into the new regions one by one. Every
 * byte of a hull belongs to an old or a new region of its component, so one of the maps allows it
 * so; and no byte of another component is there. docs/live-change.md argues it.
 */
#include "plan.h"

static const struct op identity = {0u, 0u, (uint8_t)OP_NONE, 0u, 0u};

/* What a component extends over. */
struct extent {
    mpumap_addr_t base; /* the first byte that both maps allow alike, and the last */
    mpumap_addr_t limit;
    mpumap_addr_t second; /* the first such byte of the second new region */
    uint16_t olds;        /* regions */
    uint16_t news;
    uint16_t old_end; /* after the last span of its last old region */
    uint8_t attr;
};

/* Reads it of a component. */
static void measure(struct planner *p, const struct component *c, struct extent *x)
{
    const struct walk *w = &p->w;
    uint16_t old = NONE;
    uint16_t number = NONE;
    enum event e;

    x->base = 0u;
    x->limit = 0u;
    x->second = 0u;
    x->olds = 0u;
    x->news = 0u;
    mpumap_i_walk(p, c->old, c->number);
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (w->number >= c->end_number) {
            break;
        }
        if ((e == EV_PAIR) && mpumap_i_alike(w)) {
            const mpumap_addr_t base = mpumap_i_max(w->o.base, w->n.base);

            if (w->number != number) {
                x->news++;
                if (x->news == 1u) {
                    x->base = base;
                } else if (x->news == 2u) {
                    x->second = base;
                } else {
                    /* its turn comes */
                }
            }
            if (w->old != old) {
                x->olds++;
            }
            x->limit = mpumap_i_min(w->o.limit, w->n.limit);
            x->old_end = w->next_old;
            x->attr = w->o.attr;
            old = w->old;
            number = w->number;
        }
    }
}

/* ---- what it would lose ---- */

#define NO_PRICE (~(uint64_t)0u)

/* What stands in the way of a sequence that loses nothing. */
struct need {
    bool old_victim; /* no slot to make one region of several */
    bool new_victim; /* the last split finds no slot, when all components are there */
    bool never;      /* more than one would have to; or regions are beyond the bitmap */
};

/* With p->strict, so that slots count as spare whose old regions have no byte that stays. */
static struct need needs(struct planner *p)
{
    struct need need = {false, false, false};
    const uint32_t spare =
        (uint32_t)mpumap_i_count_free(p->m, p->m->limits.bitmap, p->m->regions) + mpumap_i_early(p);
    /* Slots that there are for components, and that they take when all have been split. */
    uint32_t have = spare;
    uint32_t take = 0u;
    bool splits = false;
    struct component c;
    struct extent x;

    c.end_old = p->from;
    c.end_number = 0u;
    while (mpumap_i_component(p, &c)) {
        measure(p, &c, &x);
        have += x.olds;
        take += x.news;
        splits = splits || (x.news > 1u);
        need.old_victim = need.old_victim || ((x.olds > 1u) && (spare == 0u));
        need.never = need.never || !c.low;
    }
    need.new_victim = splits && (have == take);
    need.never = need.never || (splits && (have < take));
    return need;
}

/* The new region, by its base, that has least of what both maps allow alike. */
/*@ requires planned(p) && p->from <= p->end && weighed(p->m) && \valid(base) && APART(base, p);
    assigns *base, WALK(p);
    ensures planned: planned(p);
*/
static uint64_t lightest(struct planner *p, mpumap_addr_t *base)
{
    uint64_t least = NO_PRICE;
    uint64_t sum = 0u;
    enum event e;

    mpumap_i_walk(p, p->from, 0u);
    /*@ loop invariant walking: (e != EV_END ==> walking(p)) && planned(p) && seen(p, e);
        loop invariant weighed: weighed(p->m);
        loop assigns e, least, sum, *base, WALK(p);
        loop variant TO_GO(p, e);
    */
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (e == EV_PAIR) {
            sum += mpumap_i_weight(p);
        } else if (e == EV_NEW) {
            if ((sum != 0u) && (sum < least)) {
                least = sum;
                *base = p->w.n.base;
            }
            sum = 0u;
        } else {
            /* no matter */
        }
    }
    return least;
}

/* What a sequence loses if an old region of those that change goes first, or none of them. */
static uint64_t price(struct planner *p, uint8_t slot, mpumap_addr_t *late)
{
    uint64_t lost = 0u;
    struct need need;

    p->w.given_up = MPUMAP_NO_SLOT;
    if (slot != MPUMAP_NO_SLOT) {
        lost = mpumap_i_weight_of(p, slot);
        p->w.given_up = slot;
    }
    need = needs(p);
    *late = NOBODY;
    if (need.never || need.old_victim || ((slot != MPUMAP_NO_SLOT) && (lost == 0u))) {
        return NO_PRICE;
    }
    return need.new_victim ? (lost + lightest(p, late)) : lost;
}

/*
 * Does a sequence lose less than p->lost, nothing held? Then p->lost becomes what it loses, and
 * w.given_up and w.late what has to go first and come last for that.
 */
static bool follows(struct planner *p)
{
    const struct mpumap *m = p->m;
    const uint8_t given_up = p->w.given_up;
    const bool strict = p->strict;
    const uint64_t limit =
        ((p->lost >> WEIGHT_HELD) == 0u) ? p->lost : (((uint64_t)1u) << WEIGHT_HELD);
    mpumap_addr_t late = NOBODY;
    mpumap_addr_t granules = 0u;
    uint64_t least;
    uint8_t best = MPUMAP_NO_SLOT;

    if (!mpumap_i_in_bitmap(m, 0u)) {
        return false;
    }
    p->strict = true;
    least = price(p, MPUMAP_NO_SLOT, &late);
    if (least != 0u) {
        uint8_t victim;
        struct side o;
        uint16_t i = mpumap_i_old(m, p->from, p->end, &o);

        while (o.have) {
            mpumap_addr_t base;
            const uint64_t x = price(p, o.slot, &base);

            if (x < least) {
                least = x;
                late = base;
                best = o.slot;
            }
            i = mpumap_i_old(m, i, p->end, &o);
        }
        p->w.given_up = MPUMAP_NO_SLOT;
        victim = needs(p).never ? (uint8_t)MPUMAP_NO_SLOT : mpumap_i_find_victim(m, &granules);
        if ((victim != MPUMAP_NO_SLOT) && ((((uint64_t)granules) << WEIGHT_GRANULES) < least)) {
            least = ((uint64_t)granules) << WEIGHT_GRANULES;
            late = NOBODY;
            best = victim;
        }
    }
    if (least >= limit) {
        p->w.given_up = given_up;
        p->strict = strict;
        return false;
    }
    p->w.given_up = best;
    p->w.late = late;
    p->lost = least;
    return true;
}

enum mpumap_result mpumap_i_plan_commit(struct planner *p)
{
    const enum mpumap_result r = mpumap_i_first_attempt(p);

    if ((r == MPUMAP_NO_REGION) || (p->lost == 0u) || !follows(p)) {
        return mpumap_i_complete(p, r);
    }
    mpumap_i_forget(p->m);
    p->sequence = true;
    return MPUMAP_OK;
}

/* ---- carrying it out ---- */

/* Carries out the change of the old spans [from, end) to the first `count` of v. With a span for
 * each region, they are at no time more than the old map had, or the new one has. */
static void carry_out(struct planner *p, const struct mpumap_span *v, uint16_t count)
{
    struct mpumap *m = p->m;
    uint16_t i;

    mpumap_i_forget(m);
    for (i = p->from; i < p->end; i++) {
        /* Adopted neighbours, too, are not what is asked for because they make it up. */
        m->table[m->spans[i].slot].flags |= F_WAITS;
    }
    mpumap_i_stream(&p->fresh, v, 0u, count, &identity);
    (void)mpumap_i_attempt(p, false);
    mpumap_i_assign(p);
    mpumap_i_execute_part(p);
    mpumap_i_move_tail(m->spans, &m->span_count, p->end, (uint16_t)(p->from + count));
    (void)mpumap_i_rewrite(m, &p->fresh, p->news, m->spans, p->from);
}

/* One span for each region: their counts are those of the old map, and need room that may not be
 * there when regions are split. */
/*@ requires \valid(m) && \valid(m->spans + (0 .. m->span_count - 1)) && 0 < m->span_count &&
             \separated(m, m->spans + (0 .. m->span_count - 1)) && placed(m);
    assigns m->span_count, m->spans[0 .. m->span_count - 1];
    ensures fewer: 0 < m->span_count <= \old(m->span_count);
    ensures placed: placed(m);
*/
static void forget_counts(struct mpumap *m)
{
    uint16_t kept = 0u;
    uint16_t i;

    /*@ loop invariant kept: kept < i <= m->span_count;
        loop invariant placed: placed(m);
        loop assigns i, kept, m->spans[0 .. \at(m->span_count, Pre) - 1];
        loop variant m->span_count - i;
    */
    for (i = 1u; i < m->span_count; i++) {
        if (m->spans[i].slot == m->spans[kept].slot) {
            m->spans[kept].limit = m->spans[i].limit;
        } else {
            kept++;
            m->spans[kept] = m->spans[i];
        }
    }
    m->span_count = (uint16_t)(kept + 1u);
}

/* All of both maps, and what differs between them. */
static void compare(struct planner *p)
{
    p->from = 0u;
    p->end = p->m->span_count;
    mpumap_i_stream(&p->fresh, p->m->pending, 0u, p->m->pending_count, &identity);
    p->retry = true;
    (void)mpumap_i_list(p);
}

/* Finds the old region in p->w.given_up. */
/*@ requires at_work(p) && placed(p->m) && p->m->span_count <= 0xfe00 &&
             \valid_read(p->m->spans + (0 .. p->m->span_count - 1));
    assigns p->from, p->end;
    ensures window: p->from <= p->end <= p->m->span_count;
*/
static bool find_given_up(struct planner *p)
{
    const struct mpumap *m = p->m;
    struct side o;

    p->end = 0u;
    /*@ loop invariant end: p->end <= p->m->span_count;
        loop assigns o, p->from, p->end;
        loop variant p->m->span_count - p->end;
    */
    do {
        p->from = p->end;
        p->end = mpumap_i_old(m, p->from, m->span_count, &o);
    } while (o.have && (o.slot != p->w.given_up));
    return o.have;
}

/* Finds an old region of which nothing stays. */
/*@ requires planned(p);
    assigns p->from, p->end, WALK(p);
    ensures planned: planned(p);
    ensures window: \result ==> p->from < p->end <= \old(p->end);
    ensures none: !\result ==> p->from == \old(p->from) && p->end == \old(p->end);
*/
static bool find_useless(struct planner *p)
{
    bool used = false;
    enum event e;

    mpumap_i_walk(p, 0u, 0u);
    /*@ loop invariant walking: (e != EV_END ==> walking(p)) && planned(p) && seen(p, e);
        loop assigns e, used, WALK(p);
        loop variant TO_GO(p, e);
    */
    for (e = mpumap_i_event(p); e != EV_END; e = mpumap_i_event(p)) {
        if (e == EV_PAIR) {
            used = used || mpumap_i_alike(&p->w);
        } else if (e == EV_OLD) {
            if (!used) {
                p->from = p->w.old;
                p->end = p->w.next_old;
                return true;
            }
            used = false;
        } else {
            /* no matter */
        }
    }
    return false;
}

enum todo {
    MERGE, /* several old regions */
    TRIM,  /* an old region has bytes beside those of the component, which others may wait for */
    SPLIT  /* several new regions */
};

/* Finds a component with which that has to be done. */
static bool find(struct planner *p, enum todo todo, struct component *c, struct extent *x)
{
    const struct mpumap_span *v = p->m->spans;

    c->end_old = p->from;
    c->end_number = 0u;
    while (mpumap_i_component(p, c)) {
        measure(p, c, x);
        if ((todo == MERGE) ? (x->olds > 1u)
            : (todo == SPLIT)
                ? (x->news > 1u)
                : ((v[c->old].base != x->base) || (v[x->old_end - 1u].limit != x->limit))) {
            return true;
        }
    }
    return false;
}

/*@ requires \valid(v);
    assigns v->base, v->limit, v->refs, v->attr, v->slot;
*/
static void set(struct mpumap_span *v, mpumap_addr_t base, mpumap_addr_t limit, uint8_t attr)
{
    v->base = base;
    v->limit = limit;
    v->refs = 1u;
    v->attr = attr;
    v->slot = MPUMAP_NO_SLOT;
}

/* The next change of a component: to v, *count spans. False: there is none. */
static bool next(struct planner *p, struct mpumap_span *v, uint16_t *count)
{
    const struct mpumap *m = p->m;
    struct component c;
    struct extent x;

    if (find(p, MERGE, &c, &x) || (find(p, SPLIT, &c, &x) && find(p, TRIM, &c, &x))) {
        set(&v[0], x.base, x.limit, x.attr);
        *count = 1u;
    } else if (find(p, SPLIT, &c, &x)) {
        set(&v[0], mpumap_i_new_base(m, c.number), mpumap_i_new_limit(m, c.number), x.attr);
        set(&v[1], x.second, x.limit, x.attr);
        *count = 2u;
    } else {
        return false;
    }
    p->from = c.old;
    p->end = x.old_end;
    return true;
}

void mpumap_i_sequence(struct planner *p)
{
    struct mpumap *m = p->m;
    const uint64_t lost = p->lost;
    /* Each old region goes, is merged and is trimmed once at most; each new one is split off once.
     */
    uint32_t left = 4u * (uint32_t)m->regions;
    struct mpumap_span v[2];
    uint16_t count = 0u;

    forget_counts(m);
    if (m->port->enter != NULL) {
        m->port->enter(m->port_ctx);
    }
    if (find_given_up(p)) {
        carry_out(p, v, 0u);
    }
    compare(p);
    while ((left != 0u) && (find_useless(p) || next(p, v, &count))) {
        carry_out(p, v, count);
        count = 0u;
        compare(p);
        left--;
    }
    (void)mpumap_i_attempt(p, false);
    mpumap_i_assign(p);
    p->sequence = false;
    mpumap_i_execute_part(p);
    if (m->port->leave != NULL) {
        m->port->leave(m->port_ctx);
    }
    m->cost.gap = (lost >> WEIGHT_GRANULES) << m->limits.granule_shift;
}
