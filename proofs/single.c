/* SPDX-License-Identifier: MIT */
/* The short ways of single.c, as far as they change a list of spans. What writes registers, which
 * nothing that is proved calls, is empty. */
#include "src/answer.c"
#include "src/list.c"
#include "src/single.c"

void mpumap_i_write(struct mpumap *m, uint8_t slot, const struct mpumap_pair *next,
                    enum write_order order)
{
    (void)m;
    (void)slot;
    (void)next;
    (void)order;
}
