/* SPDX-License-Identifier: MIT */
/* Locked ranges are mapped, and all the rules together. */
#include "check.c"
