/* SPDX-License-Identifier: MIT */
/* Which new regions are exchanged, and what pairs weigh. The name of a static function that
 * another file has too is changed. */
#include "src/match.c"
#define pass pass_old
#include "src/walk.c"
#undef pass
#include "src/select.c"
