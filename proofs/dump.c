/* SPDX-License-Identifier: MIT */
/* The map as text, and what is called. The tables of names are left out of proofs: that a name is
 * a short text is declared here. */
#include "lookups.c"

/*@ assigns \result \from attr;
    ensures \result == &a_name[0] && is_text(\result);
*/
const char *mpumap_perm_name(mpumap_attr_t attr);

/*@ assigns \result \from attr;
    ensures \result == &a_name[0] && is_text(\result);
*/
const char *mpumap_type_name(mpumap_attr_t attr);

/*@ assigns \result \from attr;
    ensures \result == &a_name[0] && is_text(\result);
*/
const char *mpumap_share_name(mpumap_attr_t attr);

#include "src/dump.c"
