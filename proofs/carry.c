/* SPDX-License-Identifier: MIT */
/* Carrying out a plan as a whole. */
#include "steps.c"
