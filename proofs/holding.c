/* SPDX-License-Identifier: MIT */
/* Mappings that are recorded and released: as for unit holders, with a lemma on lists. */
#include "holders.c"
