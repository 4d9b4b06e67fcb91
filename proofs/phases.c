/* SPDX-License-Identifier: MIT */
/* Carrying out a plan: what is written in each phase. */
#include "src/match.c"
#include "src/steps.c"
#include "src/walk.c"
