/* SPDX-License-Identifier: MIT */
/* The short ways: those that create, remove and regrade a region, and what they call. */
#include "src/answer.c"
#define put put_place
#include "src/list.c"
#undef put
#include "src/write.c"
#include "src/single.c"
