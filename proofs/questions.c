/* SPDX-License-Identifier: MIT */
/* Iteration over regions and spans, and why and cost, apart from the other questions. */
#include "lookups.c"
