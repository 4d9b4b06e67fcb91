/* SPDX-License-Identifier: MIT */
/* Counting: rests on what cuts come to. logic/kept.h would lead the prover astray there. */
#include "single.c"
