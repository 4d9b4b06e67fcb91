/* SPDX-License-Identifier: MIT */
/* Transactions, as far as they copy and restore; what nothing that is proved calls is empty. */
#include "src/answer.c"
#include "src/tx.c"
#include "no_stream.c"

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
