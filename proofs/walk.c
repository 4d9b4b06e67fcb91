/* SPDX-License-Identifier: MIT */
/* The walk over old and new regions. */
#include "src/match.c"
#include "src/walk.c"
