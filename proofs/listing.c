/* SPDX-License-Identifier: MIT */
/* The list of new regions. */
#include "walk.c"
