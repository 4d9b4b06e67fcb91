/* SPDX-License-Identifier: MIT */
/* The checks of policy `whole`, and all that they call. Names of static functions that exact.c has
 * too are changed there. */
#include "src/answer.c"
#define check_locked exact_check_locked
#define check_map exact_check_map
#include "src/exact.c"
#undef check_locked
#undef check_map
#include "src/guard.c"
#include "src/list.c"
#include "src/query.c"
#include "src/whole.c"
