/* SPDX-License-Identifier: MIT */
/*
 * The planner: from the old regions to the new ones, which slot holds what next, and in which phase
 * each register is written. docs/live-change.md argues why rules R1 to R4 hold.
 */
#include "plan.h"

/* ---- mark: what becomes of each old region ---- */

static void mark(struct planner *p)
{
    struct sweep s;
    enum event e;
    uint16_t t = 0u;
    uint16_t number = 0u;
    uint8_t flag = F_OFF;

    mpumap_i_sweep(&s, p->m, p->from, p->end, p->fresh, p->cut);
    for (e = mpumap_i_event(&s); e != EV_END; e = mpumap_i_event(&s)) {
        if (e == EV_PAIR) {
            uint8_t bits = *mpumap_i_pair(p->m, t);

            t++;
            if (p->full || (((bits & PAIR_MOVE) != 0u) && mpumap_i_alike(&s))) {
                flag = F_XOFF;
            } else if ((flag == F_OFF) && ((bits & PAIR_TAKE) != 0u) &&
                       !mpumap_i_is_chosen(p, number) && (mpumap_i_alike(&s) || !p->strict)) {
                flag = F_PLAN;
                mpumap_i_encode(p->m, &s.n, &p->m->scratch[s.o.slot]);
            } else {
                /* nothing becomes of it here */
            }
        } else if (e == EV_OLD) {
            struct mpumap_entry *entry = &p->m->table[s.o.slot];

            entry->flags &= (uint8_t)~F_BUSY;
            entry->flags |= (uint8_t)(p->full ? F_XOFF : flag);
            flag = F_OFF;
        } else if (e == EV_NEW) {
            number++;
        } else {
            /* kept */
        }
    }
    while (t > 0u) {
        t--;
        *mpumap_i_pair(p->m, t) = 0u;
    }
}

/* ---- the decision ---- */

static void count_slots(struct planner *p)
{
    const struct mpumap *m = p->m;
    uint16_t s;

    for (s = 0u; s < m->regions; s++) {
        if (mpumap_i_in_use(m, s)) {
            p->used++;
            p->capacity++;
        } else if (mpumap_i_is_free(m, s)) {
            p->capacity++;
            if (mpumap_i_in_bitmap(m, (uint8_t)s)) {
                p->free_low++;
            }
        } else {
            /* reserved */
        }
    }
}

/* The smallest region, beside those that change, that may be taken out for the duration. */
static uint8_t find_victim(const struct mpumap *m, struct mpumap_range *out)
{
    struct mpumap_region r;
    uint8_t best = MPUMAP_NO_SLOT;
    uint16_t i = 0u;

    while (i < m->span_count) {
        uint16_t k = (uint16_t)(i + 1u);

        r.base = m->spans[i].base;
        r.slot = m->spans[i].slot;
        while ((k < m->span_count) && (m->spans[k].slot == r.slot)) {
            k++;
        }
        r.limit = m->spans[k - 1u].limit;
        if (mpumap_i_in_bitmap(m, r.slot) && ((m->table[r.slot].flags & F_BUSY) == 0u) &&
            !mpumap_i_held(m, r.base, r.limit) &&
            ((best == MPUMAP_NO_SLOT) || ((r.limit - r.base) < (out->limit - out->base)))) {
            best = r.slot;
            out->base = r.base;
            out->limit = r.limit;
        }
        i = k;
    }
    return best;
}

/*
 * Fewer spare slots than new regions: exchanges what would be lost otherwise, as far as slots
 * reach; with one more slot, that of a victim, if that loses less than it saves or if held bytes
 * demand it.
 */
static void exchange_some(struct planner *p)
{
    struct mpumap *m = p->m;
    struct mpumap_range range = {0u, 0u};
    uint8_t victim = MPUMAP_NO_SLOT;

    mpumap_i_select(p, p->free_low);
    if (p->lost != 0u) {
        p->strict = true;
        mpumap_i_select(p, p->free_low);
        victim = (p->lost != 0u) ? find_victim(m, &range) : (uint8_t)MPUMAP_NO_SLOT;
    }
    if (victim != MPUMAP_NO_SLOT) {
        uint64_t granules = (((uint64_t)range.limit - range.base) >> m->limits.granule_shift) + 1u;
        uint64_t lost = p->lost;

        mpumap_i_select(p, (uint16_t)(p->free_low + 1u));
        p->lost += granules << WEIGHT_GRANULES;
        if (p->lost < lost) {
            p->victim = victim;
            p->out->moved = range;
        } else {
            mpumap_i_select(p, p->free_low);
        }
    }
    if (p->essential != 0u) {
        p->out->exchange_at = (p->essential <= p->free_low) ? 2u : 3u;
    } else {
        p->strict = false;
    }
}

/*
 * Chooses how to change. One visible register write where that is enough; everything by one write
 * of the bitmap where there is a spare slot for each new region; else in order. False: rule R3
 * cannot be kept.
 */
static bool choose(struct planner *p)
{
    struct mpumap *m = p->m;
    bool single = ((p->olds + p->news) <= 1u) ||
                  ((p->olds == 1u) && (p->news == 1u) && (p->pairs == 1u) && p->one_write);

    if (!single && mpumap_i_in_bitmap(m, 0u) && p->low && (p->news <= p->free_low)) {
        p->full = true;
        p->lost = 0u;
        p->essential = p->news;
        p->out->exchange_at = (p->news == 0u) ? 1u : 2u;
    } else if ((p->lost != 0u) && mpumap_i_in_bitmap(m, 0u)) {
        exchange_some(p);
    } else {
        /* every region in a slot */
    }
    m->cost.gap = mpumap_i_granules(p->lost) << m->limits.granule_shift;
    return (p->lost >> WEIGHT_HELD) == 0u;
}

void mpumap_i_forget(struct mpumap *m)
{
    uint16_t s;

    m->cost.gap = 0u;
    for (s = 0u; s < m->regions; s++) {
        m->table[s].flags &= (uint8_t)~F_PLANNING;
        m->table[s].base_at = 0u;
        m->table[s].limit_at = 0u;
    }
}

/* One attempt, with put-off merges (cut) or without. */
static enum mpumap_result attempt(struct planner *p, struct mpumap *m, uint16_t from, uint16_t end,
                                  const struct stream *fresh, struct plan *out, bool cut)
{
    static const struct planner zero = {
        .tail = MPUMAP_NO_SLOT, .victim = MPUMAP_NO_SLOT, .low = true};
    bool fits;

    *p = zero;
    p->m = m;
    p->fresh = fresh;
    p->out = out;
    p->from = from;
    p->end = end;
    p->cut = cut;
    out->head = MPUMAP_NO_SLOT;
    out->exchange_at = 0u;
    out->moved_to = MPUMAP_NO_SLOT;
    out->first.base = 0u;
    out->first.limit = 0u;
    count_slots(p);
    fits = mpumap_i_survey(p) && ((((uint32_t)p->used + p->news) - p->olds) <= p->capacity);
    if (!fits) {
        mpumap_i_forget(m);
        return mpumap_i_fail(m, MPUMAP_NO_REGION, out->first.base, out->first.limit,
                             MPUMAP_NO_SLOT);
    }
    if (!choose(p)) {
        mpumap_i_forget(m);
        return MPUMAP_LIVE;
    }
    return MPUMAP_OK;
}

enum mpumap_result mpumap_i_plan(struct mpumap *m, uint16_t from, uint16_t end,
                                 const struct stream *fresh, struct plan *out)
{
    struct planner p;
    enum mpumap_result r = attempt(&p, m, from, end, fresh, out, false);

    if (r == MPUMAP_LIVE) {
        r = attempt(&p, m, from, end, fresh, out, true);
    }
    if (r == MPUMAP_LIVE) {
        return mpumap_i_fail(m, MPUMAP_LIVE, p.held.base, p.held.limit,
                             mpumap_i_slot_at(m, p.held.base));
    }
    if (r == MPUMAP_OK) {
        mark(&p);
        if (p.victim != MPUMAP_NO_SLOT) {
            m->table[p.victim].flags |= F_OFF;
        }
        mpumap_i_assign(&p);
        if ((p.victim != MPUMAP_NO_SLOT) && (out->moved_to == MPUMAP_NO_SLOT)) {
            struct side v = {.base = out->moved.base, .limit = out->moved.limit, .slot = p.victim};

            v.attr = m->spans[mpumap_i_search(m->spans, m->span_count, v.base)].attr;
            out->moved_to = mpumap_i_assign_fresh(&p, &v);
        }
    }
    return r;
}
