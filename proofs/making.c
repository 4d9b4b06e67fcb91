/* SPDX-License-Identifier: MIT */
/* mpumap_init, apart from what is small: no branch is looked for that cannot be taken. */
#include "init.c"
