/* SPDX-License-Identifier: MIT */
/* One edge of one region moves. The name of a static function that list.c has too is changed. */
#include "src/list.c"
#define put write_put
#include "src/write.c"
#include "src/edge.c"
