/* SPDX-License-Identifier: MIT */
/* How every operation starts and ends: a valid map, a good range, and the record of a refusal. */
#include "internal.h"

/* Why and cost are those of the last operation. */
/*@ requires \valid(m);
    assigns m->why.result, m->cost;
    ensures m->why.result == MPUMAP_OK;
    ensures m->cost.gap == 0 && m->cost.writes == 0 && m->cost.barriers == 0;
*/
static inline void forget(struct mpumap *m)
{
    m->why.result = (uint8_t)MPUMAP_OK;
    m->cost.gap = 0u;
    m->cost.writes = 0u;
    m->cost.barriers = 0u;
}

/* Starts an operation. */
/*@ requires m == \null || \valid(m);
    assigns m->why.result, m->cost;
    ensures m == \null || \old(m->magic) != MAGIC ==> \result == MPUMAP_STATE;
    ensures m != \null && \old(m->magic) == MAGIC ==>
        \result == MPUMAP_OK && m->why.result == MPUMAP_OK && m->cost.writes == 0;
*/
enum mpumap_result mpumap_i_enter(struct mpumap *m)
{
    if (!mpumap_i_valid(m)) {
        return MPUMAP_STATE;
    }
    forget(m);
    return MPUMAP_OK;
}

/* Notes why an operation is refused. */
/*@ requires \valid(m);
    assigns m->why;
    ensures \result == result && m->why.result == (uint8_t)result;
    ensures m->why.base == base && m->why.limit == limit && m->why.slot == slot;
    ensures m->why.present == 0 && m->why.wanted == 0 && m->why.attribute == MPUMAP_ATTRIBUTE_NONE;
*/
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
/*@ requires m == \null || \valid(m);
    assigns m->poison;
    ensures \result == result;
    ensures first: m != \null && \old(m->poison.result) != MPUMAP_OK ==>
        m->poison == \old(m->poison);
    ensures kept: m != \null && \old(m->magic) == MAGIC && m->in_tx && result != MPUMAP_OK &&
        \old(m->poison.result) == MPUMAP_OK ==> m->poison == \old(m->why);
*/
enum mpumap_result mpumap_i_finish(struct mpumap *m, enum mpumap_result result)
{
    if ((result != MPUMAP_OK) && mpumap_i_valid(m) && m->in_tx &&
        (m->poison.result == (uint8_t)MPUMAP_OK)) {
        m->poison = m->why;
    }
    return result;
}

/*@ requires \valid_read(m) && widths(m);
    assigns \nothing;
    ensures \result == MPUMAP_RANGE <==> base > limit || limit > top_of(m);
    ensures \result == MPUMAP_OK || \result == MPUMAP_RANGE || \result == MPUMAP_ALIGN;
*/
static inline enum mpumap_result judge_range(const struct mpumap *m, mpumap_addr_t base,
                                             mpumap_addr_t limit)
{
    if ((base > limit) || (limit > mpumap_i_top(m))) {
        return MPUMAP_RANGE;
    }
    return (((base | ~limit) & mpumap_i_low_mask(m)) != 0u) ? MPUMAP_ALIGN : MPUMAP_OK;
}

/*@ requires \valid(m) && widths(m);
    assigns m->why;
    ensures \result == MPUMAP_OK ==> base <= limit && limit <= top_of(m);
    ensures \result != MPUMAP_OK ==> m->why.result == (uint8_t)\result;
*/
enum mpumap_result mpumap_i_check_range(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    const enum mpumap_result r = judge_range(m, base, limit);

    return (r == MPUMAP_OK) ? r : mpumap_i_fail(m, r, base, limit, MPUMAP_NO_SLOT);
}

/* Starts an operation on a range: mpumap_i_enter, and the range is judged. */
/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> widths(m)));
    assigns m->why, m->cost;
    ensures \result == MPUMAP_STATE <==> m == \null || \old(m->magic) != MAGIC;
    ensures \result == MPUMAP_OK ==> base <= limit && limit <= top_of(m) && m->cost.writes == 0;
    ensures \result != MPUMAP_OK && \result != MPUMAP_STATE ==>
        m->why.result == (uint8_t)\result;
*/
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
