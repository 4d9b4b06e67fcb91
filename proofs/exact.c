/* SPDX-License-Identifier: MIT */
/* The checks of policy `exact`, and all that they call. Names of static functions that exact.c has
 * too are changed in whole.c. */
#include "src/answer.c"
#include "src/exact.c"
#include "src/guard.c"
#include "src/list.c"
#include "src/query.c"
#define check_locked whole_check_locked
#define check_map whole_check_map
#include "src/whole.c"
