/* SPDX-License-Identifier: MIT */
/* mpumap_verify and mpumap_repair, and what they call. Of mpumap_check they need that the map is as
 * mpumap_init made it; reading the byte of a truth value is beyond the memory model. */
#include "lookups.c"
#define put put_step
#include "src/write.c"
#undef put

/*@ requires \valid_read(flag);
    assigns \nothing;
*/
uint8_t byte_of(const bool *flag);
#define mpumap_i_byte byte_of

/*@ requires m == \null || (\valid(m) && (m->magic == MAGIC ==> made(m)));
    assigns m->why, m->cost;
    ensures made: \result == MPUMAP_OK ==>
        m != \null && m->magic == MAGIC && made(m) && fixed{Pre, Post}(m);
*/
enum mpumap_result mpumap_check(struct mpumap *m);

#include "src/repair.c"
