/* SPDX-License-Identifier: MIT */
/* The list of new regions. */
#include "src/match.c"
#include "src/walk.c"
