/* SPDX-License-Identifier: MIT */
/* The operations that change mappings: their arguments, and which way each takes. */
#include "internal.h"

/* Canonical stored form of attributes; false: they cannot be encoded, or the map must not grant
 * them. */
static bool store_attr(const struct mpumap *m, mpumap_attr_t attr, uint8_t *out)
{
    const uint32_t a = mpumap_i_canonical(attr);
    const uint32_t own = m->limits.lower_el1 ? MPUMAP_EL1 : MPUMAP_EL0;
    const uint32_t known = MPUMAP_PERM_MASK | MPUMAP_TYPE_MASK | MPUMAP_SHARE_MASK | own;

    if (((a & ~known) != 0u) || ((a & MPUMAP_TYPE_MASK) > MPUMAP_DEVICE_NGNRNE)) {
        return false;
    }
    if (((a & MPUMAP_EXEC) != 0u) && (((a & MPUMAP_TYPE_MASK) >= MPUMAP_DEVICE) ||
                                      (((a & MPUMAP_WRITE) != 0u) && !m->allow_rwx))) {
        return false;
    }
    *out = (uint8_t)(((a & own) != 0u) ? (a | LOWER) : a);
    return true;
}

/* All that the operation does to span x, which holds its range, is to count. */
static bool only_counts(const struct mpumap *m, const struct op *op, const struct mpumap_span *x)
{
    if (op->kind == (uint8_t)OP_MAP) {
        return (x->attr == op->attr) && (x->refs < m->refs_max);
    }
    return (op->kind == (uint8_t)OP_UNMAP) && (x->refs > 1u);
}

static enum mpumap_result check(struct mpumap *m, struct op *op, bool *changes)
{
    return mpumap_i_is_exact(m) ? mpumap_i_exact(m, op, changes) : mpumap_i_whole(m, op, changes);
}

/* The operation takes all of span x away, or gives all of it other attributes, and the first reason
 * that could stand against it does not exist: nothing is locked, and nobody else holds it. */
static bool is_plain(const struct mpumap *m, const struct op *op, const struct mpumap_span *x)
{
    return (op->kind != (uint8_t)OP_MAP) && (x->base == op->base) && (x->limit == op->limit) &&
           (x->refs == 1u) && (m->lock_count == 0u) &&
           ((op->kind == (uint8_t)OP_UNMAP) || (x->attr != op->attr));
}

/*
 * Everything after the arguments have been found good. The common cases first: counting inside one
 * span needs no check but those of only_counts; taking a span away whole, and mapping what nobody
 * has, need none.
 */
static enum mpumap_result run(struct mpumap *m, struct op *op)
{
    const struct mpumap_span *v = mpumap_i_spans(m);
    const uint16_t count = mpumap_i_count(m);
    enum mpumap_result r = MPUMAP_OK;
    bool changes = true;
    bool plain = op->kind == (uint8_t)OP_MAP;

    op->at = mpumap_i_search(v, count, op->base);
    v = &v[op->at];
    if ((op->at < count) && (v->base <= op->limit)) {
        if ((v->base <= op->base) && (op->limit <= v->limit) && only_counts(m, op, v)) {
            return mpumap_i_count_in_place(m, op);
        }
        plain = is_plain(m, op, v);
    }
    if (!plain) {
        r = check(m, op, &changes);
        if ((r != MPUMAP_OK) || (!changes && (op->kind == (uint8_t)OP_PROTECT))) {
            return r;
        }
    }
    if ((changes && mpumap_i_single(m, op, &r)) || (MPUMAP_WHOLE_ONLY != 0)) {
        return r;
    }
    return m->in_tx ? mpumap_i_change_pending(m, op) : mpumap_i_change(m, op, changes);
}

static enum mpumap_result change(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit,
                                 enum op_kind kind, mpumap_attr_t attr)
{
    struct op op = {base, limit, (uint8_t)kind, 0u, 0u};
    enum mpumap_result r = mpumap_i_start(m, base, limit);

    if ((r == MPUMAP_OK) && (kind != OP_UNMAP) && !store_attr(m, attr, &op.attr)) {
        r = mpumap_i_fail(m, MPUMAP_ATTR, base, limit, MPUMAP_NO_SLOT);
        m->why.wanted = attr;
    }
    if (r == MPUMAP_OK) {
        r = run(m, &op);
    }
    return (r == MPUMAP_OK) ? r : mpumap_i_finish(m, r);
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

    if (r != MPUMAP_OK) {
        return r;
    }
    if (addr > mpumap_i_top(m)) {
        r = mpumap_i_fail(m, MPUMAP_RANGE, addr, addr, MPUMAP_NO_SLOT);
    } else if (m->policy != (uint8_t)MPUMAP_WHOLE) {
        r = mpumap_i_fail(m, MPUMAP_POLICY, addr, addr, MPUMAP_NO_SLOT);
    } else {
        const struct mpumap_span *v = mpumap_i_spans(m);
        const uint16_t i = mpumap_i_search(v, mpumap_i_count(m), addr);

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
