/* SPDX-License-Identifier: MIT */
/* Carrying out a plan. */
#include "src/match.c"
#include "src/steps.c"
#include "src/walk.c"
