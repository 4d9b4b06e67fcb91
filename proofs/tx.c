/* SPDX-License-Identifier: MIT */
/* Transactions, as far as they copy and restore; what nothing that is proved calls is empty. */
#include "src/answer.c"
#include "src/tx.c"

void mpumap_i_stream(struct stream *s, const struct mpumap_span *v, uint16_t from, uint16_t end,
                     const struct op *op)
{
    (void)s;
    (void)v;
    (void)from;
    (void)end;
    (void)op;
}

enum mpumap_result mpumap_i_plan_commit(struct planner *p)
{
    (void)p;
    return MPUMAP_OK;
}

enum mpumap_result mpumap_i_admit(struct planner *p, enum mpumap_result r)
{
    (void)p;
    return r;
}

void mpumap_i_sequence(struct planner *p)
{
    (void)p;
}

void mpumap_i_execute(struct planner *p)
{
    (void)p;
}

void mpumap_i_replace(struct planner *p)
{
    (void)p;
}
