/* SPDX-License-Identifier: MIT */
/* Sets of ranges, and all that guard.c calls. */
#include "lookups.c"
