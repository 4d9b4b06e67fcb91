/* SPDX-License-Identifier: MIT */
/* The general way of an operation that has been found good: plan, rewrite the spans, execute. */
#include "internal.h"

static enum mpumap_result no_space(struct mpumap *m, const struct op *op)
{
    return mpumap_i_fail(m, MPUMAP_NO_SPACE, op->base, op->limit, MPUMAP_NO_SLOT);
}

/* Inside a transaction: only the pending spans change. */
enum mpumap_result mpumap_i_change_pending(struct mpumap *m, const struct op *op)
{
    /* The stream reads the pending list while the list is rewritten: room for what it grows by at
     * the end. */
    struct stream s;
    uint16_t count;
    uint16_t grow;
    uint16_t k;

    mpumap_i_stream(&s, m->pending, 0u, m->pending_count, op);
    count = mpumap_i_rewrite(m, s, MPUMAP_NO_SLOT, NULL, 0u);
    if (count > m->pending_capacity) {
        return no_space(m, op);
    }
    grow = (count > m->pending_count) ? (uint16_t)(count - m->pending_count) : 0u;
    for (k = m->pending_count; (grow > 0u) && (k > 0u); k--) {
        m->pending[(k - 1u) + grow] = m->pending[k - 1u];
    }
    mpumap_i_stream(&s, m->pending, grow, (uint16_t)(m->pending_count + grow), op);
    m->pending_count = mpumap_i_rewrite(m, s, MPUMAP_NO_SLOT, m->pending, 0u);
    return MPUMAP_OK;
}

/* Outside a transaction: plan over the regions that the operation can reach, then do it. */
enum mpumap_result mpumap_i_change(struct mpumap *m, const struct op *op, bool changes)
{
    enum mpumap_result r = MPUMAP_OK;
    struct plan plan = {.head = MPUMAP_NO_SLOT, .moved_to = MPUMAP_NO_SLOT};
    struct stream s;
    uint16_t from;
    uint16_t end;
    uint16_t count;

    mpumap_i_window(m, op, &from, &end);
    mpumap_i_stream(&s, m->spans, from, end, op);
    if (changes) {
        r = mpumap_i_plan(m, from, end, &s, &plan);
        if (r == MPUMAP_NO_REGION) {
            return mpumap_i_fail(m, r, op->base, op->limit, MPUMAP_NO_SLOT);
        }
    }
    count = mpumap_i_rewrite(m, s, plan.head, NULL, 0u);
    if (((uint32_t)count + m->span_count) - (uint32_t)(end - from) > m->span_capacity) {
        mpumap_i_forget(m);
        return no_space(m, op);
    }
    if (r == MPUMAP_OK) {
        mpumap_i_replace(m, op, from, end, count, plan.head);
        mpumap_i_move(m, &plan);
        if (changes) {
            mpumap_i_execute(m, &plan);
        }
    }
    return r;
}
