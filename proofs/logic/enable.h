/* SPDX-License-Identifier: MIT */
/* Clearing the enable bit (proofs/bits.smt2). */
/*@ axiomatic Enable {
      axiom and_not_1: \forall integer x;
          0 <= x < 0x10000000000000000 ==> (x & 0xfffffffffffffffe) == x - x % 2;
    }
*/
