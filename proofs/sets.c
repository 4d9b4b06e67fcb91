/* SPDX-License-Identifier: MIT */
/* The lemmas of logic/joins.h and logic/set_still.h. */
#include "mpumap.h"

/*@ requires \valid_read(v);
    assigns \nothing;
    ensures \result == v->base;
*/
static mpumap_addr_t every_range(const struct mpumap_range *v)
{
    return v->base;
}
