/* SPDX-License-Identifier: MIT */
/* The operations that change mappings: check, plan, rewrite the spans, execute. */
#include "internal.h"

bool mpumap_i_valid(const struct mpumap *m)
{
#if MPUMAP_CHECKED
    return (m != NULL) && (m->magic == MAGIC);
#else
    (void)m;
    return true;
#endif
}

/* Starts an operation: forgets why and cost of the one before. */
enum mpumap_result mpumap_i_enter(struct mpumap *m)
{
    if (!mpumap_i_valid(m)) {
        return MPUMAP_STATE;
    }
    m->why.result = (uint8_t)MPUMAP_OK;
    m->cost.gap = 0u;
    m->cost.writes = 0u;
    m->cost.barriers = 0u;
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

enum mpumap_result mpumap_i_check_range(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    mpumap_addr_t low = mpumap_i_low_mask(m);
    mpumap_addr_t top = (mpumap_addr_t)(~(mpumap_addr_t)0u >>
                                        ((uint32_t)MPUMAP_ADDR_BITS - m->limits.address_bits));

    if ((base > limit) || (limit > top)) {
        return mpumap_i_fail(m, MPUMAP_RANGE, base, limit, MPUMAP_NO_SLOT);
    }
    if (((base & low) != 0u) || ((limit & low) != low)) {
        return mpumap_i_fail(m, MPUMAP_ALIGN, base, limit, MPUMAP_NO_SLOT);
    }
    return MPUMAP_OK;
}

/* Canonical stored form of attributes; false: they cannot be encoded, or the map must not grant
 * them. */
static bool store_attr(const struct mpumap *m, mpumap_attr_t attr, uint8_t *out)
{
    uint32_t a = mpumap_canonical(attr);
    uint32_t lower = a & MPUMAP_LOWER_MASK;
    uint32_t type = a & MPUMAP_TYPE_MASK;
    bool exec = (a & MPUMAP_EXEC) != 0u;
    uint32_t own = m->limits.lower_el1 ? MPUMAP_EL1 : MPUMAP_EL0;

    if ((a & ~(uint32_t)(MPUMAP_PERM_MASK | MPUMAP_TYPE_MASK | MPUMAP_SHARE_MASK |
                         MPUMAP_LOWER_MASK)) != 0u) {
        return false;
    }
    if ((type > MPUMAP_DEVICE_NGNRNE) || (exec && (type >= MPUMAP_DEVICE)) ||
        (((a & MPUMAP_PERM_MASK) == MPUMAP_RWX) && !m->allow_rwx) ||
        ((lower != 0u) && (lower != own))) {
        return false;
    }
    a &= ~(uint32_t)MPUMAP_LOWER_MASK;
    *out = (uint8_t)(a | ((lower != 0u) ? LOWER : 0u));
    return true;
}

static enum mpumap_result no_space(struct mpumap *m, const struct op *op)
{
    return mpumap_i_fail(m, MPUMAP_NO_SPACE, op->base, op->limit, MPUMAP_NO_SLOT);
}

/* Inside a transaction: only the pending spans change. */
static enum mpumap_result run_pending(struct mpumap *m, const struct op *op)
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
static enum mpumap_result run_now(struct mpumap *m, const struct op *op, bool changes)
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

static enum mpumap_result run(struct mpumap *m, struct op *op)
{
    bool changes = false;
    enum mpumap_result r = (m->policy == (uint8_t)MPUMAP_EXACT) ? mpumap_i_exact(m, op, &changes)
                                                                : mpumap_i_whole(m, op, &changes);

    if ((r == MPUMAP_OK) &&
        (changes || (op->kind == (uint8_t)OP_PROTECT) || !mpumap_i_count_in_place(m, op))) {
        if (m->in_tx) {
            r = run_pending(m, op);
        } else if (!changes || !mpumap_i_single(m, op)) {
            r = run_now(m, op, changes);
        } else {
            /* done */
        }
    }
    return r;
}

static enum mpumap_result change(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                                 enum op_kind kind, mpumap_attr_t attr)
{
    struct op op = {base, limit, (uint8_t)kind, 0u, 0u};
    enum mpumap_result r = mpumap_i_enter(m);

    if (r != MPUMAP_OK) {
        return r;
    }
    r = mpumap_i_check_range(m, base, limit);
    if ((r == MPUMAP_OK) && !store_attr(m, attr, &op.attr)) {
        r = mpumap_i_fail(m, MPUMAP_ATTR, base, limit, MPUMAP_NO_SLOT);
        m->why.wanted = attr;
    }
    if (r == MPUMAP_OK) {
        r = run(m, &op);
    }
    return mpumap_i_finish(m, r);
}

enum mpumap_result mpumap_map(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                              mpumap_attr_t attr)
{
    return change(m, base, limit, OP_MAP, attr);
}

enum mpumap_result mpumap_unmap(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    return change(m, base, limit, OP_UNMAP, MPUMAP_RO);
}

enum mpumap_result mpumap_protect(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                                  mpumap_attr_t attr)
{
    return change(m, base, limit, OP_PROTECT, attr);
}

enum mpumap_result mpumap_unmap_at(struct mpumap *m, mpumap_addr_t addr)
{
    struct op op = {addr, addr, (uint8_t)OP_UNMAP, 0u, 0u};
    enum mpumap_result r = mpumap_i_enter(m);
    mpumap_addr_t top;
    uint16_t i;

    if (r != MPUMAP_OK) {
        return r;
    }
    top = (mpumap_addr_t)(~(mpumap_addr_t)0u >>
                          ((uint32_t)MPUMAP_ADDR_BITS - m->limits.address_bits));
    if (addr > top) {
        r = mpumap_i_fail(m, MPUMAP_RANGE, addr, addr, MPUMAP_NO_SLOT);
    } else if (m->policy != (uint8_t)MPUMAP_WHOLE) {
        r = mpumap_i_fail(m, MPUMAP_POLICY, addr, addr, MPUMAP_NO_SLOT);
    } else {
        const struct mpumap_span *v = mpumap_i_spans(m);

        i = mpumap_i_search(v, mpumap_i_count(m), addr);
        if ((i < mpumap_i_count(m)) && (v[i].base <= addr)) {
            op.base = v[i].base;
            op.limit = v[i].limit;
        }
        r = run(m, &op);
    }
    return mpumap_i_finish(m, r);
}

enum mpumap_result mpumap_map_list(struct mpumap *m, const struct mpumap_item *items, size_t count)
{
    enum mpumap_result r = mpumap_begin(m);
    size_t i;

    if (r != MPUMAP_OK) {
        return r;
    }
    for (i = 0u; (i < count) && (r == MPUMAP_OK); i++) {
        r = mpumap_map(m, items[i].base, items[i].limit, items[i].attr);
    }
    return mpumap_commit(m);
}
