/* SPDX-License-Identifier: MIT */
/* The rules of the structure that speak of sets of ranges. */
#include "check.c"
