/* SPDX-License-Identifier: MIT */
/* The general way of an operation that has been found good: plan, execute, rewrite the spans. */
#include "internal.h"

/* Inside a transaction: only the pending spans change. */
enum mpumap_result mpumap_i_change_pending(struct mpumap *m, const struct op *op)
{
    /* The stream reads the pending list while the list is rewritten: room for what it grows by at
     * the end. */
    struct stream s;
    uint16_t had = m->pending_count;
    uint32_t count;

    mpumap_i_stream(&s, m->pending, 0u, had, op);
    count = mpumap_i_rewrite(m, &s, 0u, NULL, 0u);
    if (count > m->pending_capacity) {
        return mpumap_i_fail(m, MPUMAP_NO_SPACE, op->base, op->limit, MPUMAP_NO_SLOT);
    }
    if (count > had) {
        mpumap_i_move_tail(m->pending, &m->pending_count, 0u, (uint16_t)(count - had));
    }
    mpumap_i_stream(&s, m->pending, (uint16_t)(m->pending_count - had), m->pending_count, op);
    m->pending_count = (uint16_t)mpumap_i_rewrite(m, &s, 0u, m->pending, 0u);
    return MPUMAP_OK;
}

/* Outside a transaction, or at its end, once there is a plan, with this result: the room for spans;
 * and records a refusal. */
enum mpumap_result mpumap_i_admit(struct planner *p, enum mpumap_result r)
{
    struct mpumap *m = p->m;
    uint32_t count = 0u;

    /* At commit no exact count is needed where there is room for as many pieces as there can be. */
    if ((r != MPUMAP_NO_REGION) &&
        (!m->in_tx || (((uint32_t)m->pending_count + p->news) > m->span_capacity))) {
        count = mpumap_i_rewrite(m, &p->fresh, p->news, NULL, 0u);
        if (((count + m->span_count + p->from) - p->end) > m->span_capacity) {
            mpumap_i_forget(m);
            r = MPUMAP_NO_SPACE;
        }
    }
    if (r == MPUMAP_LIVE) {
        return mpumap_i_fail(m, r, m->why.base, m->why.limit, m->why.slot);
    }
    if (r != MPUMAP_OK) {
        return mpumap_i_fail(m, r, p->range.base, p->range.limit, MPUMAP_NO_SLOT);
    }
    p->count = (uint16_t)count;
    return r;
}

/* Outside a transaction: over the regions that the operation can reach. */
enum mpumap_result mpumap_i_change(struct mpumap *m, const struct op *op, bool changes)
{
    struct planner p;
    enum mpumap_result r;

    if (changes && mpumap_i_edge(m, op)) {
        return MPUMAP_OK;
    }
    p.m = m;
    p.range.base = op->base;
    p.range.limit = op->limit;
    mpumap_i_window(m, op, &p.from, &p.end);
    mpumap_i_stream(&p.fresh, m->spans, p.from, p.end, op);
    p.news = 0u;
    r = mpumap_i_admit(&p, changes ? mpumap_i_plan(&p) : MPUMAP_OK);
    if (r == MPUMAP_OK) {
        if (changes) {
            mpumap_i_execute(&p);
        }
        mpumap_i_replace(&p);
    }
    return r;
}
