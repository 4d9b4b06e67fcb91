/* SPDX-License-Identifier: MIT */
/* How to change: which regions are exchanged, and an attempt at a plan. Names of static functions
 * that another file has too are changed, and those of passes for which a contract in
 * logic/planning.h stands. */
#include "src/assign.c"
#define mpumap_i_match unproved_match
#include "src/match.c"
#undef mpumap_i_match
#include "src/list.c"
#include "src/offer.c"
#define mpumap_i_list unproved_list
#include "src/walk.c"
#undef mpumap_i_list
#define mark select_mark
#define pass select_pass
#define mpumap_i_select unproved_select
#include "src/select.c"
#undef mark
#undef pass
#undef mpumap_i_select
#include "src/plan.c"
