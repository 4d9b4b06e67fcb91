/* SPDX-License-Identifier: MIT */
/* Where each new region goes. */
#include "assign.c"
