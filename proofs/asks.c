/* SPDX-License-Identifier: MIT */
/* The lemmas of logic/asks.h and logic/bounds_still.h. */
#include "mpumap.h"

/*@ assigns \nothing; */
static void every_list(void)
{
}
