/* SPDX-License-Identifier: MIT */
/* What the planner asks of guard.c, whose contract asks for less, and of span.c. */
#ifndef LOGIC_OTHERS_H
#define LOGIC_OTHERS_H

#include "offers.h"

/*@ requires guarded(m);
    assigns \nothing;
*/
bool mpumap_i_held(const struct mpumap *m, mpumap_addr_t base, mpumap_addr_t limit);

/*@ requires \valid(s) && \valid(out);
    assigns *s, *out;
*/
bool mpumap_i_next(struct stream *s, struct mpumap_span *out);

#endif
