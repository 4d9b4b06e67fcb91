/* SPDX-License-Identifier: MIT */
/* Other attributes for a region as it stands: as for unit short, but it rests on logic/grade.h. */
#include "short.c"
