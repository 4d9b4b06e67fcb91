/* SPDX-License-Identifier: MIT */
/* Taking a region away or giving it other attributes, and what that calls. */
#include "src/answer.c"
#define put put_place
#include "src/list.c"
#undef put
#include "src/write.c"
#include "src/single.c"
