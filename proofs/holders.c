/* SPDX-License-Identifier: MIT */
/* Records of mappings. The operations are judged by what logic/holding.h says of them. */
#include "src/answer.c"
#include "src/holders.c"
