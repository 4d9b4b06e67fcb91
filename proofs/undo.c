/* SPDX-License-Identifier: MIT */
/* Taking spans out again that mpumap_adopt entered: other lemmas than unit init. */
#include "init.c"
