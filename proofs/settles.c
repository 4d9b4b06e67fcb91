/* SPDX-License-Identifier: MIT */
/* What the map says of a plan that has been carried out. */
#include "steps.c"
