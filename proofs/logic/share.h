/* SPDX-License-Identifier: MIT */
/*
 * The index of the name of a shareability (see bits.h).
 */
/*@ axiomatic Index {
      axiom shr_5: \forall integer x; 0 <= x ==> (x >> 5) == x / 32;
    }
*/
