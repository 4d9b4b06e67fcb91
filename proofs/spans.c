/* SPDX-License-Identifier: MIT */
/* The lemmas of logic/lists.h. */
#include "mpumap.h"

/*@ requires \valid_read(v);
    assigns \nothing;
    ensures \result == v->base;
*/
static mpumap_addr_t every_span(const struct mpumap_span *v)
{
    return v->base;
}
