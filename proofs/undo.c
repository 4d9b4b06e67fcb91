/* SPDX-License-Identifier: MIT */
/* Taking spans out again that mpumap_adopt entered, apart from the rest of init.c. */
#include "src/answer.c"
#include "src/init.c"
#include "src/list.c"
