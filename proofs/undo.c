/* SPDX-License-Identifier: MIT */
/* Taking spans out again that mpumap_adopt entered: fewer lemmas than unit init. */
#include "init.c"
