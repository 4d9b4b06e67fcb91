/* SPDX-License-Identifier: MIT */
/* Lines of text, what they are made of, and who is given them. */
#ifndef LOGIC_TEXT_H
#define LOGIC_TEXT_H

#include "port.h"

/*@ predicate ends_at(char *s, integer k) = \valid_read(s + (0 .. k)) && s[k] == 0;
    // It ends within 20 characters. The lengths of the literals are named for the prover's sake.
    predicate is_text(char *s) =
        ends_at(s, 1) || ends_at(s, 5) || ends_at(s, 7) ||
        \exists integer k; 0 <= k < 20 && ends_at(s, k);
    // A number of at most 32 bits that has no more digits than there is room.
    predicate number_fits(integer value, integer room) =
        value <= 4294967295 && (room <= 9 ==> value <= 429496729) &&
        (room <= 8 ==> value <= 42949672) && (room <= 7 ==> value <= 4294967) &&
        (room <= 6 ==> value <= 429496) && (room <= 5 ==> value <= 42949) &&
        (room <= 4 ==> value <= 4294) && (room <= 3 ==> value <= 429) &&
        (room <= 2 ==> value <= 42) && (room <= 1 ==> value <= 4);

    // A local variable is no part of the map.
    predicate base_apart(struct mpumap *m, struct mpumap_region *r) =
        \base_addr(r) != \base_addr(m) && \base_addr(r) != \base_addr(m->spans) &&
        \base_addr(r) != \base_addr(m->pending);
*/

/*@ axiomatic Digit {
      axiom and_15: \forall integer x; 0 <= x ==> (x & 15) == x % 16;
    }
*/

/* Stands for each name of names.c. */
extern const char a_name[20];

/* Stands for the function that a line is given to: one that ends within 128 characters. */
/*@ requires \exists integer k; 0 <= k < 128 && ends_at(line, k);
    assigns port_state;
*/
void put_line(void *ctx, const char *line);

#endif
