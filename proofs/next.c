/* SPDX-License-Identifier: MIT */
/* What it yields, piece by piece: logic/stream_steps.h would lead the prover astray in unit stream.
 */
#include "stream.c"
