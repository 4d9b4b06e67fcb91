/* SPDX-License-Identifier: MIT */
/* Counting in a part of a span: as for unit single, but it rests on what cuts come to. */
#include "single.c"
