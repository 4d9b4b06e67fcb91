/* SPDX-License-Identifier: MIT */
/* Sequences of changes, in part; what nothing that is proved calls is empty. Names of static
 * functions that another file has too are changed. */
#include "src/assign.c"
#include "src/list.c"
#include "src/match.c"
#include "src/offer.c"
#include "src/walk.c"
#define mark select_mark
#define pass select_pass
#include "src/plan.c"
#include "src/select.c"
#include "src/sequence.c"

void mpumap_i_stream(struct stream *s, const struct mpumap_span *v, uint16_t from, uint16_t end,
                     const struct op *op)
{
    (void)s;
    (void)v;
    (void)from;
    (void)end;
    (void)op;
}

uint32_t mpumap_i_rewrite(struct mpumap *m, const struct stream *from, uint16_t news,
                          struct mpumap_span *out, uint32_t at)
{
    (void)m;
    (void)from;
    (void)news;
    (void)out;
    return at;
}

void mpumap_i_execute_part(struct planner *p)
{
    (void)p;
}
