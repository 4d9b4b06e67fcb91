/* SPDX-License-Identifier: MIT */
/* Which slot a new region gets. */
#include "src/list.c"
#include "src/match.c"
#include "src/offer.c"
#include "src/walk.c"
