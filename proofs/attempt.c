/* SPDX-License-Identifier: MIT */
/* An attempt at a plan, out of the same files. */
#include "choice.c"
