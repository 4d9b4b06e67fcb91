/* SPDX-License-Identifier: MIT */
/* The lemmas of logic/making.h. */
/*@ assigns \nothing; */
static void every_gift(void)
{
}
