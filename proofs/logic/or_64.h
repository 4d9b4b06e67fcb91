/* SPDX-License-Identifier: MIT */
/*
 * Fields put together by OR, as sums: registers of PMSAv8-64. See bits.h.
 * WP sorts operands, so that both orders stand here.
 */
/*@ axiomatic Or64 {
      axiom or_bit_0: \forall integer x, y;
          0 <= x && x % 2 == 0 && 0 <= y < 2 ==> (x | y) == x + y;
      axiom or_bit_0_swapped: \forall integer x, y;
          0 <= y && y % 2 == 0 && 0 <= x < 2 ==> (x | y) == x + y;
      axiom or_bit_1: \forall integer x, y;
          0 <= x && (x / 2) % 2 == 0 && (y == 0 || y == 2) ==> (x | y) == x + y;
      axiom or_bit_1_swapped: \forall integer x, y;
          0 <= y && (y / 2) % 2 == 0 && (x == 0 || x == 2) ==> (x | y) == x + y;
      axiom or_bit_4: \forall integer x, y;
          0 <= x && (x / 16) % 2 == 0 && (y == 0 || y == 16) ==> (x | y) == x + y;
      axiom or_bit_4_swapped: \forall integer x, y;
          0 <= y && (y / 16) % 2 == 0 && (x == 0 || x == 16) ==> (x | y) == x + y;
      axiom or_below_16: \forall integer x, y;
          0 <= x && x % 16 == 0 && 0 <= y < 16 ==> (x | y) == x + y;
      axiom or_below_16_swapped: \forall integer x, y;
          0 <= y && y % 16 == 0 && 0 <= x < 16 ==> (x | y) == x + y;
    }
*/
