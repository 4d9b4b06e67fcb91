/* SPDX-License-Identifier: MIT */
/* Registers against the table, and what is called. mpumap_check, which nothing that is proved here
 * calls, is nearly empty. */
#include "lookups.c"
#define put put_step
#include "src/write.c"
#undef put
#include "src/repair.c"

enum mpumap_result mpumap_check(struct mpumap *m)
{
    return mpumap_i_enter(m);
}
