/* SPDX-License-Identifier: MIT */
/* Making a map, as far as it is proved, and what is called. */
#include "src/answer.c"
#include "src/init.c"
#include "src/list.c"
