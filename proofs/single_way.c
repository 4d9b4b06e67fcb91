/* SPDX-License-Identifier: MIT */
/* Taking a region away or giving it other attributes, which calls what short and grade prove. */
#include "short.c"
