/* SPDX-License-Identifier: MIT */
/* How transactions end. What is not proved of planning is in logic/changes.h. */
#include "change.c"
#include "src/tx.c"
