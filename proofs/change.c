/* SPDX-License-Identifier: MIT */
/* The general way of an operation. What is not proved of its stages is in logic/changes.h. Names of
 * static functions that another file has too are changed. */
#include "src/answer.c"
#include "edge.c"
#undef put
#define put step_put
#define wait_for step_wait_for
#include "src/steps.c"
#include "src/change.c"
