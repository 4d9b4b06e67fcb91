/* SPDX-License-Identifier: MIT */
/* Policy `whole`: regions are what map() created, and the region is what is counted. A span is a
 * region. */
#include "internal.h"

/* The region that contains [base, limit], or NULL; *hit is the lowest one that overlaps it, or
 * NULL. `at` is the first span that ends at or after base. */
static const struct mpumap_span *holder(const struct mpumap *m, mpumap_addr_t base,
                                        mpumap_addr_t limit, uint16_t at,
                                        const struct mpumap_span **hit)
{
    const struct mpumap_span *x = &mpumap_i_spans(m)[at];

    *hit = NULL;
    if ((at >= mpumap_i_count(m)) || (x->base > limit)) {
        return NULL;
    }
    *hit = x;
    return ((x->base <= base) && (limit <= x->limit)) ? x : NULL;
}

static enum mpumap_result fail_at(struct mpumap *m, enum mpumap_result result,
                                  const struct mpumap_span *span)
{
    return mpumap_i_fail(m, result, span->base, span->limit, mpumap_i_slot_at(m, span->base));
}

/* OVERLAP when the range overlaps a region without being equal to it or inside it. */
enum mpumap_result mpumap_i_whole_overlap(struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit)
{
    const struct mpumap_span *hit;
    const uint16_t at = mpumap_i_search(mpumap_i_spans(m), mpumap_i_count(m), base);

    if ((holder(m, base, limit, at, &hit) == NULL) && (hit != NULL)) {
        return fail_at(m, MPUMAP_OVERLAP, hit);
    }
    return MPUMAP_OK;
}

static enum mpumap_result check_map(struct mpumap *m, const struct op *op,
                                    const struct mpumap_span *span)
{
    if (span->attr != op->attr) {
        struct mpumap_region region = {span->base, span->limit, span->refs,
                                       mpumap_i_public_attr(m, span->attr),
                                       mpumap_i_slot_at(m, span->base)};
        enum mpumap_result r = fail_at(m, MPUMAP_CONFLICT, span);

        mpumap_i_conflict(m, &region, op->attr);
        return r;
    }
    return (span->refs >= m->refs_max) ? fail_at(m, MPUMAP_REFS, span) : MPUMAP_OK;
}

static enum mpumap_result check_locked(struct mpumap *m, const struct op *op,
                                       const struct mpumap_span *span)
{
    struct mpumap_range lock;

    if (mpumap_i_locked(m, op->base, op->limit, &lock)) {
        return mpumap_i_fail(m, MPUMAP_LOCKED, lock.base, lock.limit,
                             mpumap_i_slot_at(m, span->base));
    }
    return MPUMAP_OK;
}

static enum mpumap_result check_unmap(struct mpumap *m, const struct op *op,
                                      const struct mpumap_span *span, bool full)
{
    enum mpumap_result r = MPUMAP_OK;

    if (span->refs == 1u) {
        r = check_locked(m, op, span);
        if ((r == MPUMAP_OK) && !full) {
            r = fail_at(m, MPUMAP_PARTIAL, span);
        }
    }
    return r;
}

static enum mpumap_result check_protect(struct mpumap *m, const struct op *op,
                                        const struct mpumap_span *span, bool full)
{
    enum mpumap_result r = MPUMAP_OK;

    if (span->attr != op->attr) {
        r = check_locked(m, op, span);
    }
    if ((r == MPUMAP_OK) && (span->refs != 1u)) {
        r = fail_at(m, MPUMAP_SHARED, span);
    }
    if ((r == MPUMAP_OK) && !full) {
        r = fail_at(m, MPUMAP_PARTIAL, span);
    }
    return r;
}

enum mpumap_result mpumap_i_whole(struct mpumap *m, struct op *op, bool *changes)
{
    const struct mpumap_span *hit;
    const struct mpumap_span *span = holder(m, op->base, op->limit, op->at, &hit);
    enum mpumap_result r = MPUMAP_OK;
    bool full;

    *changes = false;
    if (span == NULL) {
        if (hit != NULL) {
            r = fail_at(m, MPUMAP_OVERLAP, hit);
        } else if (op->kind != (uint8_t)OP_MAP) {
            r = mpumap_i_fail(m, MPUMAP_NOT_MAPPED, op->base, op->limit, MPUMAP_NO_SLOT);
        } else {
            *changes = true;
        }
        return r;
    }
    full = (span->base == op->base) && (span->limit == op->limit);
    switch (op->kind) {
    case OP_MAP:
        r = check_map(m, op, span);
        break;
    case OP_UNMAP:
        r = check_unmap(m, op, span, full);
        *changes = span->refs == 1u;
        break;
    case OP_PROTECT:
        r = check_protect(m, op, span, full);
        *changes = span->attr != op->attr;
        break;
    default:
        break;
    }
    op->base = span->base;
    op->limit = span->limit;
    return r;
}
