/* SPDX-License-Identifier: MIT */
/* The operations that change mappings: their arguments, and which way each takes. */
#include "internal.h"

/* Canonical stored form of attributes; false: they cannot be encoded, or the map must not grant
 * them. */
/*@ requires \valid_read(m) && \valid(out);
    assigns *out;
    ensures refused: !\result ==> *out == \old(*out);
*/
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

/*@ requires checkable(m) && \valid(op) && \valid(changes) && op->base <= op->limit;
    requires apart_op(m, op, changes) && OP_MAP <= op->kind <= OP_LOCK;
    requires place(list_of(m), count_of(m), op->base, op->at);
    assigns m->why, op->base, op->limit, *changes;
    ensures why: \result == MPUMAP_OK || m->why.result == (uint8_t)\result;
    ensures exact: \result == MPUMAP_OK && m->policy == MPUMAP_EXACT ==> \forall integer r;
        !\old(why_exact(m, op->kind, op->attr, op->base, op->limit, r));
    ensures whole: \result == MPUMAP_OK && m->policy != MPUMAP_EXACT ==> \forall integer r;
        !\old(why_whole(m, op->kind, op->attr, op->base, op->limit, r));
*/
static enum mpumap_result check(struct mpumap *m, struct op *op, bool *changes)
{
    return mpumap_i_is_exact(m) ? mpumap_i_exact(m, op, changes) : mpumap_i_whole(m, op, changes);
}

/* What an operation on one span comes to, seen without the checks. */
enum way {
    WAY_CHECK,  /* not seen: all checks have to be made */
    WAY_COUNTS, /* it counts, and nothing else */
    WAY_SINGLE  /* it takes the span away, or gives it other attributes, and may */
};

/* The operation's range is inside span x. Nothing can be said against counting up or down; against
 * taking a span away whole only a lock and other holders can. */
/*@ requires \valid_read(m) && \valid_read(op) && \valid_read(x);
    assigns \nothing;
    ensures counts: \result == WAY_COUNTS <==>
        (op->kind == OP_MAP && x->attr == op->attr && x->refs < m->refs_max) ||
        (op->kind == OP_UNMAP && x->refs > 1);
    ensures single: \result == WAY_SINGLE <==>
        op->kind != OP_MAP && x->base == op->base && x->limit == op->limit && x->refs == 1 &&
        m->lock_count == 0 && (op->kind == OP_UNMAP || x->attr != op->attr);
    ensures no_other: \result == WAY_COUNTS || \result == WAY_SINGLE || \result == WAY_CHECK;
*/
static enum way way_inside(const struct mpumap *m, const struct op *op, const struct mpumap_span *x)
{
    if (op->kind == (uint8_t)OP_MAP) {
        return ((x->attr == op->attr) && (x->refs < m->refs_max)) ? WAY_COUNTS : WAY_CHECK;
    }
    if ((x->refs > 1u) && (op->kind == (uint8_t)OP_UNMAP)) {
        return WAY_COUNTS;
    }
    return ((x->base == op->base) && (x->limit == op->limit) && (x->refs == 1u) &&
            (m->lock_count == 0u) && ((op->kind == (uint8_t)OP_UNMAP) || (x->attr != op->attr)))
               ? WAY_SINGLE
               : WAY_CHECK;
}

/* Everything after the arguments have been found good; the common cases first. */
static enum mpumap_result run(struct mpumap *m, struct op *op)
{
    const struct mpumap_span *x = mpumap_i_spans(m);
    const uint16_t count = mpumap_i_count(m);
    enum way way = WAY_CHECK;
    enum mpumap_result r;
    bool changes = true;
    bool over;

    op->at = mpumap_i_search(x, count, op->base);
    x = &x[op->at];
    over = (op->at < count) && (x->base <= op->limit);
    if (over && (x->base <= op->base) && (op->limit <= x->limit)) {
        way = way_inside(m, op, x);
    }
    if (way == WAY_COUNTS) {
        return mpumap_i_count_in_place(m, op);
    }
    if (!over && (op->kind == (uint8_t)OP_MAP) && mpumap_i_create(m, op, &r)) {
        return r;
    }
    if (way == WAY_CHECK) {
        r = check(m, op, &changes);
        if ((r != MPUMAP_OK) || (!changes && (op->kind == (uint8_t)OP_PROTECT))) {
            return r;
        }
    }
    if ((changes && (op->kind != (uint8_t)OP_MAP) && mpumap_i_single(m, op)) ||
        (MPUMAP_WHOLE_ONLY != 0)) {
        return MPUMAP_OK;
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
