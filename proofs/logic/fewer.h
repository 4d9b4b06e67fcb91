/* SPDX-License-Identifier: MIT */
/* Taking bits away makes no more (proofs/bits.smt2). */
/*@ axiomatic Fewer {
      axiom and_less: \forall integer x, y; 0 <= x && 0 <= y ==> (x & y) <= y;
    }
*/
