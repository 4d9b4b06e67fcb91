/* SPDX-License-Identifier: MIT */
/*
 * Fields put together by OR, as sums: attributes (port/mair.h). See bits.h.
 * WP sorts operands, so that both orders stand here.
 */
/*@ axiomatic OrAttr {
      axiom or_bit_0: \forall integer x, y;
          0 <= x && x % 2 == 0 && 0 <= y < 2 ==> (x | y) == x + y;
      axiom or_bit_0_swapped: \forall integer x, y;
          0 <= y && y % 2 == 0 && 0 <= x < 2 ==> (x | y) == x + y;
      axiom or_bit_1: \forall integer x, y;
          0 <= x && (x / 2) % 2 == 0 && (y == 0 || y == 2) ==> (x | y) == x + y;
      axiom or_bit_1_swapped: \forall integer x, y;
          0 <= y && (y / 2) % 2 == 0 && (x == 0 || x == 2) ==> (x | y) == x + y;
      axiom or_bit_7: \forall integer x, y;
          0 <= x < 128 && (y == 0 || y == 128) ==> (x | y) == x + y;
      axiom or_bit_7_swapped: \forall integer x, y;
          0 <= y < 128 && (x == 0 || x == 128) ==> (x | y) == x + y;
      axiom or_below_32: \forall integer x, y;
          0 <= x && x % 32 == 0 && 0 <= y < 32 ==> (x | y) == x + y;
      axiom or_below_32_swapped: \forall integer x, y;
          0 <= y && y % 32 == 0 && 0 <= x < 32 ==> (x | y) == x + y;
    }
*/
