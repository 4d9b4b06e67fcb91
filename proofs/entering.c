/* SPDX-License-Identifier: MIT */
/* A span comes into the list of a new map. */
#include "init.c"
