/* SPDX-License-Identifier: MIT */
/* The lemmas of logic/asks.h alone. */
#include "mpumap.h"

/*@ assigns \nothing; */
static void every_list(void)
{
}
