/* SPDX-License-Identifier: MIT */
/* Names, and mpumap_i_canonical. */
#include "src/names.c"
