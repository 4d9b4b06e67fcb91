/* SPDX-License-Identifier: MIT */
/* What mpumap_adopt takes over. */
#include "init.c"
