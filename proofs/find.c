/* SPDX-License-Identifier: MIT */
/* mpumap_find, apart from the other questions for the sake of its lemmas. */
#include "lookups.c"
