/* SPDX-License-Identifier: MIT */
/* The rules of the structure that speak of lists, apart from those that speak of one span. */
#include "check.c"
