/* SPDX-License-Identifier: MIT */
/* What is written in each phase of a plan. */
#include "steps.c"
