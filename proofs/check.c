/* SPDX-License-Identifier: MIT */
/* The rules of the structure, and all that is called. What reads an object as its bytes is beyond
 * the memory model: the byte of a truth value and the seal are declared here. */
#include "lookups.c"

/*@ requires \valid_read(flag);
    assigns \nothing;
    ensures \result == 0 ==> !*flag;
    ensures \result == 1 ==> *flag;
*/
uint8_t byte_of(const bool *flag);
#define mpumap_i_byte byte_of

/*@ requires \valid_read(m);
    assigns \nothing;
*/
uint32_t mpumap_i_seal(const struct mpumap *m);

#include "src/check.c"
