/* SPDX-License-Identifier: MIT */
/* The lemmas of logic/state_on.h. */
/*@ assigns \nothing; */
static void every_stage(void)
{
}
