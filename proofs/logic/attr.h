/* SPDX-License-Identifier: MIT */
/*
 * Attributes and the fields of region registers, from the layouts and tables of DDI 0568A.c E2.2,
 * DDI 0600A.d G1.3 and DDI 0553 D1.2, in arithmetic: independent of the macros of port/mair.h.
 */
/*@ // Memory type 0 to 4: write-back, non-cacheable, write-through, nGnRE, nGnRnE.
    logic integer type_of(integer a) = (a / 4) % 8;
    logic integer share_of(integer a) = (a / 32) % 4;
    logic integer write_of(integer a) = a % 2;
    logic integer exec_of(integer a) = (a / 2) % 2;
    logic integer lower_of(integer a) = (a / 128) % 4;

    // What the core stores and gives to a port: the lower level is written as bit 7.
    predicate canonical(integer a) =
        0 <= a < 256 && type_of(a) <= 4 &&
        ((type_of(a) == 0 || type_of(a) == 2) ? share_of(a) != 0 : share_of(a) == 2) &&
        (type_of(a) >= 3 ==> exec_of(a) == 0);

    logic integer index_of_type(integer t) =
        t == 0 ? 7 : t == 1 ? 1 : t == 2 ? 2 : t == 3 ? 4 : 0;
    logic integer sh_of(integer a) =
        (type_of(a) != 0 && type_of(a) != 2) ? 2
        : share_of(a) == 1 ? 0 : share_of(a) == 2 ? 2 : 3;
    logic integer ap_of(integer a) = (write_of(a) == 1 ? 0 : 2) + (lower_of(a) != 0 ? 1 : 0);
    logic integer xn_of(integer a) = exec_of(a) == 1 ? 0 : 1;

    // The attributes that fields stand for; `held` tells which fields stand for any.
    predicate held(integer index, integer sh, integer xn) =
        (index == 0 || index == 1 || index == 2 || index == 4 || index == 7) && sh != 1 &&
        ((index == 0 || index == 4) ==> xn == 1);
    logic integer type_of_index(integer index) =
        index == 7 ? 0 : index == 1 ? 1 : index == 2 ? 2 : index == 4 ? 3 : 4;
    logic integer share_of_sh(integer sh, integer t) =
        (t != 0 && t != 2) || sh == 2 ? 2 : sh == 0 ? 1 : 3;
    logic integer attr_of(integer index, integer sh, integer ap, integer xn) =
        (ap / 2 == 0 ? 1 : 0) + (xn == 0 ? 2 : 0) + 4 * type_of_index(index) +
        32 * share_of_sh(sh, type_of_index(index)) + (ap % 2 == 1 ? 128 : 0);

    // The registers of a region, field by field.
    logic integer rbar_m(integer base, integer a) =
        base % 0x100000000 - base % 32 + 8 * sh_of(a) + 2 * ap_of(a) + xn_of(a);
    logic integer rlar_m(integer limit, integer a) =
        limit % 0x100000000 - limit % 32 + 2 * index_of_type(type_of(a)) + 1;
    logic integer prbar_32(integer base, integer a) =
        base % 0x100000000 - base % 64 + 8 * sh_of(a) + 2 * ap_of(a) + xn_of(a);
    logic integer prlar_32(integer limit, integer a) =
        limit % 0x100000000 - limit % 64 + 2 * index_of_type(type_of(a)) + 1;
    logic integer prbar_64(integer base, integer a) =
        base % 0x1000000000000 - base % 64 + 16 * sh_of(a) + 4 * ap_of(a) + 2 * xn_of(a);
    logic integer prlar_64(integer limit, integer a) =
        limit % 0x1000000000000 - limit % 64 + 2 * index_of_type(type_of(a)) + 1;
*/
