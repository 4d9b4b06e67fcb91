/* SPDX-License-Identifier: MIT */
/* How transactions begin. */
#include "tx.c"
