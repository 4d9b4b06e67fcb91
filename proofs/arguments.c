/* SPDX-License-Identifier: MIT */
/* What an operation is asked for, and the checks of its policy. */
#include "ways.c"
