/* SPDX-License-Identifier: MIT */
/* Making a map, as far as it is proved, and what is called. The seal reads a structure as its
 * bytes, which is beyond the memory model: its contract is declared here. */
#include "src/answer.c"
#include "src/list.c"

/*@ requires \valid_read(m);
    assigns \nothing;
*/
uint32_t mpumap_i_seal(const struct mpumap *m);

#include "src/init.c"
