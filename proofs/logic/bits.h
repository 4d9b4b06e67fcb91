/* SPDX-License-Identifier: MIT */
/*
 * Bits as arithmetic. The provers behind WP reason about sums and remainders, not about bits, so
 * they are told the few identities that the code relies on. These are axioms here; proofs/bits.smt2
 * states each of them again over 64-bit vectors, where Z3 decides them.
 */
/*@ axiomatic Bits {
      axiom bit_0: \forall integer x; 0 <= x ==> ((x & 1) != 0 <==> x % 2 == 1);
      axiom bit_1: \forall integer x; 0 <= x ==> ((x & 2) != 0 <==> (x / 2) % 2 == 1);
      axiom bit_4: \forall integer x; 0 <= x ==> ((x & 16) != 0 <==> (x / 16) % 2 == 1);
      axiom and_3: \forall integer x; 0 <= x ==> (x & 3) == x % 4;
      axiom and_7: \forall integer x; 0 <= x ==> (x & 7) == x % 8;
      axiom and_type: \forall integer x; 0 <= x ==> (x & 0x1c) == 4 * ((x / 4) % 8);
      axiom and_share: \forall integer x; 0 <= x ==> (x & 0x60) == 32 * ((x / 32) % 4);
      axiom and_lower: \forall integer x; 0 <= x ==> (x & 0x180) == 128 * ((x / 128) % 4);
      axiom and_el1: \forall integer x; 0 <= x ==> (x & 128) == 128 * ((x / 128) % 2);
      axiom and_low_32: \forall integer x; 0 <= x ==> (x & 0xffffffff) == x % 0x100000000;
      axiom and_low_48: \forall integer x;
          0 <= x ==> (x & 0xffffffffffff) == x % 0x1000000000000;
      axiom and_high_32_5: \forall integer x;
          0 <= x ==> (x & 0xffffffe0) == (x % 0x100000000) - (x % 32);
      axiom and_high_32_6: \forall integer x;
          0 <= x ==> (x & 0xffffffc0) == (x % 0x100000000) - (x % 64);
      axiom and_high_48_6: \forall integer x;
          0 <= x ==> (x & 0xffffffffffc0) == (x % 0x1000000000000) - (x % 64);
      axiom or_31: \forall integer x; 0 <= x ==> (x | 31) == x - (x % 32) + 31;
      axiom or_63: \forall integer x; 0 <= x ==> (x | 63) == x - (x % 64) + 63;
      axiom mod_32_5: \forall integer x; 0 <= x ==> (x % 0x100000000) % 32 == x % 32;
      axiom mod_32_6: \forall integer x; 0 <= x ==> (x % 0x100000000) % 64 == x % 64;
      axiom mod_48_6: \forall integer x; 0 <= x ==> (x % 0x1000000000000) % 64 == x % 64;
      axiom shr_1: \forall integer x; 0 <= x ==> (x >> 1) == x / 2;
      axiom shr_2: \forall integer x; 0 <= x ==> (x >> 2) == x / 4;
      axiom shr_3: \forall integer x; 0 <= x ==> (x >> 3) == x / 8;
      axiom shr_4: \forall integer x; 0 <= x ==> (x >> 4) == x / 16;
      axiom shl_1: \forall integer x; 0 <= x ==> (x << 1) == x * 2;
      axiom shl_2: \forall integer x; 0 <= x ==> (x << 2) == x * 4;
      axiom shl_3: \forall integer x; 0 <= x ==> (x << 3) == x * 8;
      axiom shl_4: \forall integer x; 0 <= x ==> (x << 4) == x * 16;
    }
*/
