/* SPDX-License-Identifier: MIT */
/* What a slot may show while it changes, and small questions of the planner. */
#include "src/match.c"
#include "src/walk.c"
