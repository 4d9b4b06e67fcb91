/* SPDX-License-Identifier: MIT */
/* What a plan costs, and taking it back. Names of static functions that another file has too are
 * changed. */
#include "src/assign.c"
#include "src/list.c"
#include "src/match.c"
#include "src/offer.c"
#include "src/walk.c"
#define mark select_mark
#define pass select_pass
#include "src/plan.c"
#include "src/select.c"
