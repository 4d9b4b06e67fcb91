/* SPDX-License-Identifier: MIT */
/* The loop of the checks of policy `exact`, apart from the rest for the sake of its lemmas. */
#include "exact.c"
