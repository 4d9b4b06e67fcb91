/* SPDX-License-Identifier: MIT */
/* How every operation starts and ends: a valid map, a good range, and the record of a refusal. */
#include "internal.h"

/* Why and cost are those of the last operation. */
static inline void forget(struct mpumap *m)
{
    m->why.result = (uint8_t)MPUMAP_OK;
    m->cost.gap = 0u;
    m->cost.writes = 0u;
    m->cost.barriers = 0u;
}

/* Starts an operation. */
enum mpumap_result mpumap_i_enter(struct mpumap *m)
{
    if (!mpumap_i_valid(m)) {
        return MPUMAP_STATE;
    }
    forget(m);
    return MPUMAP_OK;
}

/* Notes why an operation is refused. */
enum mpumap_result mpumap_i_fail(struct mpumap *m, enum mpumap_result result, mpumap_addr_t base,
                                 mpumap_addr_t limit, uint8_t slot)
{
    m->why.result = (uint8_t)result;
    m->why.base = base;
    m->why.limit = limit;
    m->why.slot = slot;
    m->why.attribute = (uint8_t)MPUMAP_ATTRIBUTE_NONE;
    m->why.present = 0u;
    m->why.wanted = 0u;
    return result;
}

/* Ends an operation: inside a transaction the first refusal is kept for commit. */
enum mpumap_result mpumap_i_finish(struct mpumap *m, enum mpumap_result result)
{
    if ((result != MPUMAP_OK) && mpumap_i_valid(m) && m->in_tx &&
        (m->poison.result == (uint8_t)MPUMAP_OK)) {
        m->poison = m->why;
    }
    return result;
}

static inline enum mpumap_result judge_range(const struct mpumap *m, mpumap_addr_t base,
                                             mpumap_addr_t limit)
{
    if ((base > limit) || (limit > mpumap_i_top(m))) {
        return MPUMAP_RANGE;
    }
    return (((base | ~limit) & mpumap_i_low_mask(m)) != 0u) ? MPUMAP_ALIGN : MPUMAP_OK;
}

enum mpumap_result mpumap_i_check_range(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    const enum mpumap_result r = judge_range(m, base, limit);

    return (r == MPUMAP_OK) ? r : mpumap_i_fail(m, r, base, limit, MPUMAP_NO_SLOT);
}

/* Starts an operation on a range: mpumap_i_enter, and the range is judged. */
enum mpumap_result mpumap_i_start(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    enum mpumap_result r;

    if (!mpumap_i_valid(m)) {
        return MPUMAP_STATE;
    }
    forget(m);
    r = judge_range(m, base, limit);
    return (r == MPUMAP_OK) ? r : mpumap_i_fail(m, r, base, limit, MPUMAP_NO_SLOT);
}
