/* SPDX-License-Identifier: MIT */
/* Questions, and all that they call: their contracts stand at the functions. */
#include "src/answer.c"
#include "src/exact.c"
#include "src/guard.c"
#include "src/list.c"
#include "src/query.c"
#define check_locked whole_check_locked
#define check_map whole_check_map
#include "src/whole.c"
