/* SPDX-License-Identifier: MIT */
/* The stream that reads the spans through an operation. */
#include "src/list.c"
#include "src/span.c"
