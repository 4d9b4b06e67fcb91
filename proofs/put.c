/* SPDX-License-Identifier: MIT */
/* Writing one span, apart from what follows: logic/splice.h would lead the prover astray here. */
#include "single.c"
