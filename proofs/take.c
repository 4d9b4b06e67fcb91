/* SPDX-License-Identifier: MIT */
/* The search for a slot for a new region. */
#include "offer.c"
