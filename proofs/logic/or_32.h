/* SPDX-License-Identifier: MIT */
/*
 * Fields put together by OR, as sums: registers of PMSAv8-32 and PMSAv8-M. See bits.h.
 * WP sorts operands, so that both orders stand here.
 */
/*@ axiomatic Or32 {
      axiom or_bit_0: \forall integer x, y;
          0 <= x && x % 2 == 0 && 0 <= y < 2 ==> (x | y) == x + y;
      axiom or_bit_0_swapped: \forall integer x, y;
          0 <= y && y % 2 == 0 && 0 <= x < 2 ==> (x | y) == x + y;
      axiom or_below_8: \forall integer x, y;
          0 <= x && x % 8 == 0 && 0 <= y < 8 ==> (x | y) == x + y;
      axiom or_below_8_swapped: \forall integer x, y;
          0 <= y && y % 8 == 0 && 0 <= x < 8 ==> (x | y) == x + y;
    }
*/
