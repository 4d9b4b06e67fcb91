/* SPDX-License-Identifier: MIT */
/* What follows from the tables of logic/attr.h: decoding gives canonical attributes only, and is
 * the inverse of encoding for all of them. */
/*@ lemma write_apart: \forall integer w, e, t, s, l;
        0 <= w < 2 && 0 <= e < 2 && 0 <= t < 8 && 0 <= s < 4 && 0 <= l < 2 ==>
        write_of(w + 2 * e + 4 * t + 32 * s + 128 * l) == w;
    lemma exec_apart: \forall integer w, e, t, s, l;
        0 <= w < 2 && 0 <= e < 2 && 0 <= t < 8 && 0 <= s < 4 && 0 <= l < 2 ==>
        exec_of(w + 2 * e + 4 * t + 32 * s + 128 * l) == e;
    lemma type_apart: \forall integer w, e, t, s, l;
        0 <= w < 2 && 0 <= e < 2 && 0 <= t < 8 && 0 <= s < 4 && 0 <= l < 2 ==>
        type_of(w + 2 * e + 4 * t + 32 * s + 128 * l) == t;
    lemma share_apart: \forall integer w, e, t, s, l;
        0 <= w < 2 && 0 <= e < 2 && 0 <= t < 8 && 0 <= s < 4 && 0 <= l < 2 ==>
        share_of(w + 2 * e + 4 * t + 32 * s + 128 * l) == s;
    lemma lower_apart: \forall integer w, e, t, s, l;
        0 <= w < 2 && 0 <= e < 2 && 0 <= t < 8 && 0 <= s < 4 && 0 <= l < 2 ==>
        lower_of(w + 2 * e + 4 * t + 32 * s + 128 * l) == l;
    lemma decoded_is_canonical: \forall integer index, sh, ap, xn;
        held(index, sh, xn) && 0 <= sh < 4 && 0 <= ap < 4 && 0 <= xn < 2 ==>
        canonical((ap / 2 == 0 ? 1 : 0) + (xn == 0 ? 2 : 0) + 4 * type_of_index(index) +
                  32 * share_of_sh(sh, type_of_index(index)) + (ap % 2 == 1 ? 128 : 0));
    lemma encoded_is_held: \forall integer a;
        canonical(a) ==> held(index_of_type(type_of(a)), sh_of(a), xn_of(a));
    lemma fields_are_small: \forall integer a;
        0 <= index_of_type(type_of(a)) <= 7 && 0 <= sh_of(a) <= 3 && 0 <= ap_of(a) <= 3 &&
        0 <= xn_of(a) <= 1;
    lemma halves_of_halves: \forall integer a; 0 <= a ==> (a / 2) / 2 == a / 4;
    lemma eighths_of_quarters: \forall integer a; 0 <= a ==> (a / 4) / 8 == a / 32;
    lemma quarters: \forall integer a; 0 <= a ==> (a / 32) / 4 == a / 128;
    lemma put_together: \forall integer a;
        0 <= a < 256 ==> a == write_of(a) + 2 * exec_of(a) + 4 * type_of(a) + 32 * share_of(a) +
                              128 * lower_of(a);
    lemma each_in_range: \forall integer a;
        0 <= a < 256 ==> 0 <= write_of(a) <= 1 && 0 <= exec_of(a) <= 1 && 0 <= lower_of(a) <= 1 &&
                         0 <= share_of(a) <= 3 && 0 <= type_of(a) <= 7;
    lemma type_back: \forall integer t;
        0 <= t <= 4 ==> type_of_index(index_of_type(t)) == t;
    lemma share_back: \forall integer a;
        canonical(a) ==> share_of_sh(sh_of(a), type_of(a)) == share_of(a);
    lemma round_trip: \forall integer a;
        canonical(a) ==> attr_of(index_of_type(type_of(a)), sh_of(a), ap_of(a), xn_of(a)) == a;
*/

/* The same over the fields, as a codec passes them on. */
/*@ requires canonical(attr);
    assigns \nothing;
    ensures held(index_of_type(type_of(attr)), sh_of(attr), xn_of(attr));
    ensures attr_of(index_of_type(type_of(attr)), sh_of(attr), ap_of(attr), xn_of(attr)) == attr;
*/
static void every_attribute(unsigned int attr)
{
    (void)attr;
}
