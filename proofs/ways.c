/* SPDX-License-Identifier: MIT */
/* The choice of a way in op.c. What is not proved, and not called by it, is empty. */
#include "src/answer.c"
#include "src/exact.c"
#include "src/guard.c"
#include "src/list.c"
#include "src/op.c"
#include "src/query.c"
#define check_locked whole_check_locked
#define check_map whole_check_map
#include "src/whole.c"

enum mpumap_result mpumap_begin(struct mpumap *m)
{
    (void)m;
    return MPUMAP_OK;
}

enum mpumap_result mpumap_commit(struct mpumap *m)
{
    return mpumap_begin(m);
}

enum mpumap_result mpumap_i_count_in_place(struct mpumap *m, const struct op *op)
{
    (void)op;
    return mpumap_begin(m);
}

bool mpumap_i_create(struct mpumap *m, const struct op *op, enum mpumap_result *r)
{
    (void)r;
    return mpumap_i_count_in_place(m, op) == MPUMAP_OK;
}

bool mpumap_i_single(struct mpumap *m, const struct op *op)
{
    return mpumap_i_count_in_place(m, op) == MPUMAP_OK;
}

enum mpumap_result mpumap_i_change_pending(struct mpumap *m, const struct op *op)
{
    return mpumap_i_count_in_place(m, op);
}

enum mpumap_result mpumap_i_change(struct mpumap *m, const struct op *op, bool changes)
{
    (void)changes;
    return mpumap_i_count_in_place(m, op);
}
