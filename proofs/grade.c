/* SPDX-License-Identifier: MIT */
/* Other attributes for a region as it stands, and what that calls. */
#include "src/answer.c"
#define put put_place
#include "src/list.c"
#undef put
#include "src/write.c"
#include "src/single.c"
