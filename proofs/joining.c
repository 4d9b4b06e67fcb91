/* SPDX-License-Identifier: MIT */
/* Spans that become one. */
#include "stream.c"
