/* SPDX-License-Identifier: MIT */
/* Writing that span, apart from what follows (logic/splice.h). */
#include "init.c"
