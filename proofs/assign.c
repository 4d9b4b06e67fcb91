/* SPDX-License-Identifier: MIT */
/* What becomes of old regions, and when they give up their bytes. */
#include "src/list.c"
#include "src/match.c"
#include "src/offer.c"
#include "src/walk.c"
#include "src/assign.c"
