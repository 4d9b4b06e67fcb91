/* SPDX-License-Identifier: MIT */
/* The lemmas of logic/stream_steps.h. */
#include "mpumap.h"

/*@ requires \valid_read(v);
    assigns \nothing;
    ensures \result == v->base;
*/
static mpumap_addr_t every_piece(const struct mpumap_span *v)
{
    return v->base;
}
