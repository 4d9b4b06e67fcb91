/* SPDX-License-Identifier: MIT */
/* Operations on locked and live ranges. Of the checks that they call they need what these ask for
 * and write, not which refusal comes first. */
#include "reserve.c"
