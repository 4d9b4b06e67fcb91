/* SPDX-License-Identifier: MIT */
/* The search for a slot for a new region. */
#include "src/list.c"
#include "src/match.c"
#include "src/offer.c"
#include "src/walk.c"
