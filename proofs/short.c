/* SPDX-License-Identifier: MIT */
/* The short ways of an operation, as far as they are proved, and what they call. */
#include "src/answer.c"
#define put put_place
#include "src/list.c"
#undef put
#include "src/write.c"
#include "src/single.c"
